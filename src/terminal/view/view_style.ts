import { displayWidth, truncate } from "../display_width.ts";

/** How a value is drawn. */
export interface ViewStyle {
  /** Most columns that a line takes. */
  width: number;
  /** Most lines; what does not fit is folded. Default: by the view. */
  height?: number;
  /** Whether colours are wanted. Default false. */
  hasColor?: boolean;
}

/** What a part of a line is. */
export type Tint = "key" | "text" | "number" | "word" | "fold" | "title";

// ECMA-48, SGR: cyan, green, yellow, magenta, faint, bold.
const SGR: Readonly<Record<Tint, string>> = {
  key: "36",
  text: "32",
  number: "33",
  word: "35",
  fold: "2",
  title: "1",
};

/** A part of a line: its text, printable already, and what it is. */
export type Piece = readonly [text: string, tint?: Tint];

/** Pieces as one line that is no wider than it may be. */
export function paint(pieces: readonly Piece[], style: ViewStyle): string {
  let line = "";
  let left = Math.max(0, style.width);
  for (const [text, tint] of pieces) {
    const shown = truncate(text, left);
    left -= displayWidth(shown);
    line += tint === undefined || !style.hasColor || shown === ""
      ? shown
      : `\x1b[${SGR[tint]}m${shown}\x1b[0m`;
    // A cut piece ends the line, even where a wide character left a gap.
    if (shown !== text) break;
  }
  return line;
}

/** What stands for things that are not shown. */
export function foldText(count: number, noun = ""): string {
  return `… ${count} more${noun === "" ? "" : ` ${noun}`} (last shows all)`;
}
