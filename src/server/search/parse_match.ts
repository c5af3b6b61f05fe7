import {
  isJsonObject,
  type Json,
  type JsonObject,
  quote,
} from "../../base/mod.ts";
import {
  checkOptions,
  type ClauseScope,
  errorAt,
  expectOneField,
  MAX_CLAUSES,
  plainNumber,
} from "./clause_scope.ts";
import { ANALYSED_SUFFIX } from "./field_values.ts";
import { parseMinimumShouldMatch } from "./minimum_should_match.ts";
import { expectScalar } from "./parse_term.ts";
import type { MatchQuery, PhraseQuery } from "./query.ts";
import { splitWords } from "./words.ts";

/**
 * Parses the body of a `match` query, `{field: value}` or
 * `{field: {query, operator, minimum_should_match}}`.
 *
 * @throws {QueryError} for an array or null as value, and unknown options.
 */
export function parseMatch(body: Json, outer: ClauseScope): MatchQuery {
  const { field, value: given, scope } = expectOneField(body, outer);
  const options = longForm(given);
  checkOptions(
    options,
    ["query", "operator", "minimum_should_match", "lenient"],
    scope,
  );
  const value = expectScalar(options["query"], scope);
  const words = parseWords(field, value.text, scope);
  const minimumWords = parseMinimumWords(options, words.length, scope);
  return { type: "match", field, value, words, minimumWords };
}

/**
 * Parses the body of a `match_phrase` query, `{field: value}` or
 * `{field: {query}}`.
 *
 * @throws {QueryError} as {@linkcode parseMatch}, and for a `slop` over 0.
 */
export function parseMatchPhrase(body: Json, outer: ClauseScope): PhraseQuery {
  const { field, value: given, scope } = expectOneField(body, outer);
  const options = longForm(given);
  checkOptions(options, ["query", "slop"], scope);
  if ((plainNumber(options["slop"]) ?? 0) !== 0) {
    throw errorAt(scope, "'slop' must be 0");
  }
  const value = expectScalar(options["query"], scope);
  const words = parseWords(field, value.text, scope);
  return { type: "phrase", field, value, words };
}

// Each word is a clause to Elasticsearch, so the same limit applies.
function parseWords(field: string, text: string, scope: ClauseScope): string[] {
  if (!field.endsWith(ANALYSED_SUFFIX)) return [];
  const words = splitWords(text);
  if (words.length <= MAX_CLAUSES) return words;
  throw errorAt(scope, `more than ${MAX_CLAUSES} words`);
}

function longForm(given: Json): JsonObject {
  return isJsonObject(given) ? given : { query: given };
}

function parseMinimumWords(
  options: JsonObject,
  total: number,
  scope: ClauseScope,
): number {
  const operator = options["operator"] ?? "or";
  const name = typeof operator === "string" ? operator.toLowerCase() : "";
  if (name !== "or" && name !== "and") {
    const shown = typeof operator === "string" ? ` ${quote(operator)}` : "";
    throw errorAt(scope, `unsupported operator${shown}`);
  }
  const stated = parseMinimumShouldMatch(
    options["minimum_should_match"],
    total,
    scope,
  );
  if (name === "and") return Math.max(1, total);
  // One word alone makes no optional clauses for a minimum to count.
  return total === 1 ? 1 : Math.max(1, stated ?? 1);
}
