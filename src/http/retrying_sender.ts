import {
  type HcaError,
  NetworkError,
  type Runtime,
  throwIfAborted,
} from "../base/mod.ts";
import { type Answer, exchange, guardedResponse } from "./exchange.ts";
import type { Outgoing } from "./http_request.ts";
import { Pacer, type Turn } from "./pacer.ts";
import type { HttpPolicy } from "./policy.ts";
import { backoffMs, planRetry } from "./retry.ts";
import { parseRetryAfter } from "./retry_after.ts";
import { errorOfAnswer } from "./service_error.ts";
import type { Watchdog } from "./watchdog.ts";

/** A try that failed, and what is to be known of it. */
interface Failure {
  error: HcaError;
  /** The status; undefined when there was no answer. */
  status: number | undefined;
  /** The wait that was asked for, milliseconds. */
  askedMs: number | undefined;
  /** Whether all requests to the host are held back. */
  isHostWide: boolean;
}

/** How a {@linkcode RetryingSender} works. */
export interface SenderOptions {
  /** When to send again, and how long to wait. */
  policy: HttpPolicy;
  /** Holds all timeouts. */
  watchdog: Watchdog;
  /** Called with the host when a service refuses. */
  onThrottled: (host: string) => void;
}

/** Sends requests at the pace of each host, and again when they fail. */
export class RetryingSender {
  readonly #runtime: Pick<Runtime, "fetch" | "clock" | "random" | "log">;
  readonly #policy: HttpPolicy;
  readonly #watchdog: Watchdog;
  readonly #pacer: Pacer;
  readonly #answeringHosts = new Set<string>();

  /** Makes a sender that knows no host yet. */
  constructor(
    runtime: Pick<Runtime, "fetch" | "clock" | "random" | "log">,
    { policy, watchdog, onThrottled }: SenderOptions,
  ) {
    const { clock, log } = runtime;
    this.#runtime = runtime;
    this.#policy = policy;
    this.#watchdog = watchdog;
    this.#pacer = new Pacer({ clock, log, onThrottled });
  }

  /**
   * One answer below 400, whatever it takes.
   *
   * @param untilMs when to stop trying, elapsed milliseconds
   * @throws {AuthError | NotFoundError | ServiceError} when the last answer's
   * status is 400 or more
   * @throws {NetworkError} when there is no answer
   * @throws {CancelledError} when aborted
   */
  async answer(request: Outgoing, untilMs: number): Promise<Answer> {
    const { clock, log, random } = this.#runtime;
    const { signal, repeatable } = request;
    for (let tries = 1;; tries++) {
      const outcome = await this.#try(request, tries);
      if ("guard" in outcome) return outcome;
      const { error, status, askedMs, isHostWide } = outcome;
      const plan = planRetry(this.#policy.retry, {
        status,
        askedMs,
        tries,
        repeatable: repeatable && (status !== undefined || error.retryable),
        limit: this.#triesFor(request),
        remainingMs: untilMs - clock.elapsed(),
      }, random);
      if (plan.kind !== "wait") throw error;
      log(
        "DEBUG",
        `trying again in ${Math.round(plan.waitMs)} ms: ${error.message}`,
      );
      // The pause of a host holds back this request with all others.
      if (isHostWide) continue;
      await clock.sleep(plan.waitMs, signal);
      throwIfAborted(signal);
    }
  }

  #triesFor({ target, tries = Infinity }: Outgoing): number {
    const { retry } = this.#policy;
    const isKnown = this.#answeringHosts.has(target.host);
    return Math.min(tries, isKnown ? retry.tries : retry.unknownHostTries);
  }

  /** One request, when its turn comes: an answer below 400, or why not. */
  async #try(request: Outgoing, tries: number): Promise<Answer | Failure> {
    const { signal, target: { host } } = request;
    const turn = await this.#pacer.enter(host, signal);
    let answer: Answer;
    try {
      answer = await exchange(request, {
        runtime: this.#runtime,
        watchdog: this.#watchdog,
        timeouts: this.#policy.timeouts,
      });
    } catch (error) {
      turn.failed();
      if (!(error instanceof NetworkError)) throw error;
      return {
        error: withTries(error, tries),
        status: undefined,
        askedMs: undefined,
        isHostWide: false,
      };
    }
    this.#answeringHosts.add(host);
    if (answer.response.status < 400) {
      turn.passed();
      return answer;
    }
    return await this.#failure(request, answer, tries, turn);
  }

  async #failure(
    request: Outgoing,
    answer: Answer,
    tries: number,
    turn: Turn,
  ): Promise<Failure> {
    const { status, headers } = answer.response;
    const askedMs = parseRetryAfter(headers, this.#runtime.clock.now());
    const isHostWide = this.#tell(turn, status, askedMs, tries);
    const error = await errorOfAnswer(
      request,
      guardedResponse(answer),
      tries,
      askedMs,
    );
    throwIfAborted(request.signal);
    return { error, status, askedMs, isHostWide };
  }

  /** Tells the pacer of an error; whether all requests are held back. */
  #tell(
    turn: Turn,
    status: number,
    askedMs: number | undefined,
    tries: number,
  ): boolean {
    const { retry } = this.#policy;
    const isRefusal = status === 429 || status === 503 && Boolean(askedMs);
    if (!isRefusal) turn.passed();
    else if (askedMs) {
      if (askedMs > retry.retryAfterCapMs) turn.closed(askedMs);
      else turn.refused({ status, waitMs: askedMs, isAsked: true });
    } else {
      const waitMs = backoffMs(retry, tries, this.#runtime.random);
      turn.refused({ status, waitMs, isAsked: false });
    }
    return isRefusal;
  }
}

function withTries(error: NetworkError, tries: number): NetworkError {
  if (tries === 1) return error;
  return new NetworkError(`${error.message} (tried ${tries} times)`, {
    cause: error.cause,
    hint: error.hint,
    retryable: error.retryable,
  });
}
