import type { CasedText } from "./cased_text.ts";
import type { Operand } from "./operand.ts";
import type { CasedWildcard } from "./wildcard.ts";

/**
 * A parsed search query, free of everything that only affects scores: `filter`
 * has become `must`, `constant_score` its content, `term` and `ids` are `terms`.
 */
export type Query =
  | MatchAllQuery
  | MatchNoneQuery
  | TermsQuery
  | MatchQuery
  | PhraseQuery
  | ExistsQuery
  | RangeQuery
  | PrefixQuery
  | WildcardQuery
  | BoolQuery;

/** Matches every document, tombstones included. */
export interface MatchAllQuery {
  /** The form. */
  type: "match_all";
}

/** Matches no document. */
export interface MatchNoneQuery {
  /** The form. */
  type: "match_none";
}

/** Matches if any value of the field equals any of `values`. */
export interface TermsQuery {
  /** The form. */
  type: "terms";
  /** Dotted path, or `_id`. */
  field: string;
  /** What to look for; empty matches nothing. */
  values: Operand[];
}

/**
 * Equality with `value`, or on an analysed field: at least `minimumWords` of
 * `words` occur in it.
 */
export interface MatchQuery {
  /** The form. */
  type: "match";
  /** Dotted path, or `_id`. */
  field: string;
  /** What a field that is not analysed must equal. */
  value: Operand;
  /**
   * The words of `value`, lower-cased, a repeated one as often as it occurs;
   * empty unless the path ends in `.text`.
   */
  words: string[];
  /** How many of `words` must occur; 1 or more. */
  minimumWords: number;
}

/** Equality with `value`, or on an analysed field: `words` in a row. */
export interface PhraseQuery {
  /** The form. */
  type: "phrase";
  /** Dotted path, or `_id`. */
  field: string;
  /** What a field that is not analysed must equal. */
  value: Operand;
  /** As in {@linkcode MatchQuery}; none are never found. */
  words: string[];
}

/** Matches if the field has an indexed value, itself or below it. */
export interface ExistsQuery {
  /** The form. */
  type: "exists";
  /** Dotted path, or `_id`. */
  field: string;
}

/** One end of a {@linkcode RangeQuery}. */
export interface RangeBound {
  /** How a value must compare with `value`. */
  operator: "gt" | "gte" | "lt" | "lte";
  /** The end of the range. */
  value: Operand;
}

/** Matches if one value of the field is on the right side of all bounds. */
export interface RangeQuery {
  /** The form. */
  type: "range";
  /** Dotted path, or `_id`. */
  field: string;
  /** The ends; none means any value. */
  bounds: RangeBound[];
}

/** Matches if a value of the field starts with `prefix`. */
export interface PrefixQuery {
  /** The form. */
  type: "prefix";
  /** Dotted path, or `_id`. */
  field: string;
  /** How the value must start; "" matches any. */
  prefix: CasedText;
}

/** Matches if a whole value of the field fits `pattern`. */
export interface WildcardQuery {
  /** The form. */
  type: "wildcard";
  /** Dotted path, or `_id`. */
  field: string;
  /** What the value must look like. */
  pattern: CasedWildcard;
}

/** A combination of other queries. */
export interface BoolQuery {
  /** The form. */
  type: "bool";
  /** All of these must match. */
  must: Query[];
  /** At least `minimumShouldMatch` of these must match. */
  should: Query[];
  /** None of these may match. */
  mustNot: Query[];
  /** How many of `should` must match; more than there are matches nothing. */
  minimumShouldMatch: number;
}
