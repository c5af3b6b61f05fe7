import type { Clock } from "../base/mod.ts";

// The longest timer there is, 24 days; a longer one would fire at once.
const LONGEST_MS = 2 ** 31 - 1;

/** The machine's clock. */
export const denoClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep(delayMs, signal) {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, Math.min(delayMs, LONGEST_MS));
      signal?.addEventListener("abort", done, { once: true });
    });
  },
};
