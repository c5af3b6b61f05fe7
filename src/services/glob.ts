/**
 * A shell pattern as the old client used it (Python's fnmatch): `*` is any
 * run of characters, `/` included; `?` one character; `[abc]`, `[a-z]` one of
 * a set, `[!x]` one outside of it. A `]` first in a set is one of it, an
 * unclosed `[` is itself, a reversed range matches nothing, and a backslash
 * is nothing special. Letters match in their own case only.
 */
export class Glob {
  readonly #parts: Part[];

  /** Reads a pattern; every text is one. */
  constructor(pattern: string) {
    this.#parts = parseGlob(pattern);
  }

  /** Whether the whole name matches. Takes time in proportion to both. */
  matches(name: string): boolean {
    const text = [...name];
    const parts = this.#parts;
    let part = 0;
    let at = 0;
    let star = -1;
    let starAt = 0;
    while (at < text.length) {
      const current = parts[part];
      if (current === "*") {
        star = part++;
        starAt = at;
      } else if (current !== undefined && current(text[at] ?? "")) {
        part++;
        at++;
      } else if (star >= 0) {
        // Let the last star take one more; earlier ones need no second look.
        part = star + 1;
        at = ++starAt;
      } else {
        return false;
      }
    }
    while (parts[part] === "*") part++;
    return part === parts.length;
  }
}

/** Whether any of several patterns matches. */
export function matchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => new Glob(pattern).matches(name));
}

type Part = "*" | ((character: string) => boolean);

function parseGlob(pattern: string): Part[] {
  const text = [...pattern];
  const parts: Part[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    const close = character === "[" ? findClose(text, at) : -1;
    if (character === "*") parts.push("*");
    else if (character === "?") parts.push(() => true);
    else if (close > 0) {
      parts.push(parseSet(text.slice(at + 1, close)));
      at = close;
    } else parts.push((other) => other === character);
  }
  return parts;
}

function findClose(text: string[], open: number): number {
  const start = text[open + 1] === "!" ? open + 2 : open + 1;
  // The first character of a set is never its end.
  return text.indexOf("]", start + 1);
}

function parseSet(content: string[]): (character: string) => boolean {
  const isNegated = content[0] === "!";
  const set = isNegated ? content.slice(1) : content;
  const ranges: [string, string][] = [];
  for (let at = 0; at < set.length; at++) {
    const from = set[at] ?? "";
    const to = set[at + 1] === "-" ? set[at + 2] : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) at += 2;
  }
  return (character) =>
    ranges.some(([from, to]) => from <= character && character <= to) !==
      isNegated;
}
