import type { CompletionCandidate } from "../../../terminal/mod.ts";
import { oneLine } from "../../completion/candidate.ts";
import type { CursorWord } from "../statement/mod.ts";

// More than a screen of lines helps nobody.
const LIMIT = 100;

/**
 * The earlier lines that a `!` at the cursor may stand for: `!!`, those that
 * begin with the word that is there, and those of a number.
 *
 * @param history the lines, oldest first
 * @returns undefined when there is no such `!`
 */
export function completeHistory(
  { text, word }: CursorWord,
  history: readonly string[],
): CompletionCandidate[] | undefined {
  const [part, ...others] = word?.parts ?? [];
  if (part?.kind !== "plain" || others.length > 0) return undefined;
  const [, event] = /^!(.*)$/s.exec(text) ?? [];
  if (event === undefined) return undefined;
  const found = /^\d+$/.test(event)
    ? byNumber(event, history)
    : [...last(event, history), ...byName(event, history)];
  return found.map(([name, line]) => ({
    value: `!${name}`,
    description: oneLine(line),
    // Quoted it would be a mere exclamation mark.
    isVerbatim: true,
  }));
}

type NamedLine = [name: string, line: string];

function last(event: string, history: readonly string[]): NamedLine[] {
  const line = history.at(-1);
  return line === undefined || !"!".startsWith(event) ? [] : [["!", line]];
}

function byNumber(event: string, history: readonly string[]): NamedLine[] {
  return history
    .map((line, index): NamedLine => [String(index + 1), line])
    .filter(([number]) => number.startsWith(event))
    .slice(-LIMIT);
}

/** By their first words, the newest first, each once. */
function byName(event: string, history: readonly string[]): NamedLine[] {
  const names = new Set<string>();
  for (const line of history.toReversed()) {
    if (names.size >= LIMIT) break;
    const [name] = /^[\w./-]+/.exec(line) ?? [];
    if (name?.startsWith(event) && !/^\d+$/.test(name)) names.add(name);
  }
  return [...names].map((name) => [name, newestLike(name, history)]);
}

/** The line that the name would bring, which may be a longer one. */
function newestLike(name: string, history: readonly string[]): string {
  return history.findLast((line) => line.startsWith(name)) ?? name;
}
