import type { Clock } from "../../src/base/mod.ts";

interface Sleeper {
  dueMs: number;
  wake: () => void;
}

/** What {@linkcode FakeClock} starts with. */
export interface FakeClockOptions {
  /** Epoch milliseconds at the start; default 2020-01-01T00:00Z. */
  startMs?: number;
  /**
   * Which sleeps end at once, moving the time by their length; default none.
   * Lets the pauses of a retry pass while its timeouts stay pending.
   */
  skips?: (delayMs: number) => boolean;
}

/** A clock that moves only by hand; nothing ever waits in real time. */
export class FakeClock implements Clock {
  /** Every delay that was asked for, in order. */
  readonly delays: number[] = [];
  /** The delays that `skips` let pass, in order. */
  readonly skipped: number[] = [];
  readonly #startMs: number;
  readonly #skips: (delayMs: number) => boolean;
  readonly #sleepers = new Set<Sleeper>();
  #elapsedMs = 0;

  constructor(options: FakeClockOptions = {}) {
    this.#startMs = options.startMs ?? Date.UTC(2020, 0, 1);
    this.#skips = options.skips ?? (() => false);
  }

  now(): number {
    return this.#startMs + this.#elapsedMs;
  }

  elapsed(): number {
    return this.#elapsedMs;
  }

  /** Sleeps that have neither ended nor been aborted. */
  get pending(): number {
    return this.#sleepers.size;
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    this.delays.push(delayMs);
    if (signal?.aborted) return Promise.resolve();
    if (this.#skips(delayMs)) {
      this.skipped.push(delayMs);
      this.#elapsedMs += delayMs;
      return Promise.resolve();
    }
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

  /** Moves the time, waking sleepers in the order in which they are due. */
  async advance(byMs: number): Promise<void> {
    const untilMs = this.#elapsedMs + byMs;
    while (true) {
      await settle();
      const next = [...this.#sleepers].sort((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined || next.dueMs > untilMs) break;
      this.#elapsedMs = Math.max(this.#elapsedMs, next.dueMs);
      next.wake();
    }
    this.#elapsedMs = untilMs;
    await settle();
  }
}

/** Lets everything run that waits for no time and no input. */
export async function settle(): Promise<void> {
  // Streams take several turns of the event loop for one piece.
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}
