import {
  ANY_ONE,
  ANY_RUN,
  type CasedText,
  type CasedWildcard,
  type FieldValue,
  fitsWildcard,
  startsWith,
  type WildcardPattern,
  type WildcardToken,
} from "../search/mod.ts";
import {
  type IndexedField,
  type PathlessScan,
  scansOf,
} from "./indexed_field.ts";
import { encodeText } from "./key_bytes.ts";
import {
  type KeyRange,
  rangeOfKinds,
  rangeOfPrefix,
  rangeOfText,
} from "./key_ranges.ts";
import { type Plan, scanKeys } from "./plan.ts";
import { scanUuids } from "./word_scans.ts";
import { KIND, type Kind, ownValue, type PostingKey } from "./posting_key.ts";

/** What is known of the texts that fit a pattern. */
interface TextPattern {
  /** Where they can be among the texts of a kind. */
  range: (kind: Kind) => KeyRange;
  /** Whether others can be there too. */
  isTested: boolean;
  /** What all of them contain. */
  literal: string;
}

/** How the index finds the values that start with a text. */
export function planPrefix(field: IndexedField, prefix: CasedText): Plan {
  return planTexts(
    field,
    (form) => prefixPattern(prefix[form]),
    (value) => startsWith(value, prefix),
  );
}

/** How the index finds the values that fit a pattern. */
export function planWildcard(
  field: IndexedField,
  pattern: CasedWildcard,
): Plan {
  return planTexts(
    field,
    (form) => wildcardPattern(form === "text" ? pattern.exact : pattern.folded),
    (value) => fitsWildcard(value, pattern),
  );
}

function planTexts(
  field: IndexedField,
  patternOf: (form: keyof CasedText) => TextPattern,
  fits: (value: FieldValue) => boolean,
): Plan {
  const folded = patternOf("folded");
  const written = patternOf("text");
  const fitsOwn = (key: PostingKey) => fits(ownValue(key));
  const fitsWord = ({ text }: PostingKey) => fits({ type: "exact", text });
  const own = field.isExact ? [scanText(KIND.exact, written, fitsOwn)] : [
    scanText(KIND.term, folded, fitsOwn),
    scanText(KIND.uuid, folded, fitsOwn),
    scanText(KIND.string, folded, fitsOwn),
    scanDates(folded, fitsOwn),
  ];
  const words = [
    scanText(KIND.term, written, fitsWord),
    scanText(KIND.word, written, fitsWord),
    scanUuids((text) => fits({ type: "exact", text }), written.literal),
  ];
  return scanKeys(scansOf(field, own, words));
}

function scanText(
  kind: Kind,
  { range, isTested, literal }: TextPattern,
  test: (key: PostingKey) => boolean,
): PathlessScan {
  if (!isTested) return range(kind);
  return { ...range(kind), containing: encodeText(literal), test };
}

// Dates are in the order of time, not of their texts.
function scanDates(
  { literal }: TextPattern,
  test: (key: PostingKey) => boolean,
): PathlessScan {
  const containing = encodeText(literal);
  return { ...rangeOfKinds(KIND.date), containing, test };
}

// A prefix may end in the middle of a character; the rest is then tested.
function prefixPattern(prefix: string): TextPattern {
  const literal = prefix.replace(/[\ud800-\udbff]$/, "");
  return {
    range: (kind) => rangeOfPrefix(kind, literal),
    isTested: literal !== prefix,
    literal,
  };
}

function wildcardPattern({ tokens }: WildcardPattern): TextPattern {
  const runs = literalRuns(tokens);
  const [head = ""] = runs;
  const [literal = ""] = runs.toSorted((a, b) => b.length - a.length);
  const rest = tokens.slice(Array.from(head).length);
  if (rest.length === 0) {
    const range = (kind: Kind) => rangeOfText(kind, head);
    return { range, isTested: false, literal };
  }
  return {
    range: (kind) => rangeOfPrefix(kind, head),
    isTested: rest.length > 1 || rest[0] !== ANY_RUN,
    literal,
  };
}

/** The texts between wildcards; the first one is what stands before any. */
function literalRuns(tokens: readonly WildcardToken[]): string[] {
  const runs = [""];
  for (const token of tokens) {
    if (token === ANY_ONE || token === ANY_RUN) runs.push("");
    else runs.push((runs.pop() ?? "") + token);
  }
  return runs;
}
