/**
 * How many columns text takes on a terminal (Unicode Standard Annex 11, as
 * `wcwidth` of the C library applies it).
 *
 * @module
 */

// What stands on the character before it, or joins it.
const ZERO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}\u{1160}-\u{11ff}\u{d7b0}-\u{d7ff}]/u;

// Emoji that are drawn as such; regional indicators count one by one.
const EMOJI = /(?!\p{Regional_Indicator})\p{Emoji_Presentation}/u;

// East Asian Wide and Fullwidth, both ends included, emoji left out. What is
// not assigned inside these blocks is wide too, as UAX 11 asks of the
// ideographic ones.
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f], // Hangul jamo that lead a syllable
  [0x2329, 0x232a], // angle brackets
  [0x2e80, 0x303e], // radicals, ideographic description, CJK punctuation
  [0x3041, 0x3247], // kana, bopomofo, enclosed
  [0x3250, 0x4dbf], // squared, extension A
  [0x4e00, 0xa4cf], // ideographs, Yi
  [0xa960, 0xa97f], // Hangul jamo, extended
  [0xac00, 0xd7a3], // Hangul syllables
  [0xf900, 0xfaff], // compatibility ideographs
  [0xfe10, 0xfe19], // vertical forms
  [0xfe30, 0xfe6f], // compatibility and small forms
  [0xff01, 0xff60], // fullwidth forms
  [0xffe0, 0xffe6], // fullwidth signs
  [0x16fe0, 0x18cff], // Tangut, Khitan
  [0x18d00, 0x18d8f], // Tangut supplement
  [0x1aff0, 0x1b2ff], // kana supplements, Nushu
  [0x1f200, 0x1f265], // enclosed ideographs
  [0x20000, 0x3fffd], // ideographs of planes 2 and 3
];

/** Columns that a text takes; control characters count as none. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/**
 * The beginning of a text, with `…` at its end if anything was cut, in at
 * most `width` columns. Marks stay with their characters.
 */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  if (width < 1) return "";
  let kept = "";
  let left = width - 1;
  for (const character of text) {
    left -= characterWidth(character);
    if (left < 0) break;
    kept += character;
  }
  return `${kept}…`;
}

function characterWidth(character: string): 0 | 1 | 2 {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return code < 0x20 || (code >= 0x7f && code < 0xa0) ? 0 : 1;
  if (ZERO_WIDTH.test(character)) return 0;
  if (EMOJI.test(character)) return 2;
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}
