/** The time that a written date covers, in milliseconds since the epoch. */
export interface DatePeriod {
  /** Its first millisecond. */
  startMs: number;
  /** Its last millisecond, inclusive. */
  endMs: number;
}

const ISO_DATE =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d\d(?::?\d\d)?)?)?)?)?$/;
const PLAIN_DATE_TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/;
const ZONE = /^([+-])(\d\d)(?::?(\d\d))?$/;
const MINUTE_MS = 60_000;

/**
 * Reads a date in one of the two formats of the DSS index: ISO 8601 down to
 * any unit (`strict_date_optional_time`) and `yyyy-MM-dd HH:mm:ss`. What is
 * left out makes the period longer: `2018-07` is the whole month. A fraction
 * of a second is cut to milliseconds.
 *
 * @param offsetMinutes minutes east of UTC of a text that states no zone
 * @returns undefined if the text is no such date, or no real one.
 */
export function parseDatePeriod(
  text: string,
  offsetMinutes = 0,
): DatePeriod | undefined {
  const match = ISO_DATE.exec(text.replace(PLAIN_DATE_TIME, "$1T$2"));
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const millisecond = fraction?.padEnd(3, "0").slice(0, 3);
  const startMs = momentOf(
    [year, month, day, hour, minute, second, millisecond].map(toNumber),
  );
  const offset = zone === undefined ? offsetMinutes : parseTimeZone(zone);
  if (startMs === undefined || offset === undefined) return undefined;
  const lengthMs = fraction !== undefined
    ? 1
    : second !== undefined
    ? 1000
    : minute !== undefined
    ? MINUTE_MS
    : hour !== undefined
    ? 60 * MINUTE_MS
    : day !== undefined
    ? 24 * 60 * MINUTE_MS
    : nextMonth(startMs, month === undefined ? 12 : 1) - startMs;
  const shiftMs = offset * MINUTE_MS;
  return {
    startMs: startMs - shiftMs,
    endMs: startMs + lengthMs - 1 - shiftMs,
  };
}

/**
 * The offset of a zone in minutes east of UTC; undefined for anything but
 * `Z`, `UTC` and `±hh[:mm]`.
 */
export function parseTimeZone(text: string): number | undefined {
  if (text === "Z" || text === "UTC") return 0;
  const match = ZONE.exec(text);
  if (match === null) return undefined;
  const [, sign, hours, minutes = "0"] = match;
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const total = Number(hours) * 60 + Number(minutes);
  return sign === "-" ? -total : total;
}

/**
 * Whether the index takes a string for a date: one of its formats, with at
 * least two of one separator (Elasticsearch's date detection), so that `2018`
 * and `2018-07` stay keywords. DSS versions are not dates.
 */
export function detectDate(text: string): DatePeriod | undefined {
  if (text.length > 40 || !/-.*-/.test(text)) return undefined;
  return parseDatePeriod(text);
}

function toNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function momentOf(
  [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, ms = 0]:
    readonly (number | undefined)[],
): number | undefined {
  const time = new Date(0);
  time.setUTCFullYear(year, month - 1, day);
  const isReal = time.getUTCMonth() === month - 1 &&
    time.getUTCDate() === day &&
    hour < 24 && minute < 60 && second < 60;
  return isReal ? time.setUTCHours(hour, minute, second, ms) : undefined;
}

function nextMonth(startMs: number, months: number): number {
  const time = new Date(startMs);
  return time.setUTCMonth(time.getUTCMonth() + months);
}
