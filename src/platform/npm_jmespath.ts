/**
 * JMESPath (jmespath.site specification) by a well-kept library.
 *
 * @module
 */

import {
  type JSONValue,
  search as evaluate,
} from "npm:@jmespath-community/jmespath@1.3.0";
import { type Json, messageOf, UsageError } from "../base/mod.ts";

/**
 * The value of an expression over a JSON value.
 *
 * @throws {UsageError} when the expression is not JMESPath
 */
export function search(expression: string, value: Json): Json {
  try {
    return evaluate(value as JSONValue, expression) as Json;
  } catch (cause) {
    throw new UsageError(`--query is not JMESPath: ${messageOf(cause)}`, {
      cause,
    });
  }
}
