import { tokenize } from "./tokenize.ts";

/**
 * Whether a text goes on in the next line: a quote or a bracket of JSON is
 * open, or it ends in a backslash or a `|`.
 */
export function isUnfinished(text: string): boolean {
  const { open, stray } = tokenize(text);
  // What is wrong already does not become right by more of it.
  return open !== undefined && stray === undefined;
}
