import {
  AuthError,
  CancelledError,
  type HcaError,
  NetworkError,
  NotFoundError,
  type Runtime,
  ServiceError,
  throwIfAborted,
} from "../base/mod.ts";
import { type Answer, drop, guardedResponse } from "./exchange.ts";
import { type HttpRequest, type Outgoing, outgoing } from "./http_request.ts";
import { openBody, type OpenedBody, type PieceBuffers } from "./open_body.ts";
import { DEFAULT_POLICY, type HttpPolicy } from "./policy.ts";
import { isRedirect, planRedirect } from "./redirect.ts";
import { redactUrl } from "./redact.ts";
import { formatWait } from "./retry.ts";
import { parseRetryAfter } from "./retry_after.ts";
import { RetryingSender } from "./retrying_sender.ts";
import { Watchdog } from "./watchdog.ts";

/** A request with its redirects and its time. */
interface Errand {
  /** What the caller asked for. */
  first: Outgoing;
  /** When the deadline is, elapsed milliseconds. */
  untilMs: number;
}

/**
 * Carries out requests: retries, pace, timeouts, redirects and errors in one
 * place. Every other folder that talks to a service does it through this.
 */
export class HttpClient {
  /** All that decides how a request is carried out. */
  readonly policy: HttpPolicy;
  /** Called with the host when a service refuses because it is asked too much. */
  onThrottled: ((host: string) => void) | undefined;
  readonly #runtime: Pick<Runtime, "fetch" | "clock" | "random" | "log">;
  readonly #watchdog: Watchdog;
  readonly #sender: RetryingSender;
  readonly #buffers: PieceBuffers = [];

  /** Makes a client; parts of `policy` that are left out keep the default. */
  constructor(
    runtime: Pick<Runtime, "fetch" | "clock" | "random" | "log">,
    policy: Partial<HttpPolicy> = {},
  ) {
    this.#runtime = runtime;
    this.policy = { ...DEFAULT_POLICY, ...policy };
    this.#watchdog = new Watchdog(runtime.clock);
    this.#sender = new RetryingSender(runtime, {
      policy: this.policy,
      watchdog: this.#watchdog,
      onThrottled: (host) => this.onThrottled?.(host),
    });
  }

  /**
   * Sends a request and follows where it leads. The answer's body is still
   * unread; its `url` is the last one asked. A redirect to a bucket
   * (`s3://…`, `gs://…`) is returned as it is.
   *
   * @throws {AuthError | NotFoundError | ServiceError} when the answer's
   * status is 400 or more, after the retries.
   * @throws {NetworkError} when there is no answer; also from the body.
   * @throws {RefusedError} when a redirect is not safe to follow.
   * @throws {CancelledError} when `request.signal` is aborted.
   */
  async send(request: HttpRequest): Promise<Response> {
    return guardedResponse(await this.#carryOut(request));
  }

  /**
   * The same as {@linkcode HttpClient.send}, for big bodies and many: the
   * body is read into buffers of the caller.
   *
   * @throws what {@linkcode HttpClient.send} throws
   */
  async open(request: HttpRequest): Promise<OpenedBody> {
    const { response, url, guard } = await this.#carryOut(request);
    const { clock } = this.#runtime;
    return openBody(response, url, guard, { clock, buffers: this.#buffers });
  }

  #carryOut(request: HttpRequest): Promise<Answer> {
    const first = outgoing(request, this.policy.retry.methods);
    const { deadlineMs } = this.policy;
    return deadlineMs === undefined
      ? this.#follow({ first, untilMs: Infinity })
      : this.#followWithin(deadlineMs, first);
  }

  /** Ends tries, pauses and redirects alike when the time is over. */
  async #followWithin(deadlineMs: number, first: Outgoing): Promise<Answer> {
    const { signal } = first;
    throwIfAborted(signal);
    const ending = new AbortController();
    const abort = () => ending.abort(signal?.reason);
    // Stays after the head came, for the body.
    signal?.addEventListener("abort", abort, { once: true });
    const watch = this.#watchdog.watch();
    let isOver = false;
    watch.start(deadlineMs, () => {
      isOver = true;
      ending.abort();
    });
    try {
      return await this.#follow({
        first: { ...first, signal: ending.signal },
        untilMs: this.#runtime.clock.elapsed() + deadlineMs,
      });
    } catch (error) {
      if (!isOver || !(error instanceof CancelledError)) throw error;
      throw new NetworkError(
        `no answer from ${first.target.host} within ${
          formatWait(deadlineMs)
        }, all tries and waits included`,
      );
    } finally {
      watch.end();
    }
  }

  async #follow(errand: Errand): Promise<Answer> {
    const { redirects } = this.policy;
    const { first } = errand;
    const counts = { hops: 0, waits: 0, renewals: 0 };
    let request = first;
    while (true) {
      let answer: Answer;
      try {
        answer = await this.#sender.answer(request, errand.untilMs);
      } catch (error) {
        const isRenewable = request !== first && first.repeatable &&
          hasExpired(error) && counts.renewals++ < redirects.renewals;
        if (!isRenewable) throw error;
        this.#runtime.log("DEBUG", `asking again: ${error.message}`);
        request = first;
        continue;
      }
      const next = await this.#next(request, answer, first);
      if (next === undefined) return answer;
      await drop(answer);
      const waited = await this.#waitForRedirect(request, answer, errand);
      if (
        waited
          ? ++counts.waits > redirects.waits
          : ++counts.hops > redirects.hops
      ) {
        throw new ServiceError(
          `${redactUrl(first.url)} redirects without end ` +
            `(${counts.hops + counts.waits} times)`,
        );
      }
      request = next;
    }
  }

  /** What a redirect asks for; undefined when the answer is the result. */
  async #next(
    request: Outgoing,
    answer: Answer,
    first: Outgoing,
  ): Promise<Outgoing | undefined> {
    if (!isRedirect(answer.response)) return undefined;
    try {
      const next = planRedirect(request, answer.response, first.target);
      return next && { ...request, ...next };
    } catch (error) {
      await drop(answer);
      throw error;
    }
  }

  async #waitForRedirect(
    { target, url, signal }: Outgoing,
    { response }: Answer,
    { untilMs }: Errand,
  ): Promise<boolean> {
    const { clock, log } = this.#runtime;
    const askedMs = parseRetryAfter(response.headers, clock.now());
    // A wait of nothing is none: it must not repeat a thousand times.
    if (!askedMs) return false;
    const { retryAfterCapMs } = this.policy.retry;
    if (askedMs > Math.min(retryAfterCapMs, untilMs - clock.elapsed())) {
      throw new ServiceError(
        `${redactUrl(url)} is not ready and asks to wait ${
          formatWait(askedMs)
        }, which is too long`,
      );
    }
    log(
      "INFO",
      `${target.host} is preparing the answer; waiting ${askedMs / 1000} s`,
    );
    await clock.sleep(askedMs, signal);
    throwIfAborted(signal);
    return true;
  }
}

function hasExpired(error: unknown): error is HcaError {
  return (error instanceof AuthError || error instanceof NotFoundError) &&
    [401, 403, 404, 410].includes(error.answer?.status ?? 0);
}
