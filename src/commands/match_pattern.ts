// Steps that a check may take: some milliseconds.
const STEP_LIMIT = 10_000_000;
const PATTERN_LIMIT = 2_000;

/**
 * Whether a text matches a regular expression of an API document (ECMA-262,
 * unanchored). Where that is not known in bounded time (the runtime tries one
 * way after the other, and a pattern such as `(a+)+$` has more of them than
 * anybody can wait for), or the pattern is none or too long, the answer is
 * yes: the service decides.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  if (pattern.length > PATTERN_LIMIT) return true;
  if (mostSteps(pattern, text.length) > STEP_LIMIT) return true;
  try {
    return new RegExp(pattern).test(text);
  } catch {
    return true;
  }
}

/**
 * An upper bound of the steps that matching takes: the ways through the
 * pattern, times what one way can cost. Infinite for a repeated group, whose
 * own ways multiply with each repetition.
 */
function mostSteps(pattern: string, length: number): number {
  // What cannot be repeated or chosen stands as one letter.
  const plain = pattern.replace(/\\[^]/g, "x").replace(/\[[^\]]*\]/g, "x")
    .replace(/\(\?(?:[:=!]|<[=!])/g, "(");
  if (/\)[*+{]/.test(plain)) return Infinity;
  let ways = 1;
  const repeated = /([*+])|(\?)|\{(\d+)(?:(,)(\d*))?\}/g;
  for (
    const [, endless, maybe, least, comma, most] of plain.matchAll(repeated)
  ) {
    if (endless !== undefined || (comma !== undefined && most === "")) {
      ways *= length + 1;
    } else if (maybe !== undefined) ways *= 2;
    else if (comma !== undefined) {
      ways *= Math.min(Number(most) - Number(least), length) + 1;
    }
  }
  const { product, isOneAtTop } = countAlternatives(plain);
  const starts = plain.startsWith("^") && isOneAtTop ? 1 : length + 1;
  return starts * ways * product * (length + pattern.length);
}

/** The alternatives of each group, multiplied. */
function countAlternatives(
  plain: string,
): { product: number; isOneAtTop: boolean } {
  const open: number[] = [];
  let product = 1;
  let current = 1;
  for (const character of plain) {
    if (character === "|") current++;
    else if (character === "(") {
      open.push(current);
      current = 1;
    } else if (character === ")") {
      product *= current;
      current = open.pop() ?? 1;
    }
  }
  return { product: product * current, isOneAtTop: current === 1 };
}
