import { isWithin, type RangeBound, splitWords } from "../search/mod.ts";
import type { PathlessScan } from "./indexed_field.ts";
import { encodeText } from "./key_bytes.ts";
import {
  rangeOfKinds,
  rangeOfPrefix,
  rangeOfText,
  textsWithin,
} from "./key_ranges.ts";
import { analysedText, KIND } from "./posting_key.ts";

// Letters, marks, digits and underscores only: what a word can consist of.
const WORD = /^[\p{L}\p{N}\p{M}_]+$/u;
const FIRST_OF_UUID = /^[0-9a-z]{8}$/;
const REST_OF_UUID = /^(?:[0-9a-z]{4}|[0-9a-z]{12})$/;

/** Where an analysed field has any of these words. */
export function scansOfWords(words: readonly string[]): PathlessScan[] {
  const known = [...new Set(words)].filter((word) => WORD.test(word));
  const firsts = known.filter((word) => FIRST_OF_UUID.test(word));
  return [
    ...known.flatMap((word) => [
      rangeOfText(KIND.term, word),
      rangeOfText(KIND.word, word),
    ]),
    ...firsts.map((word) => rangeOfPrefix(KIND.uuid, `${word}-`)),
    ...scansOfUuids(known.filter((word) => REST_OF_UUID.test(word))),
  ];
}

function scansOfUuids(words: readonly string[]): PathlessScan[] {
  if (words.length === 0) return [];
  const wanted = new Set(words);
  const [only = ""] = words.length === 1 ? words : [];
  return [scanUuids((word) => wanted.has(word), only)];
}

/** Where an analysed field has the words within all bounds. */
export function scansOfWordsWithin(
  bounds: readonly RangeBound[],
): PathlessScan[] {
  return [
    ...textsWithin([KIND.term, KIND.word], "text", bounds),
    scanUuids((text) => isWithin({ type: "exact", text }, bounds)),
  ];
}

/**
 * Where an analysed field has a uuid with a certain word, found by looking at
 * each of them.
 *
 * @param literal what the word contains, to look at fewer
 */
export function scanUuids(
  fits: (word: string) => boolean,
  literal = "",
): PathlessScan {
  return {
    ...rangeOfKinds(KIND.uuid),
    containing: encodeText(literal),
    test: (key) => splitWords(analysedText(key)).some(fits),
  };
}
