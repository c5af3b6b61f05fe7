import type { Session } from "../session.ts";
import type { CursorWord } from "../statement/mod.ts";
import { completePath } from "./complete_path.ts";
import { expandedWord } from "./cursor_line.ts";
import type { Offers } from "./offers.ts";

/**
 * The paths that the word at the cursor may become.
 *
 * @param wanted what stands before the path in the word, and what it leads to
 */
export async function offerPaths(
  { text, word }: CursorWord,
  { prefix, isDirectory }: { prefix: string; isDirectory: boolean },
  session: Session,
): Promise<Offers> {
  const expanded = word === undefined ? "" : expandedWord(word, session);
  const path = {
    text: text.slice(prefix.length),
    expanded: expanded.slice(prefix.length),
    ...{ prefix, isDirectory },
  };
  const { files } = session.environment.runtime;
  return { candidates: await completePath(path, files) };
}
