// The standard tokenizer cuts a longer run into pieces of 255.
const WORD = /[\p{L}\p{N}\p{M}_]{1,255}/gu;

/**
 * The words of a text as an analysed field indexes them: lower-cased runs of
 * letters, marks, digits and underscores. An approximation of Elasticsearch's
 * standard analyzer, which also keeps `3.5` and `don't` as one word.
 */
export function splitWords(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}

/** Whether `phrase` occurs in `words` without a gap; an empty one does not. */
export function containsPhrase(
  words: readonly string[],
  phrase: readonly string[],
): boolean {
  if (phrase.length === 0) return false;
  for (let start = 0; start + phrase.length <= words.length; start++) {
    if (phrase.every((word, index) => words[start + index] === word)) {
      return true;
    }
  }
  return false;
}
