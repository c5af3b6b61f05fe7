import {
  cancelledBy,
  type Clock,
  HcaError,
  NetworkError,
} from "../base/mod.ts";
import { networkReason } from "./network_reason.ts";
import type { LowSpeed, TimeoutPolicy } from "./policy.ts";
import type { Watch } from "./watchdog.ts";

/** What an {@linkcode ExchangeGuard} is made of. */
export interface GuardOptions {
  /** Name of the peer for messages. */
  host: string;
  /** Time. */
  clock: Clock;
  /** Its timeout. */
  watch: Watch;
  /** How long to wait for what. */
  timeouts: TimeoutPolicy;
  /** Ends the exchange early. */
  signal: AbortSignal | undefined;
}

/**
 * Watches over one request and its answer, to the last byte of the body: ends
 * both when the peer is silent for too long or the caller aborts, and says
 * which it was. The time runs only while something is awaited, so that a
 * slow consumer is never mistaken for a slow peer.
 */
export class ExchangeGuard {
  /** Name of the peer for messages. */
  readonly host: string;
  /** Why it was ended early. */
  failure: HcaError | undefined;
  /** Bytes of the body that came so far. */
  receivedBytes = 0;
  /** Length of the body as announced; undefined if it was not. */
  expectedBytes: number | undefined;
  readonly #clock: Clock;
  readonly #watch: Watch;
  readonly #timeouts: TimeoutPolicy;
  readonly #signal: AbortSignal | undefined;
  readonly #endsMs: number;
  #stop: () => void;
  #lowSpeed: LowSpeed | undefined;
  #askedMs = 0;
  #windowMs = 0;
  #windowBytes = 0;

  /** Starts to watch; `stop` ends what is watched. */
  constructor(options: GuardOptions, stop: () => void) {
    const { clock, timeouts, signal } = options;
    this.host = options.host;
    this.#clock = clock;
    this.#watch = options.watch;
    this.#timeouts = timeouts;
    this.#signal = signal;
    this.#stop = stop;
    this.#lowSpeed = timeouts.lowSpeed;
    this.#endsMs = timeouts.totalMs === undefined
      ? Infinity
      : clock.elapsed() + timeouts.totalMs;
    signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** The head of the answer is awaited. */
  awaitHead(): void {
    const { connectMs, firstByteMs } = this.#timeouts;
    this.#start(connectMs + firstByteMs, this.#onNoHead);
  }

  /** From now on, `stop` ends what is watched. */
  handOver(stop: () => void): void {
    this.#watch.rest();
    this.#stop = stop;
  }

  /** The body is read whole: it has to come at the rate of a document. */
  expectDocument(): void {
    this.#lowSpeed ??= this.#timeouts.documentLowSpeed;
  }

  /** A piece of the body is awaited. */
  awaitPiece(): void {
    this.#start(this.#timeouts.idleMs, this.#onNoPiece);
    if (this.#lowSpeed !== undefined) this.#askedMs = this.#clock.elapsed();
  }

  /** A piece of the body came; ends the body when they come too slowly. */
  received(bytes: number): void {
    this.#watch.rest();
    this.receivedBytes += bytes;
    if (this.#lowSpeed !== undefined) this.#checkSpeed(bytes, this.#lowSpeed);
  }

  /** Ends it with an error, unless it has ended. */
  fail(error: HcaError): void {
    this.failure ??= error;
    this.release();
    this.#stop();
  }

  /** Nothing is watched any more. */
  release(): void {
    this.#watch.end();
    this.#signal?.removeEventListener("abort", this.#onAbort);
  }

  /**
   * The body has ended.
   *
   * @throws {NetworkError} when that was too early
   */
  finish(): void {
    this.release();
    if (this.failure !== undefined) throw this.failure;
    const { expectedBytes, receivedBytes } = this;
    if (expectedBytes === undefined || receivedBytes === expectedBytes) return;
    throw this.failure = new NetworkError(
      `${this.host} ended the answer after ${receivedBytes} ` +
        `of ${expectedBytes} bytes`,
    );
  }

  /** What to say when reading the body failed with `cause`. */
  bodyError(cause: unknown): HcaError {
    if (cause instanceof HcaError) this.failure ??= cause;
    const of = this.expectedBytes === undefined
      ? ""
      : ` of ${this.expectedBytes}`;
    return this.failure ??= new NetworkError(
      `the answer of ${this.host} broke off after ` +
        `${this.receivedBytes}${of} bytes: ${networkReason(cause)}`,
      { cause },
    );
  }

  #start(limitMs: number, onDue: () => void): void {
    if (this.#endsMs === Infinity) return this.#watch.start(limitMs, onDue);
    const leftMs = this.#endsMs - this.#clock.elapsed();
    if (limitMs <= leftMs) this.#watch.start(limitMs, onDue);
    else this.#watch.start(leftMs, this.#onTotal);
  }

  #checkSpeed(bytes: number, { bytesPerSecond, windowMs }: LowSpeed): void {
    this.#windowMs += this.#clock.elapsed() - this.#askedMs;
    this.#windowBytes += bytes;
    if (this.#windowMs < windowMs) return;
    if (this.#windowBytes * 1000 < bytesPerSecond * this.#windowMs) {
      this.fail(
        new NetworkError(
          `${this.host} sends less than ${bytesPerSecond} bytes per second ` +
            `(${this.#windowBytes} bytes in ${
              Math.round(this.#windowMs / 100) / 10
            } s)`,
        ),
      );
    }
    this.#windowMs = this.#windowBytes = 0;
  }

  readonly #onAbort = () => {
    if (this.#signal !== undefined) this.fail(cancelledBy(this.#signal));
  };

  readonly #onNoHead = () => {
    const { connectMs, firstByteMs } = this.#timeouts;
    this.fail(
      new NetworkError(
        `no answer from ${this.host} within ${
          (connectMs + firstByteMs) / 1000
        } s`,
      ),
    );
  };

  readonly #onNoPiece = () => {
    this.fail(
      new NetworkError(
        `${this.host} sent nothing for ${this.#timeouts.idleMs / 1000} s ` +
          "in the middle of an answer",
      ),
    );
  };

  readonly #onTotal = () => {
    this.fail(
      new NetworkError(
        `${this.host} took more than ${
          (this.#timeouts.totalMs ?? 0) / 1000
        } s for one answer`,
      ),
    );
  };
}
