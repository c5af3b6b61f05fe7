import { foldCase } from "./cased_text.ts";

/** Stands for exactly one character. */
export const ANY_ONE: unique symbol = Symbol("?");
/** Stands for any run of characters, also none. */
export const ANY_RUN: unique symbol = Symbol("*");

/** A character, or what stands for one character or for any run of them. */
export type WildcardToken = string | typeof ANY_ONE | typeof ANY_RUN;

/** A wildcard pattern, ready to be matched. */
export interface WildcardPattern {
  /** Characters (code points) and wildcards, runs of `*` collapsed. */
  readonly tokens: readonly WildcardToken[];
  /** The fewest characters (code points) that can match. */
  readonly minimumLength: number;
}

/** A pattern for exact fields and words, and one for keywords. */
export interface CasedWildcard {
  /** The pattern as it was written. */
  source: string;
  /** Compares case. */
  exact: WildcardPattern;
  /** For text that has been lower-cased. */
  folded: WildcardPattern;
}

/** Parses a pattern for both kinds of field. */
export function caseWildcard(source: string): CasedWildcard {
  return {
    source,
    exact: parseWildcard(source),
    folded: parseWildcard(foldCase(source)),
  };
}

/**
 * Parses a pattern: `*` is any run of characters, `?` exactly one, and a
 * backslash takes the meaning off the next character (a last one stands for
 * itself). Syntax of Lucene's `WildcardQuery`.
 */
export function parseWildcard(source: string): WildcardPattern {
  const tokens: WildcardToken[] = [];
  const characters = Array.from(source);
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? "";
    if (character === "\\") {
      tokens.push(characters[++index] ?? character);
    } else if (character !== "*") {
      tokens.push(character === "?" ? ANY_ONE : character);
    } else if (tokens.at(-1) !== ANY_RUN) {
      tokens.push(ANY_RUN);
    }
  }
  const minimumLength = tokens.filter((token) => token !== ANY_RUN).length;
  return { tokens, minimumLength };
}

/**
 * Whether the whole text fits. A mismatch goes back to the latest `*` only,
 * so the time is at most the product of both lengths, never exponential.
 */
export function matchesWildcard(
  pattern: WildcardPattern,
  text: string,
): boolean {
  const { tokens, minimumLength } = pattern;
  if (text.length < minimumLength) return false;
  const characters = Array.from(text);
  let token = 0;
  let position = 0;
  let runToken = -1;
  let runEnd = 0;
  while (position < characters.length) {
    const expected = tokens[token];
    if (expected === ANY_RUN) {
      runToken = token++;
      runEnd = position;
    } else if (expected === ANY_ONE || expected === characters[position]) {
      token++;
      position++;
    } else if (runToken >= 0) {
      token = runToken + 1;
      position = ++runEnd;
    } else {
      return false;
    }
  }
  return tokens.slice(token).every((rest) => rest === ANY_RUN);
}
