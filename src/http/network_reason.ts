import { messageOf } from "../base/mod.ts";

/**
 * Why a request got no answer, for people: the runtime's own words without
 * the address, which may hold a signature. For display only; nothing is ever
 * decided by this text.
 */
export function networkReason(cause: unknown): string {
  return messageOf(innermost(cause))
    // Up to the next space: parentheses may be part of the address.
    .replace(/https?:\/\/\S+/g, "…")
    .replace(
      /^error sending request(?: from \S+)? for (?:url )?\(?…(?: \([^)]*\):)? ?/,
      "",
    )
    .replace(/^client error \((\w+)\): /, "") || "no reason given";
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
