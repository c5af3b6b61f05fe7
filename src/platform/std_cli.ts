/**
 * Stands for `@std/cli`: splitting an argument line into options and values,
 * through `node:util`'s parseArgs. Meaning (types, lists, prefixes, what is
 * required) belongs to `commands/`.
 *
 * @module
 */

import { parseArgs } from "node:util";
import type { ArgumentToken } from "../base/mod.ts";

/**
 * Splits an argument line. Options not declared are kept as switches, so that
 * the caller can name them; nothing throws here.
 *
 * @param argv the words of the line
 * @param options whether each known option takes a value, by long name; with
 * an optional one-letter `short` name
 */
export function tokenizeArguments(
  argv: readonly string[],
  options: Record<string, { takesValue: boolean; short?: string }>,
): ArgumentToken[] {
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(options).map(([name, { takesValue, short }]) => [
        name,
        { type: takesValue ? "string" : "boolean", ...(short && { short }) },
      ]),
    ),
  });
  return tokens.map((token): ArgumentToken =>
    token.kind === "option"
      ? {
        kind: "option",
        name: token.name,
        value: token.value,
        isInline: token.inlineValue === true,
      }
      : token.kind === "positional"
      ? { kind: "positional", value: token.value }
      : { kind: "terminator" }
  );
}
