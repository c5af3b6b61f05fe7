/** Where something stands in a text. */
export interface Span {
  /** Offset of its first UTF-16 unit. */
  start: number;
  /** Offset behind its last one. */
  end: number;
}

/** A piece of a word, by what may still be replaced in it. */
export interface WordPart {
  /** The piece without its quotes and backslashes. */
  text: string;
  /**
   * `plain` stood in no quotes, `double` in "…"; a `literal` one stays as it
   * is: it stood in '…', behind a backslash, or is JSON.
   */
  kind: "plain" | "double" | "literal";
}

/** A word of a line. */
export interface Word {
  /** The word without its quotes and backslashes. */
  text: string;
  /** Its pieces, in order; neighbours are of different kinds. */
  parts: readonly WordPart[];
  /** Where it stands, quotes included. */
  span: Span;
}

/** What joins or ends statements; `newline` is the end of a line. */
export type Operator = ">" | ">>" | "&" | ";" | "newline";

/** A piece of a line. */
export type Token =
  | { kind: "word"; word: Word }
  | { kind: "operator"; operator: Operator; span: Span }
  /** A `|` and what follows it, for the system's shell. */
  | { kind: "pipe"; text: string; span: Span };

/** What is not closed at the end of a text. */
export interface OpenPart {
  /** What it is. */
  kind: "single" | "double" | "bracket" | "backslash" | "pipe";
  /** Its first character, as in `{`. */
  character: string;
  /** Offset of that character. */
  at: number;
}

/** `character 7`, or `line 2, character 7` of a text of several lines. */
export function describePosition(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  const character = `character ${[...before.at(-1) ?? ""].length + 1}`;
  return text.includes("\n")
    ? `line ${before.length}, ${character}`
    : character;
}
