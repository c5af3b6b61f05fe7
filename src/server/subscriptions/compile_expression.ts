import {
  type JmesPath,
  type JmesPathExpression,
  messageOf,
  printable,
  RefusedError,
} from "../../base/mod.ts";
import { Problem } from "../problem.ts";
import { bracketDepth, quoteLiterals } from "./literal_text.ts";

// Some tenths of a second, in which nobody else is served.
const MAX_STEPS = 500_000;
// What is longer is no question that somebody has.
const MAX_LENGTH = 10_000;
// The parser calls itself; how often it can is not the same each time.
const MAX_DEPTH = 250;

/**
 * Compiles a JMESPath expression as the DSS reads it; see
 * {@linkcode quoteLiterals}.
 *
 * @throws {RefusedError} when it is not JMESPath
 */
export async function compileExpression(
  jmesPath: JmesPath,
  expression: string,
): Promise<JmesPathExpression> {
  return await jmesPath(quoteLiterals(expression), { maxSteps: MAX_STEPS });
}

/**
 * Checks that an expression of a request compiles.
 *
 * @param what what it is called in errors
 * @param code the error code of one that does not
 * @throws {Problem} 400 with that code; 501 where there is no library for it,
 * 503 when the library cannot be loaded
 */
export async function checkExpression(
  jmesPath: JmesPath | undefined,
  expression: string,
  what: string,
  code: string,
): Promise<void> {
  if (expression === "") {
    throw new Problem(400, code, `${what} is not JMESPath: it is empty`);
  }
  if (expression.length > MAX_LENGTH) {
    throw new Problem(
      400,
      code,
      `${what} has more than ${MAX_LENGTH} characters`,
    );
  }
  if (bracketDepth(expression) > MAX_DEPTH) {
    throw new Problem(
      400,
      code,
      `${what} has more than ${MAX_DEPTH} brackets one inside the other`,
    );
  }
  if (jmesPath === undefined) {
    throw new Problem(
      501,
      "not_implemented",
      `${what} cannot be used: this service runs without a library for ` +
        "JMESPath; subscriptions with an es_query, or without any query and " +
        "attachments, need none",
    );
  }
  try {
    await compileExpression(jmesPath, expression);
  } catch (error) {
    const why = printable(messageOf(error));
    if (error instanceof RefusedError) {
      // The parser calls itself, and what it says is not about JMESPath.
      const title = why.includes("call stack")
        ? `${what} is nested too deeply`
        : `${what} is not JMESPath: ${why}`;
      throw new Problem(400, code, title);
    }
    throw new Problem(
      503,
      "service_unavailable",
      `${what} cannot be checked: the library for JMESPath cannot be loaded`,
    );
  }
}
