// Needs no quotes anywhere in a word.
const PLAIN = /^[\p{L}\p{M}\p{N}_@%+=:,./^*?-]+$/u;

/** The quote that a word is in; "" for none. */
export type Quote = "" | "'" | '"';

/**
 * A word as it is typed, so that splitting gives it back: as it is where it
 * needs no quotes, else in '…', or in "…" if it has a '.
 */
export function quoteWord(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.includes("'") ? inQuotes(text, '"') : inQuotes(text, "'");
}

/**
 * A word in the given quotes.
 *
 * @param isOpen leaves the closing quote out, to be typed on
 */
export function inQuotes(
  text: string,
  quote: Exclude<Quote, "">,
  isOpen = false,
): string {
  const inside = quote === '"'
    ? text.replace(/["\\$`]/g, "\\$&")
    // Nothing is escaped in '…', so it is left for one character.
    : text.replaceAll("'", "'\\''");
  return `${quote}${inside}${isOpen ? "" : quote}`;
}

/** Whether a word needs quotes. */
export function needsQuotes(text: string): boolean {
  return !PLAIN.test(text);
}
