/**
 * The wait that a `Retry-After` header asks for, in milliseconds (RFC 9110,
 * section 10.2.3): a number of seconds or an HTTP date. A date is compared
 * with the answer's own `Date`, so that a wrong local clock does no harm.
 *
 * @param nowMs epoch milliseconds, used when the answer has no `Date`
 * @returns at least 0; undefined when the header is absent or not understood
 */
export function parseRetryAfter(
  headers: Headers,
  nowMs: number,
): number | undefined {
  const text = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const untilMs = parseHttpDate(text);
  if (untilMs === undefined) return undefined;
  const servedMs = parseHttpDate(headers.get("date") ?? "");
  return Math.max(0, untilMs - (servedMs ?? nowMs));
}

// All three forms of RFC 9110, section 5.6.7. Date.parse alone takes "-1",
// "2" and "soon 3" for dates, and reads the form without a zone as local time.
function parseHttpDate(text: string): number | undefined {
  if (!/^[A-Za-z]{3,9},? .*\d{2}:\d{2}:\d{2}/.test(text)) return undefined;
  const timeMs = Date.parse(/ GMT$/.test(text) ? text : `${text} GMT`);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}
