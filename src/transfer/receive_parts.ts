import { cancelledBy, NetworkError, throwIfAborted } from "../base/mod.ts";
import {
  type ByteRange,
  ByteRanges,
  type PartialContent,
} from "../store/mod.ts";
import {
  type AskedContent,
  type ContentQuestion,
  RestartNeeded,
  wrongSize,
} from "./ask_content.ts";
import type { FetchTools } from "./fetch_content.ts";
import { PieceBuffers } from "./piece_buffers.ts";
import type { RetryBudget } from "./retry_budget.ts";
import { SegmentTuner } from "./segment_tuner.ts";
import { WorkRanges } from "./work_ranges.ts";

const CHUNK_BYTES = 16 * 1024 * 1024;
// Smaller ones are over before a second connection would be worth it.
const SEGMENTED_BYTES = 32 * 1024 * 1024;
const TUNE_EVERY_MS = 2_000;
// A connection that brings as much is limited by neither a cap nor the
// distance; a second one would only take turns with it.
const FAST_BYTES_PER_SECOND = 100_000_000;
const MOST_RESTARTS = 2;

/**
 * Receives all bytes of a content that its part does not have yet, over one
 * connection or several. On return every byte was handed to the part.
 *
 * @throws {IntegrityError} when there are more or fewer bytes than stated
 * @throws {LocalError} when the disk refuses
 * @throws {HcaError} from the service, when the budget is spent
 * @throws {CancelledError} when aborted
 */
export async function receiveParts(
  sizeBytes: number,
  part: PartialContent,
  question: ContentQuestion,
  budget: RetryBudget,
  tools: FetchTools,
): Promise<void> {
  const receiver = new PartReceiver(sizeBytes, part, question, budget, tools);
  for (let restarts = 0;; restarts++) {
    try {
      return await receiver.receive();
    } catch (error) {
      if (!(error instanceof RestartNeeded)) throw error;
      const problem = new NetworkError(error.message);
      if (restarts >= MOST_RESTARTS) throw problem;
      await receiver.restart(error.rangesWork);
      await budget.spend(problem);
    }
  }
}

class PartReceiver {
  readonly #sizeBytes: number;
  readonly #part: PartialContent;
  readonly #question: ContentQuestion;
  readonly #budget: RetryBudget;
  readonly #tools: FetchTools;
  #ranges: WorkRanges;
  #etag: string | undefined;
  #rangesWork = true;
  #connections = 0;
  #wanted = 1;
  #leastLeftBytes: number;

  constructor(
    sizeBytes: number,
    part: PartialContent,
    question: ContentQuestion,
    budget: RetryBudget,
    tools: FetchTools,
  ) {
    this.#sizeBytes = sizeBytes;
    this.#part = part;
    this.#question = question;
    this.#budget = budget;
    this.#tools = tools;
    this.#etag = part.foundEtag;
    const found = new ByteRanges();
    for (const { start, end } of part.found) found.add(start, end);
    this.#ranges = new WorkRanges(found.gaps(sizeBytes), CHUNK_BYTES);
    this.#leastLeftBytes = this.#ranges.leftBytes;
  }

  async restart(rangesWork: boolean): Promise<void> {
    this.#rangesWork &&= rangesWork;
    this.#etag = undefined;
    await this.#part.restart(undefined);
    this.#tools.observer.onRestart();
    const whole = { start: 0, end: this.#sizeBytes };
    this.#ranges = new WorkRanges([whole], CHUNK_BYTES);
  }

  /** One go over all that is missing; the first fault ends all connections. */
  async receive(): Promise<void> {
    const { segments, signal } = this.#tools;
    const stop = new AbortController();
    const abort = () => stop.abort(signal && cancelledBy(signal));
    throwIfAborted(signal);
    signal?.addEventListener("abort", abort, { once: true });
    const isBig = this.#ranges.leftBytes >= SEGMENTED_BYTES;
    const mayGrow = this.#rangesWork && isBig;
    this.#wanted = mayGrow && segments !== "auto" ? segments : 1;
    const faults: unknown[] = [];
    const running = new Set<Promise<void>>();
    const fill = () => {
      if (faults.length > 0) return;
      // Counted before: one with nothing to do has ended at once.
      for (let more = this.#wanted - this.#connections; more > 0; more--) {
        this.#connections++;
        const connection = this.#connect(stop.signal)
          .catch((error) => {
            faults.push(error);
            stop.abort(error);
          })
          .finally(() => running.delete(connection));
        running.add(connection);
      }
    };
    try {
      fill();
      if (mayGrow && segments === "auto") {
        const ended = new AbortController();
        const tuning = this.#tune(
          fill,
          AbortSignal.any([
            ended.signal,
            stop.signal,
          ]),
        );
        while (running.size > 0) await Promise.race(running);
        ended.abort();
        await tuning;
      }
      while (running.size > 0) await Promise.race(running);
    } finally {
      signal?.removeEventListener("abort", abort);
    }
    throwIfAborted(signal);
    if (faults.length > 0) throw faults[0];
  }

