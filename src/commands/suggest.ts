/**
 * The name most like a word that is not known, for "did you mean": the one
 * with the least edit distance, if that is small, or one that it begins.
 */
export function suggest(
  word: string,
  names: Iterable<string>,
): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const name of names) {
    const isBegun = name.startsWith(word);
    // No edit distance is less than the difference in length.
    const least = Math.abs(name.length - word.length);
    if (!isBegun && least >= bestDistance) continue;
    const distance = isBegun ? 1 : editDistance(word, name);
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** `; did you mean 'x'?`, or nothing. */
export function didYouMean(word: string, names: Iterable<string>): string {
  const name = suggest(word, names);
  return name === undefined ? "" : `; did you mean '${name}'?`;
}

/** Insertions, deletions and substitutions between two words (Levenshtein). */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      current.push(Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) +
          (from[row - 1] === to[column - 1] ? 0 : 1),
      ));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
