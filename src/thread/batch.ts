// A message between threads costs about as much as ten of them at once.
const MOST = 16;
const PATIENCE_MS = 2;

/** Messages on their way to another thread, several in one. */
export class Batch<T> {
  readonly #post: (messages: T[], transfer: Transferable[]) => void;
  readonly #sleep: (delayMs: number) => Promise<void>;
  #messages: T[] = [];
  #transfer: Transferable[] = [];
  #isWaiting = false;

  /** Sends by `post`; `sleep` lets time pass. */
  constructor(
    post: (messages: T[], transfer: Transferable[]) => void,
    sleep: (delayMs: number) => Promise<void>,
  ) {
    this.#post = post;
    this.#sleep = sleep;
  }

  /** Sends a message: at once if it is urgent, else when there are several. */
  add(message: T, transfer: Transferable[], isUrgent: boolean): void {
    this.#messages.push(message);
    for (const part of transfer) this.#transfer.push(part);
    if (isUrgent || this.#messages.length >= MOST) return this.#flush();
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#sleep(PATIENCE_MS).then(() => {
      this.#isWaiting = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#messages.length === 0) return;
    const messages = this.#messages;
    const transfer = this.#transfer;
    this.#messages = [];
    this.#transfer = [];
    this.#post(messages, transfer);
  }
}
