import type { Json } from "../../base/mod.ts";
import {
  checkOptions,
  childScope,
  type ClauseScope,
  errorAt,
  expectObject,
} from "./clause_scope.ts";
import { parseMinimumShouldMatch } from "./minimum_should_match.ts";
import type { BoolQuery, Query } from "./query.ts";

/** Parses one clause `{form: …}`; undefined for an empty object. */
export type ParseClause = (
  clause: Json,
  scope: ClauseScope,
) => Query | undefined;

const OPTIONS = ["must", "filter", "should", "must_not"].concat([
  "minimum_should_match",
  "adjust_pure_negative",
  "disable_coord",
]);

/**
 * Parses the body of a `bool` query. Without an explicit minimum, one `should`
 * clause must match where nothing else is required or the query only filters
 * (Elasticsearch 5.5, "Bool Query").
 *
 * @throws {QueryError} for an unknown option or a malformed clause.
 */
export function parseBool(
  body: Json,
  scope: ClauseScope,
  parseClause: ParseClause,
): BoolQuery {
  const options = expectObject(body, scope);
  checkOptions(options, OPTIONS, scope);
  if ((options["adjust_pure_negative"] ?? true) !== true) {
    throw errorAt(scope, "'adjust_pure_negative' must be true");
  }
  const clauses = (key: string, inFilter = scope.inFilter) =>
    parseClauses(
      options[key],
      { ...childScope(scope, key), inFilter },
      parseClause,
    );
  const must = [...clauses("must"), ...clauses("filter", true)];
  const should = clauses("should");
  const mustNot = clauses("must_not", true);
  const stated = parseMinimumShouldMatch(
    options["minimum_should_match"],
    should.length,
    scope,
  );
  const minimumShouldMatch = must.length > 0
    ? stated ?? (scope.inFilter && should.length > 0 ? 1 : 0)
    : should.length > 0
    ? Math.max(1, stated ?? 1)
    : 0;
  return { type: "bool", must, should, mustNot, minimumShouldMatch };
}

function parseClauses(
  value: Json | undefined,
  scope: ClauseScope,
  parseClause: ParseClause,
): Query[] {
  if (value === undefined) return [];
  const queries = Array.isArray(value)
    ? value.map((clause, index) =>
      parseClause(clause, childScope(scope, index))
    )
    : [parseClause(value, scope)];
  return queries.filter((query) => query !== undefined);
}
