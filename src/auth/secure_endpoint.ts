import { RefusedError } from "../base/mod.ts";
import { redactUrl } from "../http/mod.ts";

// RFC 6761, section 6.3, and the loopback addresses.
const LOOPBACK = /^(127(\.\d+){3}|\[::1\]|(.+\.)?localhost)$/;

const LONGEST_SHOWN = 200;

/** Whether a host name is that of this machine. */
export function isLoopbackHost(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

/**
 * The URL of an endpoint that gets secrets: https, or this machine (RFC 6749,
 * section 3.1; RFC 8252, section 8.3).
 *
 * @throws {RefusedError} when it is something else
 */
export function secureEndpoint(url: string, what: string): URL {
  const parsed = URL.parse(url);
  const isSecure = parsed?.protocol === "https:" ||
    parsed?.protocol === "http:" && isLoopbackHost(parsed.hostname);
  if (parsed !== null && isSecure) return parsed;
  throw new RefusedError(
    `the ${what} ${shortened(redactUrl(url))} is not an https address, so no ` +
      "secret is sent there",
  );
}

// Whoever answers decides how long it is.
function shortened(url: string): string {
  return url.length > LONGEST_SHOWN ? `${url.slice(0, LONGEST_SHOWN)}…` : url;
}
