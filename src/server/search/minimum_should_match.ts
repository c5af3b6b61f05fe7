import { type Json, quote } from "../../base/mod.ts";
import { type ClauseScope, errorAt, plainNumber } from "./clause_scope.ts";

const SPEC = /^(-?\d{1,9})(%?)$/;

/**
 * How many of `total` optional clauses `minimum_should_match` asks for: an
 * integer or a percentage, rounded towards zero; a negative one says how many
 * may be missing. More than `total` is possible and matches nothing.
 * Elasticsearch 5.5, "minimum_should_match parameter", without combinations.
 *
 * @returns 0 or more; undefined when `spec` is absent.
 * @throws {QueryError} for any other form, such as `2<75%`.
 */
export function parseMinimumShouldMatch(
  spec: Json | undefined,
  total: number,
  scope: ClauseScope,
): number | undefined {
  if (spec === undefined) return undefined;
  const plain = plainNumber(spec);
  const text = typeof plain === "number" ? String(plain) : plain;
  const match = typeof text === "string" ? SPEC.exec(text.trim()) : null;
  if (match === null) {
    const shown = typeof text === "string" ? ` ${quote(text)}` : "";
    throw errorAt(scope, `unsupported minimum_should_match${shown}`);
  }
  const stated = Number(match[1]);
  const wanted = match[2] === "%" ? Math.trunc(total * stated / 100) : stated;
  return Math.max(0, match[1]?.startsWith("-") ? total + wanted : wanted);
}
