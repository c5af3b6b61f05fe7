// More connections than this make enemies.
const MOST = 8;

// A second connection that brings a quarter more is worth having.
const WORTH = 1.25;

/**
 * How many connections one content gets: twice as many as long as that makes
 * it faster by a quarter, then no more changes.
 */
export class SegmentTuner {
  #connections = 1;
  #lastRate: number | undefined;
  #isSettled = false;

  /** Connections to have now. */
  get connections(): number {
    return this.#connections;
  }

  /** Whether the number will not change any more. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /**
   * Takes in the rate, in any unit, of a while with the current number.
   *
   * @returns connections to have from now on
   */
  next(rate: number): number {
    if (this.#isSettled) return this.#connections;
    const helped = this.#lastRate === undefined ||
      rate >= this.#lastRate * WORTH;
    this.#lastRate = rate;
    if (!helped) this.#connections /= 2;
    this.#isSettled = !helped || this.#connections === MOST;
    if (!this.#isSettled) this.#connections *= 2;
    return this.#connections;
  }
}
