/**
 * The search of the embedded DSS: what is indexed of a bundle, which queries
 * are understood, and whether one matches the other.
 *
 * @module
 */

export * from "./cased_text.ts";
export { MAX_FIELD_LENGTH } from "./clause_scope.ts";
export { type DatePeriod } from "./date_period.ts";
export {
  analysedParent,
  analysedValues,
  type FieldValue,
  ID_FIELD,
  isExactField,
  leafValues,
} from "./field_values.ts";
export { fileNameKey } from "./file_name_key.ts";
export * from "./index_document.ts";
export { matchDocument } from "./match_document.ts";
export { fitsWildcard, isWithin, startsWith } from "./match_value.ts";
export { type Operand } from "./operand.ts";
export { parseQuery } from "./parse_query.ts";
export * from "./query.ts";
export { QueryError } from "./query_error.ts";
export { containsPhrase, splitWords } from "./words.ts";
export {
  ANY_ONE,
  ANY_RUN,
  type CasedWildcard,
  matchesWildcard,
  type WildcardPattern,
  type WildcardToken,
} from "./wildcard.ts";
