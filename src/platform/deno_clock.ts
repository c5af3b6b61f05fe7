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
      // Of what is over already the runtime would complain on the terminal.
      const soonestMs = Math.max(0, Math.min(delayMs, LONGEST_MS));
      const timer = setTimeout(done, soonestMs);
      signal?.addEventListener("abort", done, { once: true });
    });
  },
};
