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
import {
  ExactNumber,
  type JmesPathExpression,
  type JmesPathLimits,
  type Json,
  messageOf,
  RefusedError,
} from "../base/mod.ts";
import { boundedInterpreter } from "./bounded_jmes_path.ts";

type Expression = ReturnType<typeof compile>;

/**
 * Compiles a JMESPath expression. Every number is a double in it: `1.0` comes
 * out as `1`.
 *
 * @param limits how much an evaluation may do; default: as much as it takes
 * @returns the value it selects of a JSON value; null when that is nothing.
 * It throws {@linkcode RefusedError} when a function cannot take what the
 * value has there.
 * @throws {RefusedError} when the text is not JMESPath
 */
export function compileJmesPath(
  text: string,
  { maxSteps }: JmesPathLimits = {},
): JmesPathExpression {
  const tree = parse(text);
  return (value) => {
    const interpreter = maxSteps === undefined
      ? TreeInterpreter
      : boundedInterpreter(maxSteps);
    try {
      return (interpreter.search(tree, plain(value)) ?? null) as Json;
    } catch (cause) {
      throw new RefusedError(messageOf(cause), { cause });
    }
  };
}

function parse(text: string): Expression {
  try {
    const tree = compile(text);
    const unknown = functionNames(tree).find((name) => !isRegistered(name));
    if (unknown === undefined) return tree;
    throw new Error(`there is no function ${unknown}()`);
  } catch (cause) {
    throw new RefusedError(messageOf(cause), {
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
