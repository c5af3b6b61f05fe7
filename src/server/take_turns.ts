import type { Clock } from "../base/mod.ts";

// As long as nobody notices that they had to wait.
const SLICE_MS = 50;

/** Lets others go on, if it is their turn; to be called between steps. */
export type TakeTurns = () => Promise<void>;

/**
 * Cuts long work into slices: what is returned lets the event loop go round
 * once whenever a slice is over, and does nothing otherwise.
 */
export function takeTurns(clock: Pick<Clock, "elapsed">): TakeTurns {
  let begunMs = clock.elapsed();
  return async () => {
    if (clock.elapsed() - begunMs < SLICE_MS) return;
    // No time is meant, so no clock.
    await new Promise((resolve) => setTimeout(resolve, 0));
    begunMs = clock.elapsed();
  };
}
