import { type Json, quote } from "../../base/mod.ts";
import {
  checkOptions,
  type ClauseScope,
  errorAt,
  expectObject,
  expectOneField,
  kindOf,
} from "./clause_scope.ts";
import { parseTimeZone } from "./date_period.ts";
import { type Operand, parseOperand } from "./operand.ts";
import type { RangeBound, RangeQuery } from "./query.ts";

const OPERATORS = ["gt", "gte", "lt", "lte"] as const;

const DATE_FORMATS = new Map([
  ["strict_date_optional_time", /^\d{4}(?:-|$)(?!.* )/],
  ["date_optional_time", /^\d{4}(?:-|$)(?!.* )/],
  ["yyyy-MM-dd", /^\d{4}-\d\d-\d\d$/],
  ["yyyy-MM-dd HH:mm:ss", /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/],
]);

// `now`, `now-1d/d` and `2018-07-22||+1M`: a keyword field would take them as
// text and silently find something else.
const DATE_MATH = /^now(?:[-+/]|$)|^\d{4}.*\|\|/;

/**
 * Parses the body of a `range` query, `{field: {gt, gte, lt, lte}}` with
 * `format` and `time_zone` for dates. A null bound is open.
 *
 * @throws {QueryError} for unknown options, date arithmetic, a format other
 * than ISO 8601 or the index's own, a zone that is not `Z`, `UTC` or an
 * offset, and a bound that does not have the stated format.
 */
export function parseRange(body: Json, outer: ClauseScope): RangeQuery {
  const { field, value, scope } = expectOneField(body, outer);
  const options = expectObject(value, scope);
  checkOptions(options, [...OPERATORS, "format", "time_zone"], scope);
  const offsetMinutes = parseZone(options["time_zone"], scope);
  const formats = parseFormats(options["format"], scope);
  const mustBeDate = offsetMinutes !== undefined || formats !== undefined;
  const bounds: RangeBound[] = [];
  for (const operator of OPERATORS) {
    const given = options[operator] ?? null;
    if (given === null) continue;
    const bound = parseBound(given, offsetMinutes, scope);
    if (mustBeDate) expectDate(bound, formats, scope);
    bounds.push({ operator, value: bound });
  }
  return { type: "range", field, bounds };
}

function parseBound(
  given: Json,
  offsetMinutes: number | undefined,
  scope: ClauseScope,
): Operand {
  const bound = parseOperand(given, offsetMinutes);
  if (bound === undefined) {
    throw errorAt(scope, `expected a value, got ${kindOf(given)}`);
  }
  if (DATE_MATH.test(bound.text)) {
    throw errorAt(scope, `unsupported date arithmetic ${quote(bound.text)}`);
  }
  return bound;
}

function expectDate(
  bound: Operand,
  formats: readonly RegExp[] | undefined,
  scope: ClauseScope,
): void {
  const fits = formats?.some((format) => format.test(bound.text)) ?? true;
  if (bound.period !== undefined && fits) return;
  throw errorAt(scope, `not a date in the stated format: ${quote(bound.text)}`);
}

function parseZone(
  value: Json | undefined,
  scope: ClauseScope,
): number | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === "string" ? value : kindOf(value);
  const offsetMinutes = parseTimeZone(text);
  if (offsetMinutes !== undefined) return offsetMinutes;
  throw errorAt(scope, `unsupported time_zone ${quote(text)}`);
}

function parseFormats(
  value: Json | undefined,
  scope: ClauseScope,
): RegExp[] | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === "string" ? value : kindOf(value);
  return text.split("||").map((name) => {
    const format = DATE_FORMATS.get(name);
    if (format !== undefined) return format;
    throw errorAt(scope, `unsupported format ${quote(name)}`);
  });
}
