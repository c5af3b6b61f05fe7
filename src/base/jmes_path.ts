import type { Json } from "./json_text.ts";

/**
 * A JMESPath expression, ready to be evaluated: the value that it selects,
 * null when that is nothing. It throws {@linkcode RefusedError} when a
 * function in it cannot take what the value has there.
 */
export type JmesPathExpression = (value: Json) => Json;

/** How much an evaluation may do. */
export interface JmesPathLimits {
  /**
   * How many steps: about as many as there are parts of the expression that
   * are evaluated and values that are looked at. Default: any number. One
   * that takes more throws {@linkcode RefusedError}.
   */
  maxSteps?: number;
}

/**
 * Makes an expression of its text; the library behind it is loaded by the
 * first call. It rejects with {@linkcode RefusedError} when the text is not
 * JMESPath, and with another error when the library cannot be loaded.
 */
export type JmesPath = (
  text: string,
  limits?: JmesPathLimits,
) => Promise<JmesPathExpression>;
