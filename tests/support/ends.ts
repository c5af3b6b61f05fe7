import assert from "node:assert/strict";

/** What the thread is to do. */
export interface EndsCall {
  /** Address of a module. */
  module: string;
  /** A function that it exports. */
  name: string;
  /** The arguments of each call. */
  calls: unknown[][];
}

// What takes time in proportion to its input takes a few seconds; what does
// not takes hours.
const DEADLINE_MS = 120_000;

/**
 * Calls a function in a thread of its own, which alone can be ended while it
 * works, and fails when it never ends. Not for measuring: give it so much that
 * there is nothing between soon and never.
 *
 * @param module address of the module that exports it
 * @param calls the arguments of each call
 * @returns what each call gave
 */
export async function ends(
  module: URL,
  name: string,
  ...calls: unknown[][]
): Promise<unknown[]> {
  const worker = new Worker(new URL("_ends_worker.ts", import.meta.url), {
    type: "module",
  });
  const { promise, resolve, reject } = Promise.withResolvers<unknown[]>();
  worker.onmessage = ({ data }: MessageEvent<unknown[]>) => resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error(event.message));
  };
  const deadline = setTimeout(
    () => reject(new assert.AssertionError({ message: `${name} never ends` })),
    DEADLINE_MS,
  );
  const call: EndsCall = { module: module.href, name, calls };
  worker.postMessage(call);
  try {
    return await promise;
  } finally {
    clearTimeout(deadline);
    worker.terminate();
  }
}
