import type { Json } from "../../src/base/mod.ts";
import { compileJmesPath } from "../../src/platform/npm_jmespath.ts";

/** What a search within 500,000 steps gives; the error, where it refuses. */
export function searchWithLimit(expression: string, value: Json): unknown {
  try {
    return { value: compileJmesPath(expression, { maxSteps: 500_000 })(value) };
  } catch (error) {
    return error instanceof Error
      ? { name: error.name, message: error.message }
      : { name: typeof error };
  }
}
