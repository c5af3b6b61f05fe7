import { readPipe } from "./_read_pipe.ts";
import { readWord } from "./_read_word.ts";
import type { OpenPart, Operator, Token } from "./word.ts";

/** A text as tokens, finished or not. */
export interface Tokenized {
  /** The tokens; an open one goes to the end of the text. */
  tokens: readonly Token[];
  /** What is not closed at the end. */
  open: OpenPart | undefined;
  /** The closing bracket that fits no open one, which ended the reading. */
  stray: OpenPart | undefined;
  /** Offset of the `#` of a comment that the text ends in. */
  commentAt: number | undefined;
}

/**
 * Cuts a text into words, operators and what follows a `|`, by rules that are
 * those of shells where it matters:
 *
 * - blanks separate words; the end of a line separates statements, unless a
 *   backslash stands before it;
 * - '…' is literal; in "…" a backslash makes `"`, `\`, `$` and a backtick
 *   literal; outside of quotes it does so with any character;
 * - JSON needs no quotes: a `{` or `[` at the start of a word, or behind the
 *   `=` of `--flag=`, goes on to its matching bracket as it is;
 * - `#` at the start of a word begins a comment, to the end of the line;
 * - `;`, `>`, `>>`, `|` and `&` are operators; a `&` between other characters,
 *   as in a URL, is not.
 *
 * Never fails: what is open is told, so that an unfinished line can be read.
 */
export function tokenize(text: string): Tokenized {
  const tokens: Token[] = [];
  let open: OpenPart | undefined;
  let stray: OpenPart | undefined;
  let commentAt: number | undefined;
  for (let at = 0; at < text.length && stray === undefined;) {
    const character = text[at] ?? "";
    const operator = operatorAt(text, at);
    if (operator !== undefined) {
      const end = at + (operator === ">>" ? 2 : 1);
      tokens.push({ kind: "operator", operator, span: { start: at, end } });
      at = end;
    } else if (character === "|") {
      const pipe = readPipe(text, at);
      const span = { start: at, end: pipe.end };
      tokens.push({ kind: "pipe", text: pipe.text, span });
      open = pipe.open;
      at = pipe.end;
    } else if (/\s/.test(character)) at++;
    else if (text.startsWith("\\\n", at)) at += 2;
    else if (character === "#") {
      const end = lineEnd(text, at);
      if (end === text.length) commentAt = at;
      at = end;
    } else {
      const read = readWord(text, at);
      tokens.push({ kind: "word", word: read.word });
      open = read.open;
      stray = read.stray;
      at = read.word.span.end;
    }
  }
  return { tokens, open, stray, commentAt };
}

function operatorAt(text: string, at: number): Operator | undefined {
  switch (text[at]) {
    case "\n":
      return "newline";
    case ";":
    case "&":
      return text[at] as ";" | "&";
    case ">":
      return text[at + 1] === ">" ? ">>" : ">";
  }
  return undefined;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}
