import type { OpenPart } from "./word.ts";

/** A bracket and what it holds. */
export interface ReadJson {
  /** Offset behind its closing bracket, or the end of the text. */
  end: number;
  /** The innermost bracket that is not closed. */
  open: OpenPart | undefined;
  /** The closing bracket that does not fit the open one. */
  stray: OpenPart | undefined;
}

/**
 * Reads from a bracket to the one that matches it. Brackets in JSON strings
 * do not count; whether all of it is JSON does not matter here.
 *
 * @param start offset of a `{` or `[`
 */
export function readJson(text: string, start: number): ReadJson {
  const open: OpenPart[] = [];
  for (let at = start; at < text.length; at++) {
    const character = text[at] ?? "";
    if (character === '"') at = stringEnd(text, at);
    else if (character === "{" || character === "[") {
      open.push({ kind: "bracket", character, at });
    } else if (character === "}" || character === "]") {
      const { character: opening } = open.pop() ?? {};
      const fits = opening === (character === "}" ? "{" : "[");
      if (!fits) {
        const stray: OpenPart = { kind: "bracket", character, at };
        return { end: at + 1, open: undefined, stray };
      }
      if (open.length === 0) {
        return { end: at + 1, open: undefined, stray: undefined };
      }
    }
  }
  return { end: text.length, open: open.at(-1), stray: undefined };
}

/** The offset of the quote that closes a JSON string, or the end. */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return at;
    if (text[at] === "\\") at++;
  }
  return text.length;
}
