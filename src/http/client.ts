import {
  cancelledBy,
  HcaError,
  NetworkError,
  type Runtime,
  ServiceError,
  throwIfAborted,
} from "../base/mod.ts";
import { guardBody } from "./body.ts";
import { networkReason } from "./network_reason.ts";
import { backoffMs, DEFAULT_POLICY, type HttpPolicy } from "./policy.ts";
import {
  isRedirect,
  planRedirect,
  type RedirectedRequest,
} from "./redirect.ts";
import { redactUrl } from "./redact.ts";
import { parseRetryAfter } from "./retry_after.ts";
import { errorOfAnswer } from "./service_error.ts";

/** One request, as callers describe it. */
export interface HttpRequest {
  /** The method, upper case. */
  method: string;
  /** Absolute http or https URL; used as it is. */
  url: string;
  /** Header fields. */
  headers?: Record<string, string>;
  /** The body; text, so that it can be sent again. */
  body?: string;
  /** Ends the request, waits included. */
  signal?: AbortSignal;
  /** Whether it is safe to send again. Default: by the method. */
  repeatable?: boolean;
}

interface Outgoing {
  method: string;
  url: string;
  headers: Headers;
  body: string | undefined;
  signal: AbortSignal | undefined;
  repeatable: boolean;
}

/**
 * Carries out requests: retries, timeouts, redirects and errors in one
 * place. Every other folder that talks to a service does it through this.
 */
export class HttpClient {
  readonly #runtime: Pick<Runtime, "fetch" | "clock" | "random" | "log">;
  readonly #policy: HttpPolicy;
  readonly #answeringHosts = new Set<string>();

  /** Makes a client; parts of `policy` that are left out keep the default. */
  constructor(
    runtime: Pick<Runtime, "fetch" | "clock" | "random" | "log">,
    policy: Partial<HttpPolicy> = {},
  ) {
    this.#runtime = runtime;
    this.#policy = { ...DEFAULT_POLICY, ...policy };
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
    const { redirects } = this.#policy;
    let hops = 0;
    let waits = 0;
    let outgoing = this.#outgoing(request);
    while (true) {
      const response = await this.#answer(outgoing);
      const next = await this.#next(outgoing, response);
      if (next === undefined) return response;
      await discard(response);
      const waited = await this.#waitForRedirect(outgoing, response);
      if (waited ? ++waits > redirects.waits : ++hops > redirects.hops) {
        throw new ServiceError(
          `${redactUrl(request.url)} redirects without end ` +
            `(${hops + waits} times)`,
        );
      }
      outgoing = {
        ...outgoing,
        ...next,
        body: next.keepsBody ? outgoing.body : undefined,
      };
    }
  }

