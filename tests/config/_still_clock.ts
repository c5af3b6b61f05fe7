import type { Clock } from "../../src/base/mod.ts";

/** A clock that stands still: whoever sleeps only lets the others run. */
export const stillClock: Clock = {
  now: () => Date.UTC(2020, 0, 1),
  elapsed: () => 0,
  sleep: () => new Promise((resolve) => setTimeout(resolve, 0)),
};
