// What shell-like splitters take for something else than itself.
const SPECIAL = /[^\w./:=@%+,^~\-\u{80}-\u{10ffff}]|\s/gu;

/** The quote that is open at the end of a word, as it was typed; else empty. */
export function openQuote(word: string): "" | "'" | '"' {
  let quote: "" | "'" | '"' = "";
  for (let at = 0; at < word.length; at++) {
    const character = word[at];
    if (character === "\\" && quote !== "'") at++;
    else if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === "'" || character === '"') quote = character;
  }
  return quote;
}

/**
 * A word written so that a shell-like splitter gives it back: with
 * backslashes, or in the quotes that the user began.
 *
 * @param quote what {@linkcode openQuote} says of the word typed so far
 * @param isWhole whether the word ends here; otherwise its quotes stay open
 */
export function quoteWord(
  word: string,
  quote: "" | "'" | '"' = "",
  isWhole = true,
): string {
  const end = isWhole ? quote : "";
  if (quote === "'") return `'${word.replaceAll("'", "'\\''")}${end}`;
  if (quote === '"') return `"${word.replace(/[\\"$`]/g, "\\$&")}${end}`;
  if (word === "") return isWhole ? "''" : "";
  return word.replace(SPECIAL, "\\$&");
}
