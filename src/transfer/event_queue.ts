/** Hands events from many producers to one consumer, in order. */
export class EventQueue<T> {
  readonly #events: T[] = [];
  #wake: () => void = () => {};
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

  /** The events, as they come, until the queue is closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    while (true) {
      yield* this.#events.splice(0);
      if (this.#isClosed && this.#events.length === 0) return;
      if (this.#events.length === 0) {
        await new Promise<void>((resolve) => this.#wake = resolve);
      }
    }
  }
}
