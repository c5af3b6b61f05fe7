/**
 * Breaks text into lines of at most `width` characters at its spaces. Line
 * breaks in the text stay; a longer word has a line of its own.
 *
 * @param indent spaces before each line, counted into the width
 */
export function wrap(text: string, width: number, indent = 0): string {
  const margin = " ".repeat(indent);
  const limit = Math.max(1, width - indent);
  return text.split("\n").map((paragraph) => {
    const lines: string[] = [];
    let line = "";
    for (const word of paragraph.trim().split(/ +/)) {
      if (line !== "" && line.length + 1 + word.length > limit) {
        lines.push(line);
        line = word;
      } else line = line === "" ? word : `${line} ${word}`;
    }
    return [...lines, line].map((part) => `${margin}${part}`.trimEnd())
      .join("\n");
  }).join("\n");
}

// A column narrower than this is harder to read than a deeper list.
const MEANING_WIDTH = 20;

/**
 * Two columns: terms on the left, what they mean on the right, wrapped to
 * `width`. Where that leaves little room, what they mean is below them.
 */
export function definitions(
  entries: readonly (readonly [string, string])[],
  width: number,
): string {
  const longest = Math.max(0, ...entries.map(([term]) => term.length));
  const column = Math.min(longest, 26) + 4;
  const start = width - column >= MEANING_WIDTH ? column : 4;
  return entries.map(([term, meaning]) => {
    if (meaning === "") return `  ${term}`;
    const text = wrap(meaning, width, start);
    return term.length + 4 > start
      ? `  ${term}\n${text}`
      : `  ${term.padEnd(start - 2)}${text.trimStart()}`;
  }).join("\n");
}
