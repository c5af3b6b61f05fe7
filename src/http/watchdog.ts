import type { Clock } from "../base/mod.ts";

/**
 * Many timeouts on one timer. A timeout that is set anew with each piece of a
 * body would cost a timer per piece; here it costs a comparison, because the
 * one sleep ends at the earliest time that was due when it began.
 */
export class Watchdog {
  readonly #clock: Clock;
  readonly #watches = new Set<Watch>();
  #sleeping: AbortController | undefined;
  #untilMs = Infinity;

  /** Makes a watchdog that sleeps only while something is watched. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A timeout, not running yet. Must be ended. */
  watch(): Watch {
    const watch = new Watch(this.#clock, (dueMs) => this.#wakeAt(dueMs), () => {
      this.#watches.delete(watch);
      if (this.#watches.size === 0) this.#stop();
    });
    this.#watches.add(watch);
    return watch;
  }

  #stop(): void {
    this.#untilMs = Infinity;
    // With a reason of its own it does not make an error, which costs more
    // than all the rest.
    this.#sleeping?.abort("not needed");
    this.#sleeping = undefined;
  }

  #wakeAt(dueMs: number): void {
    if (dueMs >= this.#untilMs) return;
    this.#stop();
    this.#untilMs = dueMs;
    void this.#sleep(dueMs);
  }

  async #sleep(untilMs: number): Promise<void> {
    const sleeping = this.#sleeping = new AbortController();
    await this.#clock.sleep(untilMs - this.#clock.elapsed(), sleeping.signal);
    if (sleeping.signal.aborted) return;
    this.#untilMs = Infinity;
    const nowMs = this.#clock.elapsed();
    for (const watch of [...this.#watches]) watch.expire(nowMs);
    const dueMs = Math.min(...[...this.#watches].map(({ dueMs }) => dueMs));
    if (dueMs < Infinity) this.#wakeAt(dueMs);
  }
}

/** One timeout of a {@linkcode Watchdog}. */
export class Watch {
  readonly #clock: Clock;
  readonly #wakeAt: (dueMs: number) => void;
  readonly #remove: () => void;
  #onDue: () => void = () => {};
  /** When it ends, on the clock of elapsed time; infinite while it rests. */
  dueMs = Infinity;

  /** Made by {@linkcode Watchdog.watch}. */
  constructor(
    clock: Clock,
    wakeAt: (dueMs: number) => void,
    remove: () => void,
  ) {
    this.#clock = clock;
    this.#wakeAt = wakeAt;
    this.#remove = remove;
  }

  /** Starts, or starts over: `onDue` is called after `limitMs`. */
  start(limitMs: number, onDue: () => void): void {
    this.#onDue = onDue;
    this.dueMs = this.#clock.elapsed() + limitMs;
    this.#wakeAt(this.dueMs);
  }

  /** Rests until it is started again. */
  rest(): void {
    this.dueMs = Infinity;
  }

  /** Calls back when it is due. */
  expire(nowMs: number): void {
    if (this.dueMs > nowMs) return;
    this.rest();
    this.#onDue();
  }

  /** Ends for good. */
  end(): void {
    this.rest();
    this.#remove();
  }
}
