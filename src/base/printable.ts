// Control and format characters, lone surrogates and the Unicode line ends:
// what can move the cursor, hide or reorder text, or forge a second line.
const UNSAFE = /\p{Cc}|\p{Cf}|\p{Cs}|[\u2028\u2029]/gu;

/**
 * Text from outside, safe to show on a terminal in one line: every character
 * that could move the cursor or reorder the text is shown as `\u{…}`.
 */
export function printable(text: string): string {
  return text.replace(
    UNSAFE,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** Whether {@linkcode printable} would leave the text as it is. */
export function isPrintable(text: string): boolean {
  return text.search(UNSAFE) < 0;
}

/** A value quoted for an error message, escaped and cut at `limit` characters. */
export function quote(text: string, limit = 80): string {
  const shown = printable(text);
  if (shown.length <= limit) return `'${shown}'`;
  // Not between the two halves of one character.
  return `'${shown.slice(0, limit).replace(/[\ud800-\udbff]$/, "")}…'`;
}
