import { scanCommands } from "./open_brackets.ts";

/**
 * The commands of a text of several lines, as a paste may have them, to be
 * run one after another. Lines that quotes, brackets or a backslash hold
 * together are one command, and keep their line ends; empty ones are left out.
 * Pasting runs nothing: the text is edited, and run when Enter is pressed.
 */
export function splitPaste(text: string): string[] {
  const ends = [...scanCommands(text).ends, text.length];
  return ends.map((end, index) => text.slice(beginOf(ends, index), end))
    .filter((command) => command.trim() !== "");
}

function beginOf(ends: readonly number[], index: number): number {
  const previous = ends[index - 1];
  return previous === undefined ? 0 : previous + 1;
}
