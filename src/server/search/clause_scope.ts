import {
  ExactNumber,
  isJsonObject,
  type Json,
  type JsonObject,
  printable,
  quote,
} from "../../base/mod.ts";
import { QueryError } from "./query_error.ts";

/** Nested clauses above which a query is refused. */
export const MAX_QUERY_DEPTH = 100;
/** Clauses in one query above which it is refused, as many as Lucene allows. */
export const MAX_CLAUSES = 1024;
/** Characters (UTF-16) of a field's path above which a query is refused. */
export const MAX_FIELD_LENGTH = 1000;

/** Where in a query a clause stands. */
export interface ClauseScope {
  /** The path from the search body, for messages; "" at its top. */
  readonly path: string;
  /** How many clauses are around this one. */
  readonly depth: number;
  /** Whether the clause only filters, which makes one `should` compulsory. */
  readonly inFilter: boolean;
  /** What the whole query has had so far, shared by all scopes. */
  readonly count: { clauses: number; values: number };
}

/**
 * Enters a clause.
 *
 * @throws {QueryError} when the query has too many, or too many around it.
 */
export function enterClause(scope: ClauseScope): ClauseScope {
  if (scope.depth >= MAX_QUERY_DEPTH) {
    throw new QueryError(`more than ${MAX_QUERY_DEPTH} nested clauses`);
  }
  if (++scope.count.clauses > MAX_CLAUSES) {
    throw new QueryError(`more than ${MAX_CLAUSES} clauses in the query`);
  }
  return { ...scope, depth: scope.depth + 1 };
}

/** The scope of a property (or with a number, of an element). */
export function childScope(
  scope: ClauseScope,
  key: string | number,
): ClauseScope {
  const { path } = scope;
  const step = typeof key === "number" ? `[${key}]` : printable(key);
  const short = step.length > 80 ? `${step.slice(0, 80)}…` : step;
  const separator = path === "" || typeof key === "number" ? "" : ".";
  return { ...scope, path: `${path}${separator}${short}` };
}

/** The error of something at `scope`; the place is added to the message. */
export function errorAt(scope: ClauseScope, message: string): QueryError {
  return new QueryError(`${message} at ${scope.path || "the top"}`);
}

/**
 * The value as an object.
 *
 * @throws {QueryError} when it is none.
 */
export function expectObject(value: Json, scope: ClauseScope): JsonObject {
  if (isJsonObject(value)) return value;
  throw errorAt(scope, `expected an object, got ${kindOf(value)}`);
}

/**
 * The only property of an object `{field: value}`.
 *
 * @throws {QueryError} when there is none or more than one, or when the field
 * is not one to search.
 */
export function expectOneField(
  body: Json,
  scope: ClauseScope,
): { field: string; value: Json; scope: ClauseScope } {
  const entries = Object.entries(expectObject(body, scope));
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) {
    throw errorAt(scope, `expected one field, got ${entries.length}`);
  }
  const [field, value] = entry;
  checkField(field, scope);
  return { field, value, scope: childScope(scope, field) };
}

const METADATA_FIELDS = new Set(
  ["_all", "_field_names", "_index", "_parent", "_routing", "_size"]
    .concat(["_source", "_timestamp", "_ttl", "_type", "_uid", "_version"]),
);

/**
 * Refuses the metadata fields of Elasticsearch other than `_id`, which the
 * embedded index does not have.
 *
 * @throws {QueryError} for those, and for a path that is too long.
 */
export function checkField(field: string, scope: ClauseScope): void {
  if (METADATA_FIELDS.has(field)) {
    throw errorAt(scope, `unsupported field ${quote(field)}`);
  }
  if (field.length > MAX_FIELD_LENGTH) {
    throw errorAt(scope, `a field of more than ${MAX_FIELD_LENGTH} characters`);
  }
}

/**
 * Refuses every option that is neither in `known` nor one of `boost` and
 * `_name`, which do not change what matches.
 *
 * @throws {QueryError} for an unknown option and a `boost` that is no number.
 */
export function checkOptions(
  options: JsonObject,
  known: readonly string[],
  scope: ClauseScope,
): void {
  for (const [key, value] of Object.entries(options)) {
    if (key === "boost" && typeof plainNumber(value) !== "number") {
      throw errorAt(scope, "'boost' must be a number");
    }
    if (key === "boost" || key === "_name" || known.includes(key)) continue;
    throw errorAt(scope, `unsupported option ${quote(key)}`);
  }
}

/** A number as a double; anything else unchanged. */
export function plainNumber(value: Json | undefined): Json | undefined {
  return value instanceof ExactNumber ? value.valueOf() : value;
}

/** What a value is, for messages. */
export function kindOf(value: Json | undefined): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (isJsonObject(value)) return "an object";
  return value instanceof ExactNumber ? "a number" : `a ${typeof value}`;
}
