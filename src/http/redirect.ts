import { quote, RefusedError } from "../base/mod.ts";
import { redactUrl } from "./redact.ts";

const REDIRECTS = [301, 302, 303, 307, 308];

// Headers that authenticate, whatever their exact name (X-API-Key,
// X-Auth-Token …): they belong to the origin they were made for.
const CREDENTIAL = /auth|cookie|token|api-?key|secret|signature/i;

/** What is sent next, after a redirect. */
export interface RedirectedRequest {
  /** The method, rewritten as the status says. */
  method: string;
  /** The target, as received. */
  url: string;
  /** The headers that may go there. */
  headers: Headers;
  /** Whether the body is sent again. */
  keepsBody: boolean;
}

/** Whether an answer redirects: status 301, 302, 303, 307 or 308 and a target. */
export function isRedirect(response: Response): boolean {
  return REDIRECTS.includes(response.status) &&
    response.headers.has("location");
}

/**
 * The request that a redirect asks for (RFC 9110, section 15.4).
 *
 * 303 turns every method but HEAD into GET; 301 and 302 turn POST into GET;
 * 307 and 308 keep the method. An absolute target is used exactly as
 * received, because a signed URL must not be re-encoded. Credentials stay
 * with the origin they were made for.
 *
 * @returns undefined when the target is not for HTTP (`s3://…`): the answer
 * itself is then the result.
 * @throws {RefusedError} from https to http, or when the target is not a URL.
 */
export function planRedirect(
  request: { method: string; url: string; headers: Headers },
  response: Response,
): RedirectedRequest | undefined {
  const from = new URL(request.url);
  const location = response.headers.get("location") ?? "";
  if (!URL.canParse(location, from)) {
    throw new RefusedError(
      `${redactUrl(request.url)} redirects to ${
        quote(location)
      }, which is not a URL`,
    );
  }
  const to = new URL(location, from);
  if (to.protocol !== "http:" && to.protocol !== "https:") {
    if (to.protocol === "s3:" || to.protocol === "gs:") return undefined;
    throw new RefusedError(
      `${redactUrl(request.url)} redirects to ${quote(to.protocol)}, ` +
        "which is not http or https",
    );
  }
  if (from.protocol === "https:" && to.protocol === "http:") {
    throw new RefusedError(
      `${redactUrl(request.url)} redirects from https to plain http ` +
        `(${redactUrl(location)}), which would expose the data`,
    );
  }
  const { method, keepsBody } = rewriteMethod(request.method, response.status);
  return {
    method,
    url: /^https?:\/\//i.test(location) ? location : to.href,
    headers: headersFor(request.headers, from.origin === to.origin, keepsBody),
    keepsBody,
  };
}

function rewriteMethod(
  method: string,
  status: number,
): { method: string; keepsBody: boolean } {
  const becomesGet = status === 303
    ? method !== "HEAD"
    : (status === 301 || status === 302) && method === "POST";
  return becomesGet && method !== "GET"
    ? { method: "GET", keepsBody: false }
    : { method, keepsBody: true };
}

function headersFor(
  headers: Headers,
  sameOrigin: boolean,
  keepsBody: boolean,
): Headers {
  const kept = new Headers();
  for (const [name, value] of headers) {
    if (!sameOrigin && CREDENTIAL.test(name)) continue;
    if (!keepsBody && name.startsWith("content-")) continue;
    kept.set(name, value);
  }
  return kept;
}
