import { NetworkError } from "../base/mod.ts";
import {
  type ContentQuestion,
  RestartNeeded,
  wrongSize,
} from "./ask_content.ts";
import type { FetchTools } from "./fetch_content.ts";
import type { RetryBudget } from "./retry_budget.ts";

/**
 * Receives a small content into memory, going on where a connection broke.
 * Nothing is written before it is whole.
 *
 * @throws {IntegrityError} when there are more or fewer bytes than stated
 * @throws {HcaError} from the service, when the budget is spent
 */
export async function receiveWhole(
  sizeBytes: number,
  question: ContentQuestion,
  budget: RetryBudget,
  tools: FetchTools,
): Promise<Uint8Array<ArrayBuffer>> {
  const receiver = new WholeReceiver(sizeBytes, question, tools, budget);
  let restarts = 0;
  while (!receiver.isDone) {
    try {
      await receiver.receiveOnce();
    } catch (error) {
      if (error instanceof RestartNeeded) {
        // An object that changes all the time never arrives.
        if (++restarts > 2) throw new NetworkError(error.message);
        receiver.restart(error.rangesWork);
        await budget.spend(new NetworkError(error.message));
      } else if (error instanceof NetworkError) {
        // It broke off after the last byte: the hash decides.
        if (!receiver.isDone) await budget.spend(error);
      } else throw error;
    }
  }
  return receiver.bytes;
}

class WholeReceiver {
  bytes: Uint8Array<ArrayBuffer>;
  readonly #question: ContentQuestion;
  readonly #tools: FetchTools;
  readonly #budget: RetryBudget;
  #filled = 0;
  #best = 0;
  #etag: string | undefined;
  #usesRanges = true;

  constructor(
    sizeBytes: number,
    question: ContentQuestion,
    tools: FetchTools,
    budget: RetryBudget,
  ) {
    this.bytes = new Uint8Array(sizeBytes);
    this.#question = question;
    this.#tools = tools;
    this.#budget = budget;
  }

  get isDone(): boolean {
    return this.#filled === this.bytes.length;
  }

  restart(rangesWork: boolean): void {
    this.#filled = 0;
    this.#etag = undefined;
    this.#usesRanges &&= rangesWork;
    this.#tools.observer.onRestart();
  }

  async receiveOnce(): Promise<void> {
    const { signal } = this.#tools;
    const end = this.bytes.length;
    if (!this.#usesRanges && this.#filled > 0) this.restart(false);
    const range = this.#filled === 0 ? undefined : { start: this.#filled, end };
    const asked = await this.#question.ask(range, this.#etag, signal);
    const { body } = asked;
    // All of it again, because it changed or there are no ranges.
    if (asked.range.start < this.#filled) this.restart(true);
    this.#etag = asked.etag;
    try {
      while (this.#filled < end && await this.#read(body));
      if (this.#filled < end) {
        throw new NetworkError(
          `the answer ended after ${this.#filled} of ${end} bytes`,
        );
      }
      // Reading to the end gives the connection back, and shows bytes that
      // should not be there.
      if (await body.read(new ArrayBuffer(1)) !== undefined) {
        throw wrongSize(end, "more");
      }
    } catch (error) {
      await body.cancel();
      throw error;
    }
  }

  async #read(
    body: Awaited<ReturnType<ContentQuestion["ask"]>>["body"],
  ): Promise<boolean> {
    const { limit, observer, signal } = this.#tools;
    const isFirst = this.#filled === 0;
    const buffer = isFirst
      ? this.bytes.buffer
      : new ArrayBuffer(this.bytes.length - this.#filled);
    const piece = await body.read(buffer, observer.onReceived);
    if (piece === undefined) return false;
    // The first piece is in its place, or in a buffer that replaced it.
    if (isFirst && piece.buffer !== this.bytes.buffer) {
      this.bytes = new Uint8Array(piece.buffer, 0, this.bytes.length);
    } else if (!isFirst) this.bytes.set(piece, this.#filled);
    this.#filled += piece.length;
    if (this.#filled > this.#best) {
      this.#budget.progress(this.#filled - this.#best);
      this.#best = this.#filled;
    }
    await limit?.take(piece.length, signal);
    return true;
  }
}
