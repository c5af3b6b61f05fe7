import { UsageError } from "../../../base/mod.ts";
import { tokenize } from "./tokenize.ts";
import { describePosition, type OpenPart, type Token } from "./word.ts";

/**
 * Cuts a finished line into words and operators; the rules are those of
 * {@linkcode tokenize}.
 *
 * @throws {UsageError} saying what is not closed, and where it begins
 */
export function splitWords(line: string): readonly Token[] {
  const { tokens, open, stray } = tokenize(line);
  if (stray !== undefined) {
    const { character, at } = stray;
    throw new UsageError(
      `the ${character} at ${describePosition(line, at)} closes no bracket`,
      { hint: "Text that is not JSON goes in quotes: '…'." },
    );
  }
  if (open !== undefined) throw notClosed(line, open);
  return tokens;
}

function notClosed(
  line: string,
  { kind, character, at }: OpenPart,
): UsageError {
  const where = `the ${character} at ${describePosition(line, at)}`;
  return new UsageError(
    kind === "pipe"
      ? `no program follows ${where}`
      : kind === "backslash"
      ? `nothing follows ${where}`
      : `${where} is not closed`,
    kind === "bracket"
      ? { hint: "Text that is not JSON goes in quotes: '…'." }
      : {},
  );
}
