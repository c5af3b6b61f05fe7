import { quote, RefusedError } from "../base/mod.ts";
import type { HeaderFields, Outgoing } from "./http_request.ts";
import { isLinkLocalHost, isPrivateHost } from "./private_host.ts";
import { redactUrl } from "./redact.ts";

const REDIRECTS = [301, 302, 303, 307, 308];

// Headers that authenticate, whatever their exact name (X-API-Key,
// X-Auth-Token …): they belong to the origin they were made for.
const CREDENTIAL =
  /auth|cookie|token|api-?key|secret|signature|credential|passw|session/;

/** What a redirect changes in a request. */
export type RedirectedRequest = Pick<
  Outgoing,
  "method" | "url" | "target" | "headers" | "body"
>;

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
 * @param first the address that the caller asked for: a redirect from
 * elsewhere may not lead to this machine or its link
 * @returns undefined when the target is not for HTTP (`s3://…`): the answer
 * itself is then the result.
 * @throws {RefusedError} from https to http, to this machine or its link, or
 * when the target is not a URL.
 */
export function planRedirect(
  request: Omit<RedirectedRequest, "body"> & { body?: string | undefined },
  response: Response,
  first: URL = request.target,
): RedirectedRequest | undefined {
  const from = request.target;
  const location = response.headers.get("location") ?? "";
  const to = URL.parse(location, from);
  if (to === null) {
    throw new RefusedError(
      `${redactUrl(request.url)} redirects to ${
        quote(location)
      }, which is not a URL`,
    );
  }
  if (to.protocol === "s3:" || to.protocol === "gs:") return undefined;
  const why = whyForbidden(from, to, first);
  if (why !== undefined) {
    throw new RefusedError(`${redactUrl(request.url)} redirects ${why}`);
  }
  const { method, keepsBody } = rewriteMethod(request.method, response.status);
  const isSameOrigin = from.origin === to.origin;
  return {
    method,
    url: /^https?:\/\//i.test(location) ? location : to.href,
    target: to,
    headers: isSameOrigin && keepsBody
      ? request.headers
      : headersFor(request.headers, isSameOrigin, keepsBody),
    body: keepsBody ? request.body : undefined,
  };
}

function whyForbidden(from: URL, to: URL, first: URL): string | undefined {
  if (to.protocol !== "http:" && to.protocol !== "https:") {
    return `to ${quote(to.protocol)}, which is not http or https`;
  }
  if (from.protocol === "https:" && to.protocol === "http:") {
    return `from https to plain http (${redactUrl(to.href)}), ` +
      "which would expose the data";
  }
  // A service of this machine may lead to another one, but never to where
  // clouds keep secrets.
  const isOwn = to.hostname === first.hostname ||
    isPrivateHost(first.hostname) && !isLinkLocalHost(to.hostname);
  return isPrivateHost(to.hostname) && !isOwn
    ? `to ${to.host}, an address of this machine or of its own network`
    : undefined;
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
  headers: HeaderFields,
  sameOrigin: boolean,
  keepsBody: boolean,
): HeaderFields {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) =>
      (sameOrigin || !CREDENTIAL.test(name)) &&
      (keepsBody || !name.startsWith("content-"))
    ),
  );
}
