import type { Clock } from "../../base/mod.ts";

// One that answers at once gets hundreds of notifications a second so.
const AT_ONCE = 4;
// An answer that takes longer keeps others from waiting for it.
const PATIENCE_MS = 1000;
const LONGEST_MS = 60_000;

/** A turn with a receiver, or how long to leave it alone. */
export type Admission =
  | {
    readonly kind: "go";
    /** Ends the turn, saying whether the receiver answered at all. */
    readonly leave: (hasAnswered: boolean) => void;
  }
  | {
    readonly kind: "later";
    /** For how long, milliseconds. */
    readonly delayMs: number;
  };

interface Receiver {
  /** When those began that are in flight, on the monotonic clock. */
  begun: Set<{ atMs: number }>;
  /** Those who wait for a turn, first come, first served. */
  waiting: (() => void)[];
}

/**
 * Who is being notified, by host and port: each receiver has a few
 * notifications at a time, so that one that is slow, or does not answer at
 * all, does not keep others from theirs.
 */
export class Receivers {
  readonly #clock: Clock;
  readonly #busy = new Map<string, Receiver>();
  /** Those that did not answer the last time: one notification at a time. */
  readonly #silent = new Set<string>();
  /** Until when subscriptions are left alone, on the monotonic clock. */
  readonly #quiet = new Map<string, number>();

  /** Nobody is notified yet. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Asks for a turn with a receiver, and waits for it a little. */
  async enter(origin: string, signal: AbortSignal): Promise<Admission> {
    const receiver = this.#receiver(origin);
    while (receiver.begun.size >= this.#room(origin)) {
      const ageMs = this.#ageMs(receiver);
      if (ageMs >= PATIENCE_MS || signal.aborted) {
        return { kind: "later", delayMs: Math.min(ageMs, LONGEST_MS) };
      }
      const isTurn = await this.#wait(receiver, signal);
      if (!isTurn) return { kind: "later", delayMs: PATIENCE_MS };
    }
    return { kind: "go", leave: this.#begin(origin, receiver) };
  }

  /**
   * Leaves a subscription alone for a while.
   *
   * @returns for how long, at least, and whether that is longer than before
   */
  silence(
    subscription: string,
    delayMs: number,
  ): { delayMs: number; isLonger: boolean } {
    const nowMs = this.#clock.elapsed();
    for (const [known, untilMs] of this.#quiet) {
      if (untilMs <= nowMs) this.#quiet.delete(known);
    }
    const knownMs = (this.#quiet.get(subscription) ?? nowMs) - nowMs;
    if (knownMs >= delayMs) return { delayMs: knownMs, isLonger: false };
    this.#quiet.set(subscription, nowMs + delayMs);
    return { delayMs, isLonger: true };
  }

  #receiver(origin: string): Receiver {
    const known = this.#busy.get(origin);
    if (known !== undefined) return known;
    const receiver = { begun: new Set<{ atMs: number }>(), waiting: [] };
    this.#busy.set(origin, receiver);
    return receiver;
  }

  #room(origin: string): number {
    return this.#silent.has(origin) ? 1 : AT_ONCE;
  }

  /** How long the oldest one in flight has not been answered. */
  #ageMs({ begun }: Receiver): number {
    const [oldest] = begun;
    return oldest === undefined ? 0 : this.#clock.elapsed() - oldest.atMs;
  }

  #begin(
    origin: string,
    { begun, waiting }: Receiver,
  ): (hasAnswered: boolean) => void {
    const own = { atMs: this.#clock.elapsed() };
    begun.add(own);
    return (hasAnswered) => {
      begun.delete(own);
      if (hasAnswered) this.#silent.delete(origin);
      else this.#silent.add(origin);
      const next = waiting.splice(0, this.#room(origin) - begun.size);
      for (const wake of next) wake();
      if (begun.size + next.length === 0) this.#busy.delete(origin);
    };
  }

  /** Whether a turn came within the time that is waited for one. */
  async #wait({ waiting }: Receiver, signal: AbortSignal): Promise<boolean> {
    const ending = new AbortController();
    const wake = () => ending.abort();
    signal.addEventListener("abort", wake, { once: true });
    waiting.push(wake);
    await this.#clock.sleep(PATIENCE_MS, ending.signal);
    signal.removeEventListener("abort", wake);
    const at = waiting.indexOf(wake);
    if (at >= 0) waiting.splice(at, 1);
    return at < 0 && !signal.aborted;
  }
}
