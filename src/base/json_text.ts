/**
 * JSON as text, read and written so that a document survives the round trip:
 * numbers keep every digit, and the output is byte for byte what Python's
 * `json.dumps` writes, because `bundle.json` is stored under its own hash and
 * old download directories must be recognised.
 *
 * @module
 */

import { messageOf, RefusedError } from "./errors.ts";
import { printable } from "./printable.ts";

// Python gives up near the same depth; far more than any real document has.
const DEPTH_LIMIT = 1000;

/** Any value that JSON can hold. */
export type Json =
  | null
  | boolean
  | number
  | string
  | ExactNumber
  | Json[]
  | JsonObject;

/** A JSON object. */
export interface JsonObject {
  /** The value of each key. */
  [key: string]: Json;
}

/** A number whose text a double would not give back, as in `1.0`. */
export class ExactNumber {
  /** Keeps `source`, the number as it was written. */
  constructor(readonly source: string) {}

  /** The nearest double. */
  valueOf(): number {
    return Number(this.source);
  }

  /** The number as it was written. */
  toString(): string {
    return this.source;
  }

  /** What `JSON.stringify` shows: the nearest double. */
  toJSON(): number {
    return Number(this.source);
  }
}

/** Whether a value is a JSON object (not null, not an array). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null &&
    !Array.isArray(value) && !(value instanceof ExactNumber);
}

/**
 * Parses JSON (RFC 8259); numbers that a double would change become
 * {@linkcode ExactNumber}.
 *
 * @param what what the text is, for the error: `the manifest`
 * @throws {RefusedError} when the text is not JSON, or nested too deeply.
 */
export function parseJson(text: string, what = "the text"): Json {
  try {
    return JSON.parse(text, keepDigits) as Json;
  } catch (cause) {
    const why = cause instanceof RangeError
      ? "it is nested too deeply"
      // The runtime quotes the text as it is.
      : printable(messageOf(cause));
    throw new RefusedError(`${what} is not valid JSON: ${why}`, { cause });
  }
}

function keepDigits(
  _key: string,
  value: unknown,
  context?: { source?: string },
): unknown {
  if (typeof value !== "number" || context?.source === undefined) return value;
  return String(value) === context.source
    ? value
    : new ExactNumber(context.source);
}

/** How {@linkcode formatJson} lays out its text. */
export interface JsonFormat {
  /** Spaces per level; 0 is one line with `, ` and `: `. Default 2. */
  indent?: number;
  /** Whether keys are sorted by code point at every level. Default false. */
  sortKeys?: boolean;
}

/**
 * JSON text as Python's `json.dumps(value, indent=…, sort_keys=…)` writes it:
 * ASCII only, no newline at the end.
 *
 * @throws {RefusedError} when the value is nested deeper than 1000 levels.
 */
export function formatJson(value: unknown, format: JsonFormat = {}): string {
  const { indent = 2, sortKeys = false } = format;
  const newline = (depth: number) =>
    indent === 0 ? "" : `\n${" ".repeat(indent * depth)}`;
  const separator = indent === 0 ? ", " : ",";
  const write = (item: unknown, depth: number): string => {
    if (item === null || item === undefined) return "null";
    if (typeof item === "string") return formatString(item);
    if (item instanceof ExactNumber) return formatExact(item.source);
    if (typeof item === "number") return formatNumber(item);
    if (typeof item !== "object") return JSON.stringify(item) ?? "null";
    if (depth >= DEPTH_LIMIT) {
      throw new RefusedError(
        `JSON is nested deeper than ${DEPTH_LIMIT} levels`,
      );
    }
    const [open, close] = Array.isArray(item) ? "[]" : "{}";
    const cells = Array.isArray(item)
      ? item.map((cell) => write(cell, depth + 1))
      : entriesOf(item, sortKeys).map(([key, cell]) =>
        `${formatString(key)}: ${write(cell, depth + 1)}`
      );
    if (cells.length === 0) return `${open}${close}`;
    const lines = cells.map((cell) => `${newline(depth + 1)}${cell}`);
    return `${open}${lines.join(separator)}${newline(depth)}${close}`;
  };
  return write(value, 0);
}

function entriesOf(item: object, sortKeys: boolean): [string, unknown][] {
  const entries = Object.entries(item).filter(([, cell]) => cell !== undefined);
  if (sortKeys) entries.sort(([a], [b]) => compareCodePoints(a, b));
  return entries;
}

/** Orders text by code point, as Python and SQLite do; UTF-16 order differs. */
export function compareCodePoints(a: string, b: string): number {
  const left = a[Symbol.iterator]();
  const right = b[Symbol.iterator]();
  while (true) {
    const x = left.next();
    const y = right.next();
    if (x.done || y.done) return (x.done ? 0 : 1) - (y.done ? 0 : 1);
    const difference = (x.value.codePointAt(0) ?? 0) -
      (y.value.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
}

function formatString(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

// An integer keeps every digit, but for the sign of zero.
function formatExact(source: string): string {
  if (!/[.eE]/.test(source)) return source === "-0" ? "0" : source;
  return formatDouble(Number(source));
}

// A double that is whole and safe to write so came from an integer.
function formatNumber(value: number): string {
  return Number.isInteger(value) || !Number.isFinite(value)
    ? JSON.stringify(value)
    : formatDouble(value);
}

// Python parses a number with a point or an exponent to a double and writes
// its `repr`.
function formatDouble(value: number): string {
  if (!Number.isFinite(value)) return value < 0 ? "-Infinity" : "Infinity";
  const magnitude = Math.abs(value);
  if (value !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) {
    return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  }
  const sign = Object.is(value, -0) ? "-" : "";
  return Number.isInteger(value) ? `${sign}${value}.0` : String(value);
}
