import { formatVersion } from "../../base/mod.ts";

const PARTS = /^(\d{4}-\d\d-\d\dT\d\d)(\d\d)(\d\d\.\d{3})(\d{3})Z$/;

/**
 * The time of an event: now, or a microsecond after the last event, however
 * the clock was set since. So no two are the same, and pages, which start at
 * a time, neither repeat nor miss one.
 *
 * @param last the time of the last event, in DSS_VERSION format
 */
export function timestampAfter(
  last: string | undefined,
  nowMs: number,
): string {
  const now = formatVersion(nowMs);
  if (last === undefined || last < now) return now;
  const [, hours, minutes, seconds, micros] = PARTS.exec(last) ?? [];
  const atMs = Date.parse(`${hours}:${minutes}:${seconds}Z`);
  const next = Number(micros) + 1;
  return formatVersion(atMs + Math.floor(next / 1000), next % 1000);
}
