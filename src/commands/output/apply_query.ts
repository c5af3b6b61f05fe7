import {
  HcaError,
  type JmesPathExpression,
  type Json,
  LocalError,
  messageOf,
  RefusedError,
  UsageError,
} from "../../base/mod.ts";
import type { Context } from "../context.ts";

/**
 * What a JMESPath expression selects of a value; null when that is nothing.
 *
 * @throws {UsageError} when the expression is wrong, or does not fit the value
 * @throws {LocalError} when the library for it cannot be loaded
 */
export async function applyQuery(
  context: Context,
  text: string,
  value: Json,
): Promise<Json> {
  const select = await compileQuery(context, text);
  try {
    return select(value);
  } catch (cause) {
    if (!(cause instanceof RefusedError)) throw cause;
    throw new UsageError(`--query does not fit the answer: ${cause.message}`, {
      cause,
    });
  }
}

async function compileQuery(
  context: Context,
  text: string,
): Promise<JmesPathExpression> {
  try {
    return await context.environment.jmesPath(text);
  } catch (cause) {
    if (cause instanceof RefusedError) {
      const { message, hint } = cause;
      throw new UsageError(`--query is not JMESPath: ${message}`, {
        cause,
        hint,
      });
    }
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
