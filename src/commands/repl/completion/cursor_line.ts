import { HcaError } from "../../../base/mod.ts";
import { homeOf } from "../run_statement.ts";
import type { Session } from "../session.ts";
import { type CursorWord, expandWord, type Word } from "../statement/mod.ts";

/**
 * The words of the statement at the cursor as they would be run, without a
 * leading `hca`; the last one is that at the cursor, as it is written.
 */
export function cursorLine(at: CursorWord, session: Session): string[] {
  const before = at.before.map((word) => expandedWord(word, session));
  return [...before[0] === "hca" ? before.slice(1) : before, at.text];
}

/** A word with what its references stand for, if they stand for anything. */
export function expandedWord(
  word: Word,
  { references, environment }: Session,
): string {
  try {
    return expandWord(word, { references, home: homeOf(environment) });
  } catch (error) {
    // It is told when the line is run.
    if (error instanceof HcaError) return word.text;
    throw error;
  }
}
