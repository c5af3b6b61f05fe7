import { isPrintable } from "../../base/mod.ts";
import { displayWidth } from "../display_width.ts";

/** A piece of text that stands on one line of a terminal. */
export interface ShownPiece {
  /** Its characters. */
  readonly text: string;
  /** How many columns it may take at most. */
  readonly width: number;
}

// Joiners that belong to writing and to emoji, behind a letter that is not
// ASCII; and the tags that follow a black flag.
const LETTER = String
  .raw`[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}]`;
const JOINERS = new RegExp(
  String.raw`(?<=(?!\p{ASCII})${LETTER})[\u200c\u200d]|` +
    String.raw`(?<=^\u{1f3f4}.*)[\u{e0020}-\u{e007f}]`,
  "gsu",
);
const EMOJI_STYLE = "\ufe0f";

/**
 * How a grapheme cluster is shown, in pieces that may be on different lines:
 * itself, or where it could move the cursor, hide or reorder text, `^X` or
 * `\u{…}`. A tab is two blanks.
 */
export function shownPieces(cluster: string): ShownPiece[] {
  if (cluster === "\t") return piecesOf("  ");
  const width = clusterWidth(cluster);
  const isSafe = isPrintable(cluster.replace(JOINERS, ""));
  return isSafe && width > 0
    ? [{ text: cluster, width }]
    : [...cluster].flatMap(characterPieces);
}

/**
 * Columns that a cluster takes at most. Terminals do not agree on emoji of
 * several characters; some take the sum.
 */
export function clusterWidth(cluster: string): number {
  const width = displayWidth(cluster);
  return width === 1 && cluster.includes(EMOJI_STYLE) ? 2 : width;
}

/** Whether a terminal may make a cluster narrower than its width. */
export function isWidthUnsure(cluster: string): boolean {
  return cluster.length > 1 &&
    (/^../su.test(cluster) || /\p{Extended_Pictographic}/u.test(cluster));
}

function piecesOf(ascii: string): ShownPiece[] {
  return ascii.split("").map((text) => ({ text, width: 1 }));
}

function characterPieces(character: string): ShownPiece[] {
  const width = displayWidth(character);
  if (width > 0 && isPrintable(character)) return [{ text: character, width }];
  const code = character.codePointAt(0) ?? 0;
  return piecesOf(
    code < 0x20 || code === 0x7f
      ? `^${String.fromCharCode(code ^ 0x40)}`
      : `\\u{${code.toString(16)}}`,
  );
}
