const PARTNERS: Readonly<Record<string, string>> = {
  "{": "}",
  "[": "]",
  "(": ")",
};
const CLOSING = Object.values(PARTNERS);

/** How a text divides into commands. */
export interface CommandScan {
  /** Offsets of the line ends at which a command ends. */
  readonly ends: readonly number[];
  /** Whether the last command is not complete. */
  readonly isUnfinished: boolean;
}

/**
 * Finds the line ends that end a command: those outside of quotes and
 * brackets that no backslash stands before. Quotes are those of a shell:
 * `'…'` takes everything, in `"…"` a backslash takes the next character's
 * meaning away. From a `#` at the start of a word to the end of its line is a
 * comment. A bracket that closes what was not opened makes its command
 * complete at the line end: there is nothing to wait for.
 */
export function scanCommands(text: string): CommandScan {
  const ends: number[] = [];
  let quote = "";
  const open: string[] = [];
  let isBroken = false;
  let isEscaped = false;
  let previous = "\n";
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    const isWordStart = /\s/.test(previous);
    previous = character;
    if (isEscaped) {
      isEscaped = false;
    } else if (character === "\\" && quote !== "'") {
      isEscaped = true;
    } else if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === "'" || character === '"') {
      quote = character;
    } else if (character === "\n" && open.length === 0) {
      ends.push(at);
      isBroken = false;
    } else if (character === "#" && isWordStart && open.length === 0) {
      at = endOfLine(text, at) - 1;
    } else if (!isBroken && !countBracket(open, character)) {
      isBroken = true;
      open.length = 0;
    }
  }
  return { ends, isUnfinished: isEscaped || quote !== "" || open.length > 0 };
}

/**
 * Whether a text goes on in another line: a bracket or a quote is open, or a
 * backslash is its last character.
 */
export function isUnfinished(text: string): boolean {
  return scanCommands(text).isUnfinished;
}

/** Keeps the closing brackets to come; false for one that does not fit. */
function countBracket(open: string[], character: string): boolean {
  const partner = PARTNERS[character];
  if (partner !== undefined) open.push(partner);
  return !CLOSING.includes(character) || open.pop() === character;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}
