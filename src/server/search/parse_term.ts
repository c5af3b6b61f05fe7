import { type Json, quote } from "../../base/mod.ts";
import { caseText } from "./cased_text.ts";
import {
  checkField,
  checkOptions,
  childScope,
  type ClauseScope,
  errorAt,
  expectObject,
  expectOneField,
  kindOf,
} from "./clause_scope.ts";
import { type Operand, parseOperand } from "./operand.ts";
import type {
  ExistsQuery,
  PrefixQuery,
  TermsQuery,
  WildcardQuery,
} from "./query.ts";
import { caseWildcard } from "./wildcard.ts";

/**
 * Values in the `terms` queries of one query above which it is refused. To
 * prepare them takes some tenths of a second, in which nobody else is served.
 */
export const MAX_TERMS = 10_000;

/**
 * Parses the body of a `term` query, `{field: value}` or `{field: {value}}`.
 *
 * @throws {QueryError} for an unknown option, null, an array or an object.
 */
export function parseTerm(body: Json, scope: ClauseScope): TermsQuery {
  const { field, value } = parseFieldValue(body, scope, "value");
  return { type: "terms", field, values: [value] };
}

/**
 * Parses the body of a `terms` query, `{field: [values]}`.
 *
 * @throws {QueryError} for anything else, as a terms lookup.
 */
export function parseTerms(body: Json, scope: ClauseScope): TermsQuery {
  const options = expectObject(body, scope);
  const fields = Object.keys(options).filter((key) =>
    key !== "boost" && key !== "_name"
  );
  checkOptions(options, fields, scope);
  const [field] = fields;
  if (field === undefined || fields.length > 1) {
    throw errorAt(scope, `expected one field, got ${fields.length}`);
  }
  checkField(field, scope);
  const values = parseValues(options[field], childScope(scope, field));
  return { type: "terms", field, values };
}

/**
 * Parses the body of an `ids` query, `{values: [ids]}` or `{values: id}`.
 *
 * @throws {QueryError} for anything else, also `type`.
 */
export function parseIds(body: Json, scope: ClauseScope): TermsQuery {
  const options = expectObject(body, scope);
  checkOptions(options, ["values"], scope);
  const ids = options["values"];
  const list = typeof ids === "string" ? [ids] : ids;
  const values = parseValues(list, childScope(scope, "values"));
  return { type: "terms", field: "_id", values };
}

/**
 * Parses the body of an `exists` query, `{field: path}`.
 *
 * @throws {QueryError} for anything else, also a pattern of fields.
 */
export function parseExists(body: Json, scope: ClauseScope): ExistsQuery {
  const options = expectObject(body, scope);
  checkOptions(options, ["field"], scope);
  const field = options["field"];
  if (typeof field !== "string" || field === "") {
    throw errorAt(scope, "'field' must be the name of a field");
  }
  if (field.includes("*")) {
    throw errorAt(scope, `unsupported pattern of fields ${quote(field)}`);
  }
  checkField(field, scope);
  return { type: "exists", field };
}

/**
 * Parses the body of a `prefix` query, `{field: text}` or `{field: {value}}`.
 *
 * @throws {QueryError} for anything else.
 */
export function parsePrefix(body: Json, scope: ClauseScope): PrefixQuery {
  const { field, value } = parseFieldValue(body, scope, "value", "prefix");
  return { type: "prefix", field, prefix: caseText(value.text) };
}

/**
 * Parses the body of a `wildcard` query, `{field: text}` or `{field: {value}}`.
 *
 * @throws {QueryError} for anything else.
 */
export function parseWildcardQuery(
  body: Json,
  scope: ClauseScope,
): WildcardQuery {
  const { field, value } = parseFieldValue(body, scope, "value", "wildcard");
  return { type: "wildcard", field, pattern: caseWildcard(value.text) };
}

function parseFieldValue(
  body: Json,
  outer: ClauseScope,
  ...names: string[]
): { field: string; value: Operand } {
  const { field, value, scope } = expectOneField(body, outer);
  return { field, value: parseValue(value, names, scope) };
}

// The short form `value` and the long form `{<one of names>: value}`.
function parseValue(
  given: Json,
  names: readonly string[],
  scope: ClauseScope,
): Operand {
  const short = parseOperand(given);
  if (short !== undefined) return short;
  if (given === null || Array.isArray(given)) {
    throw errorAt(scope, `expected a value, got ${kindOf(given)}`);
  }
  const options = expectObject(given, scope);
  checkOptions(options, names, scope);
  const values = names.map((name) => options[name]).filter((value) =>
    value !== undefined
  );
  return expectScalar(values.length > 1 ? undefined : values[0], scope);
}

/**
 * The readings of a scalar.
 *
 * @throws {QueryError} when it is absent, null, an array or an object.
 */
export function expectScalar(
  value: Json | undefined,
  scope: ClauseScope,
): Operand {
  const operand = value === undefined ? undefined : parseOperand(value);
  if (operand !== undefined) return operand;
  throw errorAt(scope, `expected a value, got ${kindOf(value)}`);
}

function parseValues(value: Json | undefined, scope: ClauseScope): Operand[] {
  if (!Array.isArray(value)) {
    throw errorAt(scope, `expected an array, got ${kindOf(value)}`);
  }
  scope.count.values += value.length;
  if (scope.count.values > MAX_TERMS) {
    throw errorAt(scope, `more than ${MAX_TERMS} values in the query`);
  }
  return value.map((item, index) =>
    expectScalar(item, childScope(scope, index))
  );
}
