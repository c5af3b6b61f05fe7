import {
  cancelledBy,
  type Clock,
  type Log,
  ServiceError,
  throwIfAborted,
} from "../base/mod.ts";
import { HostPace, type Refusal } from "./host_pace.ts";
import { formatWait } from "./retry.ts";

/** What a {@linkcode Pacer} works with. */
export interface PacerTools {
  /** Time. */
  clock: Clock;
  /** Messages. */
  log: Log;
  /** Called with the host at every refusal. */
  onThrottled: (host: string) => void;
}

/**
 * Lets requests pass as fast as each host allows, in the order in which they
 * came: all requests of a client share it, so that a host which refuses one
 * is left in peace by all.
 */
export class Pacer {
  readonly #tools: PacerTools;
  readonly #hosts = new Map<string, HostQueue>();

  /** Makes a pacer that knows no host yet. */
  constructor(tools: PacerTools) {
    this.#tools = tools;
  }

  /**
   * Resolves when a request to `host` may be sent; what became of it must be
   * told to the turn, once.
   *
   * @throws {CancelledError} when `signal` is aborted before
   * @throws {ServiceError} when the host has asked for too long a wait
   */
  enter(
    host: string,
    signal: AbortSignal | undefined,
  ): Turn | Promise<Turn> {
    let queue = this.#hosts.get(host);
    if (queue === undefined) {
      this.#hosts.set(host, queue = new HostQueue(host, this.#tools));
    }
    return queue.enter(signal);
  }
}

/** One request that may be sent. */
export class Turn {
  readonly #queue: HostQueue;
  readonly #startedMs: number;

  /** Made by {@linkcode Pacer.enter}. */
  constructor(queue: HostQueue, startedMs: number) {
    this.#queue = queue;
    this.#startedMs = startedMs;
  }

  /** It was answered. */
  passed(): void {
    this.#queue.passed(this.#startedMs);
  }

  /** It was refused, and a pause was asked for. */
  refused(refusal: Refusal): void {
    this.#queue.refused(this.#startedMs, refusal);
  }

  /** It was refused, for so long that nobody shall wait. */
  closed(waitMs: number): void {
    this.#queue.closed(waitMs);
  }

  /** It got no answer. */
  failed(): void {
    this.#queue.failed();
  }
}

interface Waiter {
  resolve: (turn: Turn) => void;
  reject: (error: Error) => void;
}

class HostQueue {
  readonly #host: string;
  readonly #tools: PacerTools;
  readonly #pace = new HostPace();
  readonly #waiters: Waiter[] = [];
  #sleeping: AbortController | undefined;
  #closedUntilMs = -Infinity;

  constructor(host: string, tools: PacerTools) {
    this.#host = host;
    this.#tools = tools;
  }

  enter(signal: AbortSignal | undefined): Turn | Promise<Turn> {
    throwIfAborted(signal);
    const nowMs = this.#tools.clock.elapsed();
    if (nowMs < this.#closedUntilMs) throw this.#closedError(nowMs);
    if (this.#waiters.length === 0 && this.#pace.delayMs(nowMs) === 0) {
      return this.#start(nowMs);
    }
    return this.#wait(signal);
  }

  passed(startedMs: number): void {
    this.#pace.passed(startedMs, this.#tools.clock.elapsed());
    this.#drain();
  }

  failed(): void {
    this.#pace.failed();
    this.#drain();
  }

  refused(startedMs: number, refusal: Refusal): void {
    const { clock, log, onThrottled } = this.#tools;
    const nowMs = clock.elapsed();
    const isNew = this.#pace.refused(startedMs, nowMs, refusal);
    if (isNew) {
      log(
        "INFO",
        `${this.#host} refuses more requests for now (HTTP ` +
          `${refusal.status}); none is sent for ` +
          formatWait(this.#pace.pauseMs(nowMs)),
      );
    }
    onThrottled(this.#host);
    this.#drain();
  }

  closed(waitMs: number): void {
    this.#pace.failed();
    const nowMs = this.#tools.clock.elapsed();
    this.#closedUntilMs = nowMs + waitMs;
    this.#stopSleeping();
    const error = this.#closedError(nowMs);
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }

  #closedError(nowMs: number): ServiceError {
    return new ServiceError(
      `${this.#host} asks to wait ${
        formatWait(this.#closedUntilMs - nowMs)
      } before anything more is sent`,
    );
  }

  #start(nowMs: number): Turn {
    this.#pace.started(nowMs);
    return new Turn(this, nowMs);
  }

  #wait(signal: AbortSignal | undefined): Promise<Turn> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        if (this.#waiters.length === 0) this.#stopSleeping();
        if (signal !== undefined) reject(cancelledBy(signal));
      };
      const waiter: Waiter = {
        resolve(turn) {
          signal?.removeEventListener("abort", leave);
          resolve(turn);
        },
        reject(error) {
          signal?.removeEventListener("abort", leave);
          reject(error);
        },
      };
      signal?.addEventListener("abort", leave, { once: true });
      this.#waiters.push(waiter);
      this.#drain();
    });
  }

  /** Lets as many pass as may, and sees to it that the next one will. */
  #drain(): void {
    while (this.#waiters.length > 0) {
      const nowMs = this.#tools.clock.elapsed();
      const delayMs = this.#pace.delayMs(nowMs);
      if (delayMs > 0) {
        if (delayMs < Infinity) void this.#sleep(delayMs);
        return;
      }
      this.#waiters.shift()?.resolve(this.#start(nowMs));
    }
  }

  async #sleep(delayMs: number): Promise<void> {
    if (this.#sleeping !== undefined) return;
    const sleeping = this.#sleeping = new AbortController();
    await this.#tools.clock.sleep(delayMs, sleeping.signal);
    if (sleeping.signal.aborted) return;
    this.#sleeping = undefined;
    this.#drain();
  }

  #stopSleeping(): void {
    this.#sleeping?.abort();
    this.#sleeping = undefined;
  }
}
