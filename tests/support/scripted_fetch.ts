import assert from "node:assert/strict";
import type { Fetch } from "../../src/base/mod.ts";

/** A request as it arrived. */
export interface SentRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  /** "" when there was none. */
  body: string;
}

/** One line of a script: the request expected next, and what it gets. */
export interface ScriptedAnswer {
  /** Method and URL, as in `GET https://dss.test/v1/files`. */
  request: string;
  /** The answer; an error is thrown, as `fetch` does when there is none. */
  answer:
    | Response
    | Error
    | ((request: Request) => Response | Promise<Response>);
}

/** A `fetch` that plays a script. */
export interface ScriptedFetch {
  /** The function to hand over. */
  fetch: Fetch;
  /** What was sent so far. */
  requests: SentRequest[];
  /** Fails if a request was not in the script, or an answer was not used. */
  done(): void;
}

/**
 * Plays answers in the order of the script. An unexpected request fails at
 * once and again in `done()`, because the code under test may catch the first.
 */
export function scriptedFetch(script: ScriptedAnswer[]): ScriptedFetch {
  const left = [...script];
  const requests: SentRequest[] = [];
  const unexpected: string[] = [];
  return {
    requests,
    async fetch(request) {
      const line = `${request.method} ${request.url}`;
      const next = left.shift();
      requests.push({
        method: request.method,
        url: request.url,
        headers: Object.fromEntries(request.headers),
        body: await request.text(),
      });
      if (next?.request !== line) {
        unexpected.push(`${line} instead of ${next?.request ?? "nothing"}`);
        throw new assert.AssertionError({
          message: `unexpected request: ${unexpected.at(-1)}`,
        });
      }
      const { answer } = next;
      if (answer instanceof Error) throw answer;
      return answer instanceof Response ? answer : await answer(request);
    },
    done() {
      assert.deepEqual(
        unexpected,
        [],
        "requests that the script does not have",
      );
      assert.deepEqual(left.map((line) => line.request), [], "unused answers");
    },
  };
}

/** Never answers; ends as `fetch` does when the request is aborted. */
export function neverAnswers({ signal }: Request): Promise<never> {
  return rejectWhenAborted(signal);
}

/** Fails with the reason of a signal when that is aborted. */
export function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = () => {
      awaited.delete(signal);
      reject(signal.reason);
    };
    if (signal.aborted) return stop();
    awaited.add(signal);
    signal.addEventListener("abort", stop, { once: true });
  });
}

// As the real fetch does, this keeps them: in Deno 2.6 a signal that hangs on
// others is collected as garbage though somebody listens to it.
const awaited = new Set<AbortSignal>();

/** A JSON answer. */
export function jsonAnswer(
  value: unknown,
  init: ResponseInit = {},
): Response {
  const headers = new Headers(init.headers);
  if (!headers.has("content-type")) {
    headers.set("content-type", "application/json");
  }
  return new Response(JSON.stringify(value), { ...init, headers });
}
