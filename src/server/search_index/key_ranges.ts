import {
  type CasedText,
  isWithin,
  type Operand,
  type RangeBound,
} from "../search/mod.ts";
import { isUuidForm } from "./document_keys.ts";
import { compareBytes } from "./key_bytes.ts";
import { KIND, type Kind, numberBytes, textBytes } from "./posting_key.ts";

/** The values between two: `from` inclusive, `to` exclusive. */
export interface KeyRange {
  /** The first. */
  from: Uint8Array;
  /** The first after it. */
  to: Uint8Array;
}

// No text has this byte.
const AFTER_TEXT = 0xff;

/** Every value of some kinds that follow each other. */
export function rangeOfKinds(first: Kind, last: Kind = first): KeyRange {
  return { from: Uint8Array.of(first), to: Uint8Array.of(last + 1) };
}

/** One value. */
function rangeOfOne(value: Uint8Array): KeyRange {
  return { from: value, to: withByte(value, 0) };
}

/** The values of a kind whose text starts so. */
export function rangeOfPrefix(kind: Kind, prefix: string): KeyRange {
  const from = textBytes(kind, prefix);
  return { from, to: withByte(from, AFTER_TEXT) };
}

/** The values of a kind with exactly this text. */
export function rangeOfText(kind: Kind, text: string): KeyRange {
  return rangeOfOne(textBytes(kind, text));
}

/** Where a keyword or exact field has the values that equal an operand. */
export function rangesOfOperand(
  operand: Operand,
  isExact: boolean,
): KeyRange[] {
  if (isExact) return [rangeOfText(KIND.exact, operand.text)];
  const { folded, number, boolean, period } = operand;
  const kinds = isUuidForm(folded) ? [KIND.uuid] : [KIND.term, KIND.string];
  const ranges = kinds.map((kind) => rangeOfText(kind, folded));
  if (number !== undefined && Number.isFinite(number)) {
    ranges.push(rangeOfOne(numberBytes(KIND.number, number)));
  }
  if (boolean !== undefined) {
    ranges.push(rangeOfOne(numberBytes(KIND.boolean, Number(boolean))));
  }
  if (period !== undefined) {
    ranges.push({
      from: numberBytes(KIND.date, period.startMs),
      to: numberBytes(KIND.date, period.endMs + 1),
    });
  }
  return ranges;
}

/** Where a field has, under its own name, the values within all bounds. */
export function rangesWithin(
  bounds: readonly RangeBound[],
  isExact: boolean,
): KeyRange[] {
  if (isExact) return textsWithin([KIND.exact], "text", bounds);
  return [
    ...textsWithin([KIND.term, KIND.uuid, KIND.string], "folded", bounds),
    ...narrow(KIND.number, bounds, numberEdge),
    ...narrow(KIND.date, bounds, dateEdge),
    ...booleansWithin(bounds),
  ];
}

/** The values of some kinds whose texts, in one form, are within all bounds. */
export function textsWithin(
  kinds: readonly Kind[],
  form: keyof CasedText,
  bounds: readonly RangeBound[],
): KeyRange[] {
  return kinds.flatMap((kind) =>
    narrow(
      kind,
      bounds,
      ({ operator, value }) => edgeAt(operator, textBytes(kind, value[form])),
    )
  );
}

function booleansWithin(bounds: readonly RangeBound[]): KeyRange[] {
  return [false, true]
    .filter((boolean) => isWithin({ type: "boolean", boolean }, bounds))
    .map((boolean) => rangeOfOne(numberBytes(KIND.boolean, Number(boolean))));
}

function numberEdge({ operator, value }: RangeBound): Uint8Array | undefined {
  const { number } = value;
  if (number === undefined) return undefined;
  return edgeAt(operator, numberBytes(KIND.number, number));
}

// As the evaluator: `gt` and `lte` count from the end of the bound's period.
function dateEdge({ operator, value }: RangeBound): Uint8Array | undefined {
  const { period } = value;
  if (period === undefined) return undefined;
  const startMs = isAfter(operator) ? period.endMs + 1 : period.startMs;
  return numberBytes(KIND.date, startMs);
}

function edgeAt(
  operator: RangeBound["operator"],
  value: Uint8Array,
): Uint8Array {
  return isAfter(operator) ? withByte(value, 0) : value;
}

/** Whether what is wanted begins, or ends, after the bound. */
function isAfter(operator: RangeBound["operator"]): boolean {
  return operator === "gt" || operator === "lte";
}

/**
 * The values of a kind within bounds; none when an edge is not there, as that
 * of a text that is no number.
 */
function narrow(
  kind: Kind,
  bounds: readonly RangeBound[],
  edgeOf: (bound: RangeBound) => Uint8Array | undefined,
): KeyRange[] {
  let { from, to } = rangeOfKinds(kind);
  for (const bound of bounds) {
    const edge = edgeOf(bound);
    if (edge === undefined) return [];
    if (bound.operator.startsWith("g")) {
      if (compareBytes(edge, from) > 0) from = edge;
    } else if (compareBytes(edge, to) < 0) {
      to = edge;
    }
  }
  return compareBytes(from, to) < 0 ? [{ from, to }] : [];
}

function withByte(bytes: Uint8Array, byte: number): Uint8Array {
  const longer = new Uint8Array(bytes.length + 1);
  longer.set(bytes);
  longer[bytes.length] = byte;
  return longer;
}
