import { concatBytes } from "../../base/mod.ts";
import type { FieldValue } from "../search/mod.ts";
import {
  decodeNumber,
  decodeText,
  encodeNumber,
  encodeText,
} from "./key_bytes.ts";

/**
 * What a key stands for; the first byte of its value. The kinds from
 * `boolean` to `string` are what a field has under its own name, those from
 * `term` to `long` are the strings that are analysed.
 */
export const KIND = {
  /** The path holds an object with something in it. */
  below: 1,
  /** A boolean. */
  boolean: 2,
  /** A number. */
  number: 3,
  /** A date. */
  date: 4,
  /** A string that is compared as it is. */
  exact: 5,
  /** A string that is its only word: keyword and word in one. */
  term: 6,
  /** A uuid, whose five words have no keys: that would double the index. */
  uuid: 7,
  /** Any other string that is short enough to be a keyword. */
  string: 8,
  /** A string that is too long to be a keyword. */
  long: 9,
  /** A word of a string of the last two kinds. */
  word: 10,
} as const;

/** One of {@linkcode KIND}. */
export type Kind = typeof KIND[keyof typeof KIND];

/** A value as the index has it. */
export interface PostingKey {
  /** What it stands for. */
  kind: Kind;
  /** The text; of keywords lower-cased. "" if it has none. */
  text: string;
  /** The text as it was written; "" where that is the same. */
  raw: string;
  /** Of a number the number, of a boolean 0 or 1, of a date its start. */
  number: number;
}

/** A {@linkcode PostingKey} as two columns. */
export interface EncodedKey {
  /** Kind, number and text. */
  value: Uint8Array;
  /** The text as it was written; empty where that is the same. */
  raw: Uint8Array;
}

/** A key of a kind; what is left out it does not have. */
export function makeKey(
  kind: Kind,
  { text = "", raw = "", number = 0 }: Partial<PostingKey> = {},
): PostingKey {
  return { kind, text, raw: raw === text ? "" : raw, number };
}

const NO_BYTES = new Uint8Array();

/** Whether keys of a kind have a number before their text. */
function hasNumber(kind: Kind): boolean {
  return kind === KIND.boolean || kind === KIND.number || kind === KIND.date;
}

/** The columns of a key. */
export function encodeKey(key: PostingKey): EncodedKey {
  const { kind, text, raw, number } = key;
  const value = hasNumber(kind)
    ? concatBytes([numberBytes(kind, number), encodeText(text)])
    : textBytes(kind, text);
  return { value, raw: raw === "" ? NO_BYTES : encodeText(raw) };
}

/** The key in two columns. */
export function decodeKey({ value, raw }: EncodedKey): PostingKey {
  const kind = (value[0] ?? 0) as Kind;
  const rest = value.subarray(1);
  return hasNumber(kind)
    ? makeKey(kind, {
      number: decodeNumber(rest),
      text: decodeText(rest.subarray(8)),
    })
    : { kind, text: decodeText(rest), raw: decodeText(raw), number: 0 };
}

/** The first bytes of the values of a kind with this number. */
export function numberBytes(kind: Kind, number: number): Uint8Array {
  return concatBytes([Uint8Array.of(kind), encodeNumber(number)]);
}

/** The first bytes of the values of a kind whose text starts so. */
export function textBytes(kind: Kind, text: string): Uint8Array {
  return encodeText(String.fromCharCode(kind) + text);
}

/** What the evaluator sees under the field's own name. */
export function ownValue(key: PostingKey): FieldValue {
  const { kind, text, number } = key;
  switch (kind) {
    case KIND.boolean:
      return { type: "boolean", boolean: number !== 0 };
    case KIND.number:
      return { type: "number", number };
    case KIND.date:
      // Of an indexed date only the start is ever compared.
      return { type: "date", text, period: { startMs: number, endMs: number } };
    case KIND.exact:
      return { type: "exact", text };
    default:
      return { type: "keyword", text };
  }
}

/** The whole string that is analysed. */
export function analysedText(key: PostingKey): string {
  return key.raw === "" ? key.text : key.raw;
}
