/**
 * JMESPath (jmespath.site specification) by a well-kept library, the only one
 * that does not come with the runtime; loaded when a query is asked for.
 *
 * @module
 */

import {
  compile,
  isRegistered,
  type JSONValue,
  TreeInterpreter,
} from "npm:@jmespath-community/jmespath@1.3.0";
import { ExactNumber, type Json, messageOf, UsageError } from "../base/mod.ts";

type Expression = ReturnType<typeof compile>;

/**
 * The value of an expression over a JSON value; null when it selects nothing.
 * Every number is a double here: `1.0` comes out as `1`.
 *
 * @throws {UsageError} when the expression is not JMESPath, or a function in
 * it cannot take what the value has there
 */
export function search(expression: string, value: Json): Json {
  const tree = parse(expression);
  try {
    return (TreeInterpreter.search(tree, plain(value)) ?? null) as Json;
  } catch (cause) {
    throw new UsageError(
      `--query does not fit the answer: ${messageOf(cause)}`,
      { cause },
    );
  }
}

function parse(expression: string): Expression {
  try {
    const tree = compile(expression);
    const unknown = functionNames(tree).find((name) => !isRegistered(name));
    if (unknown === undefined) return tree;
    throw new Error(`there is no function ${unknown}()`);
  } catch (cause) {
    throw new UsageError(`--query is not JMESPath: ${messageOf(cause)}`, {
      cause,
      hint: "See https://jmespath.site for the language.",
    });
  }
}

/** Every function that an expression calls, anywhere in it. */
function functionNames(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  if ("type" in node && node.type === "Literal") return [];
  const own = "type" in node && node.type === "Function" && "name" in node
    ? [String(node.name)]
    : [];
  return [...own, ...Object.values(node).flatMap(functionNames)];
}

/** A value as the library takes it. */
function plain(value: Json): JSONValue {
  if (value instanceof ExactNumber) return Number(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  // Without a prototype, or `constructor` would be found in everything.
  const copy: Record<string, JSONValue> = Object.create(null);
  for (const [key, member] of Object.entries(value)) copy[key] = plain(member);
  return copy;
}
