import { isJsonObject, type Json, quote } from "../../base/mod.ts";
import { isDeeperThan, MAX_JSON_DEPTH } from "../json_depth.ts";
import {
  checkOptions,
  childScope,
  type ClauseScope,
  enterClause,
  errorAt,
  expectObject,
} from "./clause_scope.ts";
import { parseBool } from "./parse_bool.ts";
import { parseMatch, parseMatchPhrase } from "./parse_match.ts";
import { parseRange } from "./parse_range.ts";
import {
  parseExists,
  parseIds,
  parsePrefix,
  parseTerm,
  parseTerms,
  parseWildcardQuery,
} from "./parse_term.ts";
import type { Query } from "./query.ts";
import { QueryError } from "./query_error.ts";

/** Keys of a search body that shape the answer but not what matches. */
const ANSWER_KEYS = new Set(
  ["_source", "docvalue_fields", "explain", "from", "highlight"].concat(
    ["indices_boost", "min_score", "profile", "search_after", "size", "sort"],
    ["stats", "stored_fields", "timeout", "track_scores", "version"],
  ),
);

const FORMS = new Map<string, (body: Json, scope: ClauseScope) => Query>([
  ["match_all", (body, scope) => parseFixed("match_all", body, scope)],
  ["match_none", (body, scope) => parseFixed("match_none", body, scope)],
  ["match", parseMatch],
  ["match_phrase", parseMatchPhrase],
  ["term", parseTerm],
  ["terms", parseTerms],
  ["ids", parseIds],
  ["exists", parseExists],
  ["prefix", parsePrefix],
  ["wildcard", parseWildcardQuery],
  ["range", parseRange],
  ["constant_score", parseConstantScore],
  ["bool", (body, scope) => parseBool(body, scope, parseClause)],
]);

/**
 * Parses an `es_query`: a search body of Elasticsearch 5.5, `{}` or
 * `{query: {form: …}}`, or the bare `{form: …}` that subscriptions use.
 * Keys that only shape the answer are accepted and ignored.
 *
 * @throws {QueryError} for an unknown key or form, for an option that cannot
 * be honoured, for more than 1,024 clauses, 100 inside each other, or
 * 10,000 values of `terms`. The message names the form and its place in the query.
 */
export function parseQuery(body: Json): Query {
  if (!isJsonObject(body)) throw new QueryError("the query must be an object");
  const count = { clauses: 0, values: 0 };
  const top = { path: "", depth: 0, inFilter: false, count };
  const keys = Object.keys(body).filter((key) => !ANSWER_KEYS.has(key));
  const isWrapped = keys.includes("query");
  const known = isWrapped ? ["query"] : keys.filter((key) => FORMS.has(key));
  const unknown = keys.find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new QueryError(`unsupported key ${quote(unknown)} in the search`);
  }
  const clause = isWrapped
    ? body["query"]
    : Object.fromEntries(known.map((key) => [key, body[key] ?? null]));
  const scope = isWrapped ? childScope(top, "query") : top;
  const query = parseClause(clause ?? null, scope) ?? { type: "match_all" };
  // Also where it is ignored, for it is sent back.
  if (isDeeperThan(body, MAX_JSON_DEPTH)) {
    throw new QueryError(
      `the query is nested more than ${MAX_JSON_DEPTH} levels deep`,
    );
  }
  return query;
}

// An empty object is no clause at all: in 5.5 that is deprecated, not wrong.
function parseClause(clause: Json, outer: ClauseScope): Query | undefined {
  const scope = enterClause(outer);
  const entries = Object.entries(expectObject(clause, scope));
  const [entry] = entries;
  if (entry === undefined) return undefined;
  const [form, body] = entry;
  const parse = FORMS.get(form);
  if (parse === undefined) {
    throw errorAt(scope, `unsupported query type ${quote(form)}`);
  }
  if (entries.length > 1) {
    const second = quote(entries[1]?.[0] ?? "");
    throw errorAt(scope, `unexpected ${second} beside ${quote(form)}`);
  }
  return parse(body, childScope(scope, form));
}

function parseFixed(
  type: "match_all" | "match_none",
  body: Json,
  scope: ClauseScope,
): Query {
  checkOptions(expectObject(body, scope), [], scope);
  return { type };
}

function parseConstantScore(body: Json, scope: ClauseScope): Query {
  const options = expectObject(body, scope);
  checkOptions(options, ["filter"], scope);
  const inner = { ...childScope(scope, "filter"), inFilter: true };
  const query = parseClause(options["filter"] ?? null, inner);
  return query ?? { type: "match_none" };
}