  async #tune(fill: () => void, signal: AbortSignal): Promise<void> {
    const { clock } = this.#tools.runtime;
    const tuner = new SegmentTuner();
    // The first while shows how a connection gets going, not what it gives.
    await clock.sleep(TUNE_EVERY_MS, signal);
    while (!signal.aborted && !tuner.isSettled) {
      const beforeBytes = this.#ranges.leftBytes;
      await clock.sleep(TUNE_EVERY_MS, signal);
      const leftBytes = this.#ranges.leftBytes;
      const rate = beforeBytes - leftBytes;
      if (signal.aborted || leftBytes < SEGMENTED_BYTES) return;
      const isFast = rate > FAST_BYTES_PER_SECOND * TUNE_EVERY_MS / 1000;
      if (tuner.connections === 1 && isFast) continue;
      if (!this.#tools.hasSpareConnections()) continue;
      this.#wanted = tuner.next(rate);
      fill();
    }
  }

  /** One connection after another, as long as there is something to do. */
  async #connect(signal: AbortSignal): Promise<void> {
    const buffers = new PieceBuffers(this.#sizeBytes);
    try {
      while (this.#connections <= this.#wanted) {
        const range = this.#ranges.take(this.#wanted > 1);
        if (range === undefined) break;
        await this.#receiveOrSpend(range, buffers, signal);
      }
    } finally {
      // In the same turn as the look above, or two would leave for one.
      this.#connections--;
    }
    // Of a body that broke off after its last byte, pieces may be under way.
    await buffers.settled();
  }

  async #receiveOrSpend(
    range: ByteRange,
    buffers: PieceBuffers,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await this.#receiveRange(range, buffers, signal);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      throwIfAborted(signal);
      // It broke off after the last byte: the hash decides.
      if (range.start < range.end) await this.#budget.spend(error, signal);
    } finally {
      this.#ranges.giveBack(range);
    }
  }

  async #receiveRange(
    range: ByteRange,
    buffers: PieceBuffers,
    signal: AbortSignal,
  ): Promise<void> {
    const isWhole = range.start === 0 && range.end === this.#sizeBytes;
    const asked = await this.#question.ask(
      isWhole || !this.#rangesWork ? undefined : { ...range },
      this.#etag,
      signal,
    );
    try {
      if (asked.range.start < range.start) {
        await this.#startOver(asked, range);
      } else this.#identify(asked);
      await this.#receiveBody(asked, range, buffers, signal);
    } finally {
      await asked.body.cancel();
    }
  }

  /** All of it comes again: it changed, or the service sends no ranges. */
  async #startOver(asked: AskedContent, range: ByteRange): Promise<void> {
    if (this.#connections > 1) {
      // The others are at work on what is to be forgotten.
      throw new RestartNeeded("the service sends all of it again", false);
    }
    this.#tools.observer.onRestart();
    this.#etag = asked.etag;
    // Before anything is awaited: another connection may begin meanwhile.
    this.#ranges.restart(range, this.#sizeBytes);
    await this.#part.restart(asked.etag);
  }

  /** All pieces must be of one and the same object. */
  #identify({ etag }: AskedContent): void {
    if (etag === this.#etag) return;
    if (this.#etag !== undefined && etag !== undefined) {
      throw new RestartNeeded("it changed meanwhile", true);
    }
    if (this.#etag !== undefined) return;
    this.#etag = etag;
    this.#part.setEtag(etag);
  }

  async #receiveBody(
    { body, range: given }: AskedContent,
    range: ByteRange,
    buffers: PieceBuffers,
    signal: AbortSignal,
  ): Promise<void> {
    const { limit, observer } = this.#tools;
    const startedAt = range.start;
    while (true) {
      const buffer = await buffers.take();
      const piece = await body.read(buffer, observer.onReceived);
      if (piece === undefined) {
        buffers.give(buffer);
        break;
      }
      if (range.start + piece.length > given.end) {
        throw wrongSize(this.#sizeBytes, "more");
      }
      // Another connection may have taken the end over.
      const wanted = piece.subarray(0, range.end - range.start);
      const offset = range.start;
      const { length: sizeBytes } = piece;
      range.start += wanted.length;
      buffers.lend(this.#part.write(offset, wanted));
      this.#noteProgress();
      // The piece itself is in other hands now.
      await limit?.take(sizeBytes, signal);
      throwIfAborted(signal);
      // With all of it, read on to the end, which gives the connection back.
      if (range.start === range.end && range.end < given.end) break;
    }
    await buffers.settled();
    if (range.start < given.end && range.start < range.end) {
      throw new NetworkError(
        `the answer ended after ${range.start - startedAt} of ` +
          `${given.end - startedAt} bytes`,
      );
    }
    if (range.start === startedAt) {
      throw new NetworkError("the answer was empty");
    }
  }

  #noteProgress(): void {
    const leftBytes = this.#ranges.leftBytes;
    if (leftBytes >= this.#leastLeftBytes) return;
    this.#budget.progress(this.#leastLeftBytes - leftBytes);
    this.#leastLeftBytes = leftBytes;
  }
}
