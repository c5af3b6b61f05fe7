import { HcaError, throwIfAborted } from "../base/mod.ts";

/** How {@linkcode attemptEach} goes about it. */
export interface AttemptOptions {
  /** How many run at the same time. */
  jobs: number;
  /** Ends the run. */
  signal: AbortSignal | undefined;
}

/**
 * Runs `work` over items, at most `jobs` at once, and gives, in the order of
 * the items, what came of each: a result, or why there is none.
 *
 * @throws {CancelledError} when aborted; what runs has ended by then
 */
export async function attemptEach<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  { jobs, signal }: AttemptOptions,
): Promise<(R | HcaError)[]> {
  const results: (R | HcaError)[] = [];
  const queue = items.entries();
  let isStopped = false;
  const worker = async (): Promise<void> => {
    while (!isStopped) {
      const next = queue.next();
      if (next.done) return;
      const [at, item] = next.value;
      try {
        results[at] = await work(item);
      } catch (error) {
        // Anything else is a bug, or the end of all.
        if (signal?.aborted || !(error instanceof HcaError)) {
          isStopped = true;
          throw error;
        }
        results[at] = error;
      }
    }
  };
  const count = Math.max(1, Math.min(jobs, items.length));
  const ends = await Promise.allSettled(Array.from({ length: count }, worker));
  throwIfAborted(signal);
  for (const end of ends) {
    if (end.status === "rejected") throw end.reason;
  }
  return results;
}
