import {
  containsPhrase,
  type ExistsQuery,
  ID_FIELD,
  type MatchQuery,
  type PhraseQuery,
  type Query,
  type RangeQuery,
  splitWords,
  type TermsQuery,
} from "../search/mod.ts";
import { type IndexedField, indexedField, scansOf } from "./indexed_field.ts";
import { encodeText } from "./key_bytes.ts";
import { rangeOfKinds, rangesOfOperand, rangesWithin } from "./key_ranges.ts";
import {
  type KeyScan,
  NOTHING,
  type Plan,
  requireSome,
  scanKeys,
} from "./plan.ts";
import { planPrefix, planWildcard } from "./plan_pattern.ts";
import { scansOfWords, scansOfWordsWithin } from "./word_scans.ts";
import { analysedText, KIND } from "./posting_key.ts";

/**
 * How the index finds what a query matches; exactly that, for every query.
 * Each form is about single values of a field, or about which words a field
 * has, and the index has every value and every word.
 */
export function planQuery(query: Query): Plan {
  switch (query.type) {
    case "match_all":
      return { type: "everything" };
    case "match_none":
      return NOTHING;
    case "terms":
      return planTerms(query);
    case "match":
      return planMatch(query);
    case "phrase":
      return planPhrase(query);
    case "exists":
      return planExists(query);
    case "range":
      return planRange(query);
    case "prefix":
      return planPrefix(indexedField(query.field), query.prefix);
    case "wildcard":
      return planWildcard(indexedField(query.field), query.pattern);
    case "bool":
      return planBool(query);
  }
}

function planTerms({ field: name, values }: TermsQuery): Plan {
  const field = indexedField(name);
  const own = values.flatMap((operand) =>
    rangesOfOperand(operand, field.isExact)
  );
  const words = scansOfWords(values.map(({ text }) => text));
  return scanKeys(scansOf(field, own, words));
}

function planMatch(query: MatchQuery): Plan {
  const field = indexedField(query.field);
  const own = scansOf(field, rangesOfOperand(query.value, field.isExact));
  const weights = new Map<string, number>();
  for (const word of query.words) {
    weights.set(word, (weights.get(word) ?? 0) + 1);
  }
  const words = [...weights].map(([word, weight]) => ({
    plan: planWord(field, word),
    weight,
  }));
  const found = requireSome(words, query.minimumWords);
  return { type: "any", plans: [scanKeys(own), found] };
}

function planWord(field: IndexedField, word: string): Plan {
  return scanKeys(scansOf(field, [], scansOfWords([word])));
}

function planPhrase({ field: name, value, words }: PhraseQuery): Plan {
  const field = indexedField(name);
  const own = scanKeys(scansOf(field, rangesOfOperand(value, field.isExact)));
  const [word] = words;
  if (word === undefined) return own;
  const found = words.length === 1
    ? planWord(field, word)
    : planWordsInRow(field, words);
  return { type: "any", plans: [own, found] };
}

// First the words one by one: if one is missing there is nothing to look at.
function planWordsInRow(field: IndexedField, words: string[]): Plan {
  const test: KeyScan["test"] = (key) =>
    containsPhrase(splitWords(analysedText(key)), words);
  const containing = longestPlain(words);
  const scans = [
    ...scansOf(field, [], [rangeOfKinds(KIND.uuid, KIND.string)]).map((
      scan,
    ) => ({
      ...scan,
      containing,
    })),
    ...scansOf(field, [], [rangeOfKinds(KIND.long)]),
  ].map((scan) => ({ ...scan, test }));
  const plans = [...new Set(words)].map((word) => planWord(field, word));
  return { type: "all", plans: [...plans, scanKeys(scans)] };
}

// Lower-casing a whole text and its characters differs only beyond ASCII.
function longestPlain(words: readonly string[]): Uint8Array | undefined {
  const plain = words.filter((word) => /^\w+$/.test(word));
  const [longest] = plain.sort((a, b) => b.length - a.length);
  return longest === undefined ? undefined : encodeText(longest);
}

function planExists({ field: name }: ExistsQuery): Plan {
  if (name === ID_FIELD) return { type: "everything" };
  const field = indexedField(name);
  return scanKeys(scansOf(
    field,
    // What is below, and all that has a value under this name.
    [rangeOfKinds(KIND.below, KIND.string)],
    [rangeOfKinds(KIND.term, KIND.long)],
  ));
}

function planRange({ field: name, bounds }: RangeQuery): Plan {
  const field = indexedField(name);
  const own = rangesWithin(bounds, field.isExact);
  return scanKeys(scansOf(field, own, scansOfWordsWithin(bounds)));
}

function planBool(query: Extract<Query, { type: "bool" }>): Plan {
  const { must, should, mustNot, minimumShouldMatch } = query;
  const plans = must.map(planQuery);
  if (minimumShouldMatch > 0) {
    const optional = should.map((clause) => ({
      plan: planQuery(clause),
      weight: 1,
    }));
    plans.push(requireSome(optional, minimumShouldMatch));
  }
  const plan: Plan = plans.length === 0
    ? { type: "everything" }
    : { type: "all", plans };
  if (mustNot.length === 0) return plan;
  const without: Plan = { type: "any", plans: mustNot.map(planQuery) };
  return { type: "except", plan, without };
}
