import { formatJson } from "../base/mod.ts";
import { FrameworkProblem, Problem } from "./problem.ts";

// Statuses after which a client may come back (data-store, dss/error.py).
const RETRYABLE = [500, 502, 503, 504];

/** A JSON answer with sorted keys, as the DSS sends it. */
export function jsonAnswer(
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  return new Response(formatJson(body, { indent: 0, sortKeys: true }), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}

/** The answer for anything that was thrown while a request was handled. */
export function problemAnswer(request: Request, error: unknown): Response {
  if (error instanceof FrameworkProblem) {
    const { status, title, detail } = error;
    return problemJson(request, status, {
      type: "about:blank",
      title,
      detail,
      status,
    });
  }
  const problem = error instanceof Problem ? error : new Problem(
    500,
    "unhandled_exception",
    error instanceof Error ? error.message : String(error),
  );
  const { status, code, title, headers } = problem;
  return problemJson(request, status, {
    status,
    code,
    title,
    stacktrace: "",
  }, headers);
}

function problemJson(
  request: Request,
  status: number,
  body: Record<string, unknown>,
  more: Readonly<Record<string, string>> = {},
): Response {
  const headers = new Headers({
    "content-type": "application/problem+json",
    ...more,
  });
  if (RETRYABLE.includes(status) && isRepeatable(request)) {
    headers.set("retry-after", "10");
  }
  return new Response(JSON.stringify(body), { status, headers });
}

function isRepeatable(request: Request): boolean {
  return request.method === "POST"
    ? new URL(request.url).pathname.includes("search")
    : request.method !== "PATCH";
}

/** What the gateway in front of the DSS says to a path it does not know. */
export function gatewayAnswer(): Response {
  return jsonAnswer({ message: "Missing Authentication Token" }, 403);
}
