import { messageOf } from "../base/mod.ts";

/**
 * Why a request got no answer, for people: the runtime's own words without
 * the address, which may hold a signature. For display; what is decided
 * by it is in {@linkcode certificateHint} and {@linkcode isHopeless}.
 */
export function networkReason(cause: unknown): string {
  return messageOf(innermost(cause))
    // Up to the next space: parentheses may be part of the address.
    .replace(/https?:\/\/\S+/g, "…")
    .replace(
      /(^|: )error sending request(?: from \S+)? for (?:url )?\(?…(?: \([^)]*\):)? ?/,
      "$1",
    )
    .replace(/(^|: )client error \((\w+)\): /, "$1") || "no reason given";
}

// Newer runtimes say only `fetch failed` and keep the reason as the cause.
function innermost(error: unknown): unknown {
  let inner = error;
  for (let depth = 0; depth < 10; depth++) {
    if (!(inner instanceof Error) || inner.cause === undefined) break;
    inner = inner.cause;
  }
  return inner;
}

/**
 * Whether the same request would fail the same way: an answer whose head is
 * longer than the runtime takes in.
 */
export function isHopeless(reason: string): boolean {
  return /message head is too large/i.test(reason);
}

/**
 * What to do about a certificate that was not accepted; undefined when the
 * reason is another one. The runtime has no other sign of it than its words;
 * if they change, such a request is tried a few times in vain.
 */
export function certificateHint(reason: string): string | undefined {
  if (!/invalid peer certificate/i.test(reason)) return undefined;
  if (/UnknownIssuer/i.test(reason)) {
    return "If your network has a certificate authority of its own, name its " +
      "file with DENO_CERT=ca.pem, or set DENO_TLS_CA_STORE=system.";
  }
  if (/expired|NotValidYet/i.test(reason)) {
    return "Check the date of this machine; if it is right, the service's " +
      "certificate must be renewed. For another authority set DENO_CERT or " +
      "DENO_TLS_CA_STORE=system.";
  }
  return "Check the address; a proxy or a login page may answer in its place. " +
    "For another authority set DENO_CERT or DENO_TLS_CA_STORE=system.";
}
