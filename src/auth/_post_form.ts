import {
  cancelledBy,
  HcaError,
  NetworkError,
  RefusedError,
  throwIfAborted,
} from "../base/mod.ts";
import {
  certificateHint,
  discard,
  networkReason,
  readText,
  redactUrl,
} from "../http/mod.ts";
import type { AuthTools } from "./auth_tools.ts";

const DEADLINE_MS = 20_000;
// Tokens have a few KiB; they must fit into a header.
const LIMIT_BYTES = 64 * 1024;
const HINT = "Check the network, then run the command again.";

/** What an endpoint answered to a form. */
export interface FormAnswer {
  /** HTTP status. */
  status: number;
  /** Its `Content-Type`; "" when there was none. */
  contentType: string;
  /** The body. */
  text: string;
}

/**
 * Sends a form with secrets in it, once: what was sent may have been used up,
 * so it is not sent again, and a redirect would carry it elsewhere.
 *
 * @param what what the endpoint is, for messages
 * @param deadlineMs how long to wait, milliseconds; default 20 seconds
 * @throws {NetworkError} when there is no whole answer by then
 * @throws {RefusedError} when it redirects or its answer is too long
 * @throws {CancelledError} when the signal is aborted
 */
export async function postForm(
  tools: Pick<AuthTools, "runtime" | "signal">,
  url: URL,
  fields: Record<string, string>,
  what: string,
  deadlineMs: number = DEADLINE_MS,
): Promise<FormAnswer> {
  const limits = { host: url.host, deadlineMs };
  try {
    return await withDeadline(tools, limits, async (signal) => {
      const response = await send(tools.runtime, url, fields, signal);
      if (response.status >= 300 && response.status < 400) {
        await discard(response);
        throw new RefusedError(
          `the ${what} ${redactUrl(url.href)} redirects; what was sent to it ` +
            "is secret and goes nowhere else",
        );
      }
      const text = await readText(response, LIMIT_BYTES);
      const contentType = response.headers.get("content-type") ?? "";
      return { status: response.status, contentType, text };
    });
  } catch (error) {
    // Without a cause: who knows what it quotes.
    throw error instanceof HcaError ? error : noAnswer(url.host, error);
  }
}

async function send(
  { fetch, clock, log }: AuthTools["runtime"],
  url: URL,
  fields: Record<string, string>,
  signal: AbortSignal,
): Promise<Response> {
  const startedMs = clock.elapsed();
  const request = new Request(url, {
    method: "POST",
    headers: { accept: "application/json", "accept-encoding": "identity" },
    body: new URLSearchParams(fields),
    redirect: "manual",
    signal,
  });
  const response = await fetch(request);
  const tookMs = Math.round(clock.elapsed() - startedMs);
  log(
    "DEBUG",
    `POST ${redactUrl(url.href)} answered ${response.status} in ${tookMs} ms`,
  );
  return response;
}

/** Ends `work` when time is over, whether it listens to its signal or not. */
async function withDeadline<T>(
  { runtime, signal }: Pick<AuthTools, "runtime" | "signal">,
  { host, deadlineMs }: { host: string; deadlineMs: number },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  throwIfAborted(signal);
  const ending = new AbortController();
  const timer = new AbortController();
  const stopped = Promise.withResolvers<never>();
  const stop = (error: HcaError) => {
    stopped.reject(error);
    ending.abort(error);
  };
  const cancel = () => signal && stop(cancelledBy(signal));
  signal?.addEventListener("abort", cancel, { once: true });
  void runtime.clock.sleep(deadlineMs, timer.signal).then(() => {
    if (!timer.signal.aborted) stop(tooLate(host, deadlineMs));
  });
  try {
    return await Promise.race([stopped.promise, work(ending.signal)]);
  } finally {
    timer.abort("not needed");
    signal?.removeEventListener("abort", cancel);
  }
}

function tooLate(host: string, deadlineMs: number): NetworkError {
  return new NetworkError(
    `no answer from ${host} within ${deadlineMs / 1000} s`,
    { hint: HINT, retryable: false },
  );
}

function noAnswer(host: string, cause: unknown): NetworkError {
  const reason = networkReason(cause);
  return new NetworkError(`no answer from ${host}: ${reason}`, {
    hint: certificateHint(reason) ?? HINT,
    retryable: false,
  });
}
