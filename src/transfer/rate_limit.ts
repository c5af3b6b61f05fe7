import type { Clock } from "../base/mod.ts";

/** Keeps the bytes of all who share it below a rate. */
export class RateLimit {
  readonly #bytesPerSecond: number;
  readonly #clock: Clock;
  #freeAtMs: number;

  /** At most `bytesPerSecond`, measured over any longer time. */
  constructor(bytesPerSecond: number, clock: Clock) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#clock = clock;
    this.#freeAtMs = clock.elapsed();
  }

  /** Resolves when `bytes` that just arrived fit into the rate. */
  async take(bytes: number, signal: AbortSignal | undefined): Promise<void> {
    const nowMs = this.#clock.elapsed();
    const costMs = (bytes / this.#bytesPerSecond) * 1000;
    // What was not used before is gone: no burst after a pause.
    this.#freeAtMs = Math.max(nowMs, this.#freeAtMs) + costMs;
    const waitMs = this.#freeAtMs - nowMs;
    if (waitMs > 0) await this.#clock.sleep(waitMs, signal);
  }
}
