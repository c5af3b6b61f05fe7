import { compareCodePoints } from "../../base/mod.ts";
import type { CasedText } from "./cased_text.ts";
import type { FieldValue } from "./field_values.ts";
import type { Operand } from "./operand.ts";
import type { RangeBound } from "./query.ts";
import { type CasedWildcard, matchesWildcard } from "./wildcard.ts";
import { splitWords } from "./words.ts";

/**
 * Whether an indexed value equals a value of a query. A date equals every
 * period that it falls in; an analysed string equals each of its words, which
 * are lower-case, while the query's text is taken as it is (Elasticsearch,
 * "Term Query").
 */
export function equalsOperand(value: FieldValue, operand: Operand): boolean {
  switch (value.type) {
    case "keyword":
      return value.text === operand.folded;
    case "exact":
      return value.text === operand.text;
    case "text":
      return splitWords(value.text).includes(operand.text);
    case "number":
      return value.number === operand.number;
    case "boolean":
      return value.boolean === operand.boolean;
    case "date":
      return operand.period !== undefined &&
        value.period.startMs >= operand.period.startMs &&
        value.period.startMs <= operand.period.endMs;
  }
}

/** Whether the text of a value starts with `prefix`; numbers have no text. */
export function startsWith(value: FieldValue, prefix: CasedText): boolean {
  return hasText(
    value,
    (text, isFolded) => text.startsWith(isFolded ? prefix.folded : prefix.text),
  );
}

/** Whether the text of a value fits `pattern`; numbers have no text. */
export function fitsWildcard(
  value: FieldValue,
  pattern: CasedWildcard,
): boolean {
  return hasText(
    value,
    (text, isFolded) =>
      matchesWildcard(isFolded ? pattern.folded : pattern.exact, text),
  );
}

/** Whether a value is on the right side of every bound. */
export function isWithin(
  value: FieldValue,
  bounds: readonly RangeBound[],
): boolean {
  if (value.type === "text") {
    return splitWords(value.text).some((text) =>
      isWithin({ type: "exact", text }, bounds)
    );
  }
  return bounds.every((bound) => isOnSide(value, bound));
}

function hasText(
  value: FieldValue,
  test: (text: string, isFolded: boolean) => boolean,
): boolean {
  switch (value.type) {
    case "keyword":
    case "date":
      return test(value.text, true);
    case "exact":
      return test(value.text, false);
    case "text":
      return splitWords(value.text).some((word) => test(word, false));
    case "number":
    case "boolean":
      return false;
  }
}

function isOnSide(
  value: Exclude<FieldValue, { type: "text" }>,
  { operator, value: bound }: RangeBound,
): boolean {
  switch (value.type) {
    case "keyword":
      return isSign(operator, compareCodePoints(value.text, bound.folded));
    case "exact":
      return isSign(operator, compareCodePoints(value.text, bound.text));
    case "number":
      return isSign(operator, value.number - (bound.number ?? NaN));
    case "date": {
      // Rounding of Elasticsearch: `gt` and `lte` count from the period's end.
      const { startMs = NaN, endMs = NaN } = bound.period ?? {};
      const isEnd = operator === "gt" || operator === "lte";
      return isSign(operator, value.period.startMs - (isEnd ? endMs : startMs));
    }
    case "boolean":
      return isSign(operator, Number(value.boolean) - toNumber(bound.boolean));
  }
}

function isSign(operator: RangeBound["operator"], difference: number): boolean {
  switch (operator) {
    case "gt":
      return difference > 0;
    case "gte":
      return difference >= 0;
    case "lt":
      return difference < 0;
    case "lte":
      return difference <= 0;
  }
}

function toNumber(value: boolean | undefined): number {
  return value === undefined ? NaN : Number(value);
}
