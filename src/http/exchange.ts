import {
  type Fetch,
  HcaError,
  NetworkError,
  type Runtime,
  ServiceError,
  throwIfAborted,
} from "../base/mod.ts";
import { guardBody } from "./body.ts";
import { ExchangeGuard } from "./exchange_guard.ts";
import type { Outgoing } from "./http_request.ts";
import {
  certificateHint,
  isHopeless,
  networkReason,
} from "./network_reason.ts";
import type { TimeoutPolicy } from "./policy.ts";
import { redactUrl } from "./redact.ts";
import type { Watchdog } from "./watchdog.ts";

/** An answer whose body nobody reads yet; it must be read or dropped. */
export interface Answer {
  /** The address that answered. */
  url: string;
  /** Status, headers and body as they came. */
  response: Response;
  /** Watches over the body. */
  guard: ExchangeGuard;
}

/** What {@linkcode exchange} works with. */
export interface ExchangeTools {
  /** Network, time, messages. */
  runtime: Pick<Runtime, "fetch" | "clock" | "log">;
  /** Holds all timeouts. */
  watchdog: Watchdog;
  /** How long to wait for what. */
  timeouts: TimeoutPolicy;
}

/**
 * One request, one answer of whatever status; nothing is followed or
 * repeated.
 *
 * @throws {NetworkError} when there is no answer
 * @throws {ServiceError} when its status is none of HTTP
 * @throws {CancelledError} when aborted
 */
export async function exchange(
  request: Outgoing,
  { runtime, watchdog, timeouts }: ExchangeTools,
): Promise<Answer> {
  const { clock, log } = runtime;
  const { signal, url, method, target: { host } } = request;
  throwIfAborted(signal);
  const ending = new AbortController();
  const watch = watchdog.watch();
  const guard = new ExchangeGuard(
    { host, watch, timeouts, signal, clock },
    () => ending.abort(),
  );
  guard.awaitHead();
  const startedMs = clock.elapsed();
  try {
    const response = await ask(request, runtime.fetch, ending.signal);
    const tookMs = Math.round(clock.elapsed() - startedMs);
    log(
      "DEBUG",
      `${method} ${redactUrl(url)} answered ${response.status} in ${tookMs} ms`,
    );
    await checkStatus(response, host);
    guard.expectedBytes = announcedBytes(method, response.headers);
    return { url, response, guard };
  } catch (cause) {
    guard.release();
    throw guard.failure ?? noAnswer(host, cause);
  }
}

function ask(
  { url, method, headers, body }: Outgoing,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<Response> {
  return fetch(
    new Request(url, { method, headers, body, redirect: "manual", signal }),
  );
}

function noAnswer(host: string, cause: unknown): HcaError {
  if (cause instanceof HcaError) return cause;
  const reason = networkReason(cause);
  const hint = certificateHint(reason);
  return new NetworkError(`no answer from ${host}: ${reason}`, {
    cause,
    // A certificate does not become a better one.
    ...(hint !== undefined && { hint, retryable: false }),
    ...(isHopeless(reason) && { retryable: false }),
  });
}

async function checkStatus(response: Response, host: string): Promise<void> {
  if (response.status <= 599) return;
  await discard(response);
  throw new ServiceError(
    `${host} answered with ${response.status}, which is not an HTTP status`,
  );
}

function announcedBytes(method: string, headers: Headers): number | undefined {
  const length = headers.get("content-length");
  if (length === null || method === "HEAD") return undefined;
  return !headers.has("content-encoding") && /^\d+$/.test(length)
    ? Number(length)
    : undefined;
}

/** The answer as a `Response` whose body ends with clear errors. */
export function guardedResponse({ url, response, guard }: Answer): Response {
  const { body, status, statusText, headers } = response;
  if (body === null) guard.release();
  const watched = new Response(body && guardBody(body, guard), {
    status,
    statusText,
    headers,
  });
  // The constructor cannot set it; callers resolve links against it.
  Object.defineProperty(watched, "url", { value: url });
  return watched;
}

/** Gives up an answer that is not wanted. */
export async function drop({ response, guard }: Answer): Promise<void> {
  guard.release();
  await discard(response);
}

/** Gives a connection back without reading what is left of an answer. */
export async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => {});
}
