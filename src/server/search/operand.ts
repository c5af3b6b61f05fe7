import { ExactNumber, type Json } from "../../base/mod.ts";
import { type CasedText, caseText } from "./cased_text.ts";
import { type DatePeriod, parseDatePeriod } from "./date_period.ts";

/**
 * A scalar of a query in every reading that a field may ask for: whether a
 * number, date or keyword is meant is decided by the indexed value.
 */
export interface Operand extends CasedText {
  /** As a number; undefined if it is none. */
  number: number | undefined;
  /** As a boolean; undefined if it is none. */
  boolean: boolean | undefined;
  /** As a date; undefined if it is none. */
  period: DatePeriod | undefined;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * The readings of a scalar. `"9606"` is also a number, `"true"` also a
 * boolean and `2018` also a year; a number's text is the one it was written
 * with.
 *
 * @param offsetMinutes minutes east of UTC of a date that states no zone
 * @returns undefined for null, arrays and objects.
 */
export function parseOperand(
  value: Json,
  offsetMinutes = 0,
): Operand | undefined {
  const text = scalarText(value);
  if (text === undefined) return undefined;
  return {
    ...caseText(text),
    number: NUMBER.test(text) ? Number(text) : undefined,
    boolean: text === "true" ? true : text === "false" ? false : undefined,
    period: parseDatePeriod(text, offsetMinutes),
  };
}

function scalarText(value: Json): string | undefined {
  if (value instanceof ExactNumber) return value.source;
  return typeof value === "object" ? undefined : String(value);
}
