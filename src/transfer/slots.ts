/**
 * How much may be under way at once. The number may change meanwhile: fewer
 * are let in then until it is reached.
 */
export class Slots {
  #limit: number;
  #used = 0;
  readonly #waiting: (() => void)[] = [];

  /** Begins with `limit` of them, at least 1. */
  constructor(limit: number) {
    this.#limit = Math.max(1, limit);
  }

  /** How many there are. */
  get limit(): number {
    return this.#limit;
  }

  /** How many are taken. */
  get used(): number {
    return this.#used;
  }

  /** Changes the number, at least 1. */
  resize(limit: number): void {
    this.#limit = Math.max(1, Math.floor(limit));
    this.#admit();
  }

  /** Resolves when a slot is ours; whoever asked first gets it first. */
  acquire(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#admit();
    });
  }

  /** Gives a slot back. */
  release(): void {
    this.#used--;
    this.#admit();
  }

  #admit(): void {
    while (this.#used < this.#limit) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#used++;
      next();
    }
  }
}
