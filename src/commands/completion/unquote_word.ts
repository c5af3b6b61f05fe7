/**
 * A word as bash would take it, without its quotes and backslashes; bash
 * hands over the words of an unfinished line as they were typed. Variables
 * and `$'…'` stay as they are: nothing is evaluated.
 */
export function unquoteWord(word: string): string {
  return word.replace(
    /'([^']*)(?:'|$)|"((?:[^"\\]|\\.)*)(?:"|\\?$)|\\(.?)/gs,
    (_match, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replace(/\\([$`"\\])/g, "$1") ?? escaped ?? "",
  );
}
