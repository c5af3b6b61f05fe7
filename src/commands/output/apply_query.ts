import { HcaError, type Json, LocalError, messageOf } from "../../base/mod.ts";
import type { Context } from "../context.ts";

/**
 * What a JMESPath expression selects of a value; null when that is nothing.
 *
 * @throws {UsageError} when the expression is wrong, or does not fit the value
 * @throws {LocalError} when the library for it cannot be loaded
 */
export async function applyQuery(
  context: Context,
  expression: string,
  value: Json,
): Promise<Json> {
  try {
    return await context.environment.query(expression, value);
  } catch (cause) {
    if (cause instanceof HcaError) throw cause;
    throw new LocalError(
      `the library for --query cannot be loaded: ${messageOf(cause)}`,
      {
        cause,
        hint: "Run from source, hca fetches it from the npm registry when " +
          "it is first used; the compiled program has it inside.",
      },
    );
  }
}
