import type { Clock } from "../../base/mod.ts";
import type { Steps } from "./run_plan.ts";

// As long as nobody notices that they had to wait.
const SLICE_MS = 50;
// Half a million patterns that are each tried on some text take as long.
const MAX_WORK_MS = 10_000;

/** How long work is cut into slices. */
export interface SliceOptions {
  /** Time. */
  clock: Pick<Clock, "elapsed">;
  /** Ends the work between two slices. */
  signal: AbortSignal;
}

/** A search takes more work than one search may. */
export class SearchTooLongError extends Error {
  override readonly name = "SearchTooLongError";

  /** Says what to do about it. */
  constructor() {
    super(
      `the search takes more than ${MAX_WORK_MS / 1000} seconds of work; ask ` +
        "with fewer clauses, and with patterns that do not start with '*'",
    );
  }
}

/** Does the first slice; what came of it if that was all, else undefined. */
export function runSlice<T>(
  steps: Steps<T>,
  { clock }: Pick<SliceOptions, "clock">,
): T | undefined {
  const begunMs = clock.elapsed();
  do {
    const step = steps.next();
    if (step.done) return step.value;
  } while (clock.elapsed() - begunMs < SLICE_MS);
  return undefined;
}

/**
 * Does the other slices, and lets others have their turn before each.
 *
 * @throws {SearchTooLongError} when there is too much to do
 */
export async function runSlices<T>(
  steps: Steps<T>,
  { clock, signal }: SliceOptions,
): Promise<T> {
  for (let workMs = 0; workMs < MAX_WORK_MS;) {
    // No time is meant, so no clock.
    await new Promise((resolve) => setTimeout(resolve, 0));
    signal.throwIfAborted();
    const begunMs = clock.elapsed();
    const done = runSlice(steps, { clock });
    if (done !== undefined) return done;
    workMs += clock.elapsed() - begunMs;
  }
  throw new SearchTooLongError();
}
