/** The rate of a count over the last while. */
export class RateMeter {
  readonly #windowMs: number;
  readonly #samples: { atMs: number; count: number }[] = [];

  /** Looks back over `windowMs` milliseconds. */
  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** Takes in the count in all, of a moment not before the last one. */
  add(atMs: number, count: number): void {
    this.#samples.push({ atMs, count });
    // The youngest one that is out of the window stays, to begin it.
    while ((this.#samples[1]?.atMs ?? Infinity) <= atMs - this.#windowMs) {
      this.#samples.shift();
    }
  }

  /** The count per second; 0 before any time has passed. */
  get perSecond(): number {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined) return 0;
    const seconds = (last.atMs - first.atMs) / 1000;
    return seconds > 0 ? (last.count - first.count) / seconds : 0;
  }
}
