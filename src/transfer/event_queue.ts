/** Hands events from many producers to one consumer, in order. */
export class EventQueue<T> {
  readonly #events: T[] = [];
  #wake: () => void = () => {};
  #taken: () => void = () => {};
  #isClosed = false;

  /** Adds an event. */
  push(event: T): void {
    this.#events.push(event);
    this.#wake();
  }

  /** No more events will come. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  /**
   * Resolves when fewer than `most` events wait, or nobody takes them any
   * more: for the one that begins new work, so that a slow consumer slows it.
   */
  async room(most: number): Promise<void> {
    while (this.#events.length >= most && !this.#isClosed) {
      await new Promise<void>((resolve) => this.#taken = resolve);
    }
  }

  /** The events, as they come, until the queue is closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    try {
      while (true) {
        yield* this.#take();
        if (this.#isClosed && this.#events.length === 0) return;
        if (this.#events.length === 0) {
          await new Promise<void>((resolve) => this.#wake = resolve);
        }
      }
    } finally {
      // Nobody will take what comes after this.
      this.#isClosed = true;
      this.#taken();
    }
  }

  *#take(): Generator<T, void, void> {
    for (const event of this.#events.splice(0)) yield event;
    this.#taken();
  }
}