  /** What a redirect asks for; undefined when the answer is the result. */
  async #next(
    request: Outgoing,
    response: Response,
  ): Promise<RedirectedRequest | undefined> {
    if (!isRedirect(response)) return undefined;
    try {
      return planRedirect(request, response);
    } catch (error) {
      await discard(response);
      throw error;
    }
  }

  #outgoing(request: HttpRequest): Outgoing {
    const headers = new Headers(request.headers);
    // A decoded body would no longer have the stated length, nor could a
    // range of it be asked for.
    if (!headers.has("accept-encoding")) {
      headers.set("accept-encoding", "identity");
    }
    return {
      method: request.method,
      url: request.url,
      headers,
      body: request.body,
      signal: request.signal,
      repeatable: request.repeatable ??
        this.#policy.retry.methods.includes(request.method),
    };
  }

  async #waitForRedirect(
    request: Outgoing,
    response: Response,
  ): Promise<boolean> {
    const { clock, log } = this.#runtime;
    const askedMs = parseRetryAfter(response.headers, clock.now());
    // A wait of nothing is none: it must not repeat a thousand times.
    if (!askedMs) return false;
    const waitMs = Math.min(askedMs, this.#policy.retry.retryAfterCapMs);
    log(
      "INFO",
      `${new URL(request.url).host} is preparing the answer; ` +
        `waiting ${waitMs / 1000} s`,
    );
    await clock.sleep(waitMs, request.signal);
    throwIfAborted(request.signal);
    return true;
  }

  /** One answer below 400, with retries. */
  async #answer(request: Outgoing): Promise<Response> {
    const { clock, log } = this.#runtime;
    const { host } = new URL(request.url);
    for (let tries = 1;; tries++) {
      const outcome = await this.#try(request, tries);
      if (outcome instanceof Response) return outcome;
      const known = this.#answeringHosts.has(host);
      const { retry } = this.#policy;
      const limit = known ? retry.tries : retry.unknownHostTries;
      if (outcome.waitMs === undefined || tries >= limit) throw outcome.error;
      const waitMs = outcome.waitMs ??
        backoffMs(retry, tries, this.#runtime.random);
      log("DEBUG", `trying again in ${waitMs} ms: ${outcome.error.message}`);
      await clock.sleep(waitMs, request.signal);
      throwIfAborted(request.signal);
    }
  }

  /** The answer, or the error and how long to wait (null: as usual). */
  async #try(
    request: Outgoing,
    tries: number,
  ): Promise<Response | { error: HcaError; waitMs?: number | null }> {
    const { retry } = this.#policy;
    let response: Response;
    try {
      response = await this.#exchange(request);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      if (!request.repeatable) return { error };
      return { error: withTries(error, tries), waitMs: null };
    }
    this.#answeringHosts.add(new URL(request.url).host);
    if (response.status < 400) return response;
    const error = await errorOfAnswer(request, response, tries);
    throwIfAborted(request.signal);
    const askedMs = parseRetryAfter(
      response.headers,
      this.#runtime.clock.now(),
    );
    const again = request.repeatable &&
      (retry.statuses.includes(response.status) ||
        askedMs !== undefined &&
          retry.retryAfterStatuses.includes(response.status));
    if (!again || (askedMs ?? 0) > retry.retryAfterCapMs) return { error };
    // Asked to wait 0 s, we still spread our tries.
    return { error, waitMs: askedMs || null };
  }

  /** One request, one answer; nothing is followed or repeated. */
  async #exchange(request: Outgoing): Promise<Response> {
    const { fetch, clock, log } = this.#runtime;
    const { timeouts } = this.#policy;
    const { host } = new URL(request.url);
    const { signal } = request;
    throwIfAborted(signal);
    const ending = new AbortController();
    const abort = () => ending.abort(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    const release = () => signal?.removeEventListener("abort", abort);
    const limitMs = timeouts.connectMs + timeouts.readMs;
    const answered = new AbortController();
    let timedOut = false;
    const timer = clock.sleep(limitMs, answered.signal).then(() => {
      if (answered.signal.aborted) return;
      timedOut = true;
      ending.abort();
    });
    const startedMs = clock.elapsed();
    try {
      const response = await fetch(toRequest(request, ending.signal));
      const tookMs = Math.round(clock.elapsed() - startedMs);
      log(
        "DEBUG",
        `${request.method} ${redactUrl(request.url)} ` +
          `answered ${response.status} in ${tookMs} ms`,
      );
      if (response.status > 599) {
        await discard(response);
        throw new ServiceError(
          `${host} answered with ${response.status}, which is not an HTTP status`,
        );
      }
      return this.#guarded(request, response, release);
    } catch (cause) {
      release();
      if (signal?.aborted) throw cancelledBy(signal);
      if (cause instanceof HcaError) throw cause;
      throw new NetworkError(
        timedOut
          ? `no answer from ${host} within ${limitMs / 1000} s`
          : `no answer from ${host}: ${networkReason(cause)}`,
        { cause },
      );
    } finally {
      answered.abort();
      await timer;
    }
  }

  #guarded(
    request: Outgoing,
    response: Response,
    release: () => void,
  ): Response {
    const { clock } = this.#runtime;
    if (response.body === null) release();
    const body = response.body && guardBody(response.body, {
      host: new URL(request.url).host,
      clock,
      readMs: this.#policy.timeouts.readMs,
      expectedBytes: announcedBytes(request.method, response.headers),
      signal: request.signal,
      onEnd: release,
    });
    const guarded = new Response(body, {
      status: response.status,
      statusText: response.statusText,
      headers: response.headers,
    });
    // The constructor cannot set it; callers resolve links against it.
    Object.defineProperty(guarded, "url", { value: request.url });
    return guarded;
  }
}

function toRequest(request: Outgoing, signal: AbortSignal): Request {
  return new Request(request.url, {
    method: request.method,
    headers: request.headers,
    body: request.body,
    redirect: "manual",
    signal,
  });
}

function announcedBytes(method: string, headers: Headers): number | undefined {
  const length = headers.get("content-length");
  const isWhole = method !== "HEAD" && !headers.has("content-encoding");
  return isWhole && length !== null && /^\d+$/.test(length)
    ? Number(length)
    : undefined;
}

function withTries(error: NetworkError, tries: number): NetworkError {
  if (tries === 1) return error;
  return new NetworkError(`${error.message} (tried ${tries} times)`, {
    cause: error.cause,
    hint: error.hint,
  });
}

/** Gives a connection back without reading what is left of an answer. */
export async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => {});
}
