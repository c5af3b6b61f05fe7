import { HcaError, throwIfAborted } from "../base/mod.ts";
import { runPool } from "../transfer/mod.ts";

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
  // A bug, which ends the run; the first one is told.
  const faults: unknown[] = [];
  await runPool(items.entries(), jobs, async ([at, item]) => {
    if (signal?.aborted || faults.length > 0) return;
    try {
      results[at] = await work(item);
    } catch (error) {
      if (error instanceof HcaError) results[at] = error;
      else faults.push(error);
    }
  });
  throwIfAborted(signal);
  if (faults.length > 0) throw faults[0];
  return results;
}
