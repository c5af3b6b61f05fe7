import type { OpenPart } from "./word.ts";

/** A `|` and what follows it. */
export interface ReadPipe {
  /** What follows, without blanks around it, for the system's shell. */
  text: string;
  /** Offset behind it. */
  end: number;
  /** What is open at its end. */
  open: OpenPart | undefined;
}

/**
 * Reads what follows a `|` to the end of the line; the line goes on in the
 * next one where a quote is open or it ends in a `|` or a backslash.
 *
 * @param start offset of the `|`
 */
export function readPipe(text: string, start: number): ReadPipe {
  // The `|` that nothing has followed yet.
  let barAt: number | undefined = start;
  let at = start + 1;
  let open: OpenPart | undefined;
  for (; at < text.length; at++) {
    const character = text[at] ?? "";
    if (character === "\n" && barAt === undefined) break;
    if (/\s/.test(character)) continue;
    if (character === "#" && /\s/.test(text[at - 1] ?? "")) {
      at = commentEnd(text, at) - 1;
      continue;
    }
    barAt = character === "|" ? at : undefined;
    if (character === "\\") {
      if (at + 1 >= text.length) open = { kind: "backslash", character, at };
      at++;
    } else if (character === "'" || character === '"') {
      const close = closingQuote(text, at);
      if (close === undefined) {
        const kind = character === "'" ? "single" : "double";
        open = { kind, character, at };
      }
      at = close ?? text.length;
    }
  }
  const end = Math.min(at, text.length);
  if (barAt !== undefined) open = { kind: "pipe", character: "|", at: barAt };
  return { text: text.slice(start + 1, end).trim(), end, open };
}

/** The offset of the quote that closes the one at `at`. */
function closingQuote(text: string, at: number): number | undefined {
  const quote = text[at];
  for (let next = at + 1; next < text.length; next++) {
    if (text[next] === quote) return next;
    if (quote === '"' && text[next] === "\\") next++;
  }
  return undefined;
}

function commentEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}
