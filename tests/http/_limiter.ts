import { setImmediate } from "node:timers";
import type { Clock, Fetch } from "../../src/base/mod.ts";

/** What a service allows: `most` requests in `windowMs`. */
export interface Allowance {
  most: number;
  windowMs: number;
}

/** Whether a request at a time is let through; refused ones may count too. */
export type Limiter = (nowMs: number) => boolean;

/** Tokens that come back one by one. */
export function tokenBucket({ most, windowMs }: Allowance): Limiter {
  let tokens = most;
  let lastMs: number | undefined;
  return (nowMs) => {
    tokens = Math.min(
      most,
      tokens + (nowMs - (lastMs ?? nowMs)) * most / windowMs,
    );
    lastMs = nowMs;
    if (tokens < 1) return false;
    tokens--;
    return true;
  };
}

/** A count that is set back at the end of each window. */
export function fixedWindow({ most, windowMs }: Allowance): Limiter {
  let window = -1;
  let count = 0;
  return (nowMs) => {
    const current = Math.floor(nowMs / windowMs);
    if (current !== window) count = 0;
    window = current;
    if (count >= most) return false;
    count++;
    return true;
  };
}

/** A count over the time just past. */
export function slidingWindow(
  { most, windowMs, countsRefused = false }: Allowance & {
    countsRefused?: boolean;
  },
): Limiter {
  let times: number[] = [];
  return (nowMs) => {
    times = times.filter((timeMs) => timeMs > nowMs - windowMs);
    const passes = times.length < most;
    if (passes || countsRefused) times.push(nowMs);
    return passes;
  };
}

/** A service behind a limiter, as a `fetch` on the time of `clock`. */
export function limitedFetch(
  clock: Clock,
  limiter: Limiter,
  { retryAfter, latencyMs = () => 80, status = 429 }: {
    retryAfter: number;
    latencyMs?: () => number;
    status?: number;
  },
): { fetch: Fetch; count: { passed: number; refused: number } } {
  const count = { passed: 0, refused: 0 };
  return {
    count,
    async fetch() {
      await clock.sleep(latencyMs() / 2);
      const passes = limiter(clock.elapsed());
      count[passes ? "passed" : "refused"]++;
      await clock.sleep(latencyMs() / 2);
      return passes ? new Response("ok") : new Response(null, {
        status,
        headers: { "retry-after": String(retryAfter) },
      });
    },
  };
}

interface Sleeper {
  dueMs: number;
  wake: () => void;
}

/** A clock that jumps to the next thing that is due when nothing else runs. */
export class JumpingClock implements Clock {
  readonly #sleepers = new Set<Sleeper>();
  #elapsedMs = 0;

  now(): number {
    return Date.UTC(2020, 0, 1) + this.#elapsedMs;
  }

  elapsed(): number {
    return this.#elapsedMs;
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const sleeper = { dueMs: this.#elapsedMs + delayMs, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", wake, { once: true });
    });
  }

  /** Lets the time run until `work` is done. */
  async run(work: Promise<unknown>): Promise<void> {
    let done = false;
    const ended = work.finally(() => done = true);
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve));
      if (done) break;
      let next: Sleeper | undefined;
      for (const it of this.#sleepers) {
        if (next === undefined || it.dueMs < next.dueMs) next = it;
      }
      if (next === undefined) continue;
      this.#elapsedMs = Math.max(this.#elapsedMs, next.dueMs);
      next.wake();
    }
    await ended;
  }
}

/** Runs `jobs` at once over `count` pieces of work. */
export async function inParallel(
  jobs: number,
  count: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: jobs }, async () => {
    while (next < count) await work(next++);
  }));
}
