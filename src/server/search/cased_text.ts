/** A text as it was written, and as the index of keywords holds it. */
export interface CasedText {
  /** As written, for exact fields and for words. */
  text: string;
  /** Lower-cased, for keywords. */
  folded: string;
}

// deno-lint-ignore no-control-regex
const ASCII = /^[\u0000-\u007f]*$/;

/**
 * Lower-cases each character on its own, as the `lowercase` filter of the
 * index's normalizer does; a prefix of a text then folds to a prefix.
 */
export function foldCase(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return Array.from(text, (character) => character.toLowerCase()).join("");
}

/** Both forms of a text. */
export function caseText(text: string): CasedText {
  return { text, folded: foldCase(text) };
}
