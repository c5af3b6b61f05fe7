import { jsonAnswer } from "../answers.ts";
import type { Handler } from "../handler.ts";

/** How much of a request is looked at, and how many at once. */
export interface RequestLimits {
  /** Requests that are worked on at the same time; more are told to wait. */
  concurrent: number;
  /** Characters of all header fields together, names included. */
  headerCharacters: number;
  /** Characters of the address. */
  urlCharacters: number;
  /** Bytes that a request says its body has. */
  bodyBytes: number;
}

/** Far more than any real client needs. */
export const DEFAULT_LIMITS: RequestLimits = {
  concurrent: 256,
  headerCharacters: 128 * 1024,
  urlCharacters: 32 * 1024,
  bodyBytes: 10 * 1024 * 1024,
};

/**
 * Refuses what is too large before it is read (RFC 9110, sections 15.5.14 and
 * 15.5.15; RFC 6585, section 5), what has a malformed `Host` (RFC 9112,
 * section 3.2), and what is too much at once with 503 and `Retry-After`, as
 * the gateway in front of the DSS does.
 */
export function limitRequests(
  handler: Handler,
  limits: RequestLimits = DEFAULT_LIMITS,
): Handler {
  let underWay = 0;
  return async (request) => {
    const refused = refusal(request, limits);
    if (refused !== undefined) return refused;
    if (underWay >= limits.concurrent) {
      return message(503, "Too many requests at once", { "retry-after": "1" });
    }
    underWay++;
    try {
      return await handler(request);
    } finally {
      underWay--;
    }
  };
}

function refusal(
  { url, headers }: Request,
  limits: RequestLimits,
): Response | undefined {
  if (url.length > limits.urlCharacters) {
    return message(414, "Request-URI Too Long");
  }
  if (!URL.canParse(url)) return message(400, "Bad Request");
  let characters = 0;
  for (const [name, value] of headers) characters += name.length + value.length;
  if (characters > limits.headerCharacters) {
    return message(431, "Request Header Fields Too Large");
  }
  return Number(headers.get("content-length") ?? 0) > limits.bodyBytes
    ? message(413, "Payload Too Large")
    : undefined;
}

function message(
  status: number,
  text: string,
  headers: Record<string, string> = {},
): Response {
  return jsonAnswer({ message: text }, status, headers);
}
