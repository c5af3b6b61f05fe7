import { UsageError } from "../../base/mod.ts";
import { MASK } from "../../config/mod.ts";
import { keptLine } from "./history_secrets.ts";
import { expandHistory } from "./statement/mod.ts";

/** A line that somebody typed. */
export interface TypedLine {
  /** What is to be run. */
  text: string;
  /** Whether that is not what was typed. */
  isExpanded: boolean;
  /** What the history gets; undefined: nothing. */
  kept: string | undefined;
}

/**
 * Puts in the earlier lines that `!!` and its like stand for.
 *
 * @param history the lines, oldest first
 * @throws {UsageError} when there is no such line, or it had a secret, which
 * the history does not have
 */
export function readTypedLine(
  typed: string,
  history: readonly string[],
): TypedLine {
  const text = expandHistory(typed, history);
  const isExpanded = text !== typed;
  if (lacksSecret(text) || isExpanded && text.includes(MASK)) {
    throw new UsageError(
      `the history has no secrets: ${MASK} stands for one in that line`,
      { hint: `Type the line again, or edit it (Up) and replace ${MASK}.` },
    );
  }
  return { text, isExpanded, kept: keptLine(text) };
}

/** Whether a line has a mask where something else would be masked. */
function lacksSecret(text: string): boolean {
  if (!text.includes(MASK)) return false;
  const kept = keptLine(text.trimStart().replaceAll(MASK, "anything"));
  return kept?.includes(MASK) ?? false;
}
