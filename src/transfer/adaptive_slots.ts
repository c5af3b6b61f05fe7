import { Slots } from "./slots.ts";

/**
 * Slots that become half as many when a service asks for less, and one more
 * again for each round that went well (additive increase, multiplicative
 * decrease, as TCP's congestion control, RFC 5681).
 */
export class AdaptiveSlots extends Slots {
  readonly #most: number;
  #sinceChange = 0;

  /** Begins with `most`, and never has more. */
  constructor(most: number) {
    super(most);
    this.#most = most;
  }

  /** A service refused because it is asked too much. */
  throttled(): void {
    // The refusals of one round are one event.
    if (this.#sinceChange < 1 && this.limit < this.#most) return;
    this.#sinceChange = 0;
    this.resize(this.limit / 2);
  }

  /** Something went well. */
  succeeded(): void {
    if (++this.#sinceChange < this.limit || this.limit >= this.#most) return;
    this.#sinceChange = 0;
    this.resize(this.limit + 1);
  }
}
