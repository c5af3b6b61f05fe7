import type { JsonObject } from "../../base/mod.ts";
import { fieldValues, hasFieldValue } from "./field_values.ts";
import {
  equalsOperand,
  fitsWildcard,
  isWithin,
  startsWith,
} from "./match_value.ts";
import type { BoolQuery, MatchQuery, PhraseQuery, Query } from "./query.ts";
import { containsPhrase, splitWords } from "./words.ts";

/**
 * Whether a document matches a query, as the index of the DSS would find it
 * (Elasticsearch 5.5 with the mapping of data-store). A field that the
 * document does not have matches nothing.
 *
 * @param document the index document, or the tombstone in its place
 * @param id its FQID, which is what `_id` is compared with
 */
export function matchDocument(
  query: Query,
  document: JsonObject,
  id: string,
): boolean {
  const values = (field: string) => fieldValues(document, id, field);
  switch (query.type) {
    case "match_all":
      return true;
    case "match_none":
      return false;
    case "terms":
      return values(query.field).some((value) =>
        query.values.some((operand) => equalsOperand(value, operand))
      );
    case "match":
      return matchesWords(query, document, id);
    case "phrase":
      return matchesPhrase(query, document, id);
    case "exists":
      return hasFieldValue(document, id, query.field);
    case "range":
      return values(query.field).some((value) => isWithin(value, query.bounds));
    case "prefix":
      return values(query.field).some((value) =>
        startsWith(value, query.prefix)
      );
    case "wildcard":
      return values(query.field).some((value) =>
        fitsWildcard(value, query.pattern)
      );
    case "bool":
      return matchesBool(query, document, id);
  }
}

function matchesBool(
  query: BoolQuery,
  document: JsonObject,
  id: string,
): boolean {
  const matches = (clause: Query) => matchDocument(clause, document, id);
  if (!query.must.every(matches) || query.mustNot.some(matches)) return false;
  let missing = query.minimumShouldMatch;
  for (const clause of query.should) {
    if (missing <= 0) break;
    if (matches(clause)) missing--;
  }
  return missing <= 0;
}

// The words may come from different values of the field.
function matchesWords(
  query: MatchQuery,
  document: JsonObject,
  id: string,
): boolean {
  const found = new Set<string>();
  for (const value of fieldValues(document, id, query.field)) {
    if (value.type === "text") {
      for (const word of splitWords(value.text)) found.add(word);
    } else if (equalsOperand(value, query.value)) {
      return true;
    }
  }
  return query.words.filter((word) => found.has(word)).length >=
    query.minimumWords;
}

function matchesPhrase(
  query: PhraseQuery,
  document: JsonObject,
  id: string,
): boolean {
  return fieldValues(document, id, query.field).some((value) =>
    value.type === "text"
      ? containsPhrase(splitWords(value.text), query.words)
      : equalsOperand(value, query.value)
  );
}
