import { inQuotes, needsQuotes, type Quote, quoteWord } from "./quote_word.ts";
import { tokenize } from "./tokenize.ts";
import type { OpenPart, Span, Token, Word } from "./word.ts";

/** The word that the cursor is in, for completion. */
export interface CursorWord {
  /** The words before it in the same statement. */
  before: readonly Word[];
  /** What is there of it up to the cursor, without quotes; may be empty. */
  text: string;
  /** The same as a word; undefined when nothing is there yet. */
  word: Word | undefined;
  /** Where it stands, up to the cursor: what a candidate takes the place of. */
  span: Span;
  /** The quote that is open at the cursor. */
  quote: Quote;
  /** Whether it names the file behind a `>`. */
  isFile: boolean;
}

/** A text and the cursor in it. */
export interface CursorText {
  /** The text. */
  text: string;
  /** Offset of the cursor. */
  cursor: number;
}

/**
 * The word that the cursor is in; undefined where hca knows nothing: in a
 * comment, in JSON, behind a `|` or an `&`.
 */
export function findCursorWord(
  { text, cursor }: CursorText,
): CursorWord | undefined {
  const { tokens, open, stray, commentAt } = tokenize(text.slice(0, cursor));
  if (stray !== undefined || commentAt !== undefined) return undefined;
  if (open?.kind === "bracket" || open?.kind === "pipe") return undefined;
  const statement = lastStatement(tokens);
  const last = statement.at(-1);
  if (last?.kind === "pipe" || isOperator(last, "&")) return undefined;
  const word = last?.kind === "word" && last.word.span.end === cursor
    ? last.word
    : undefined;
  const others = word === undefined ? statement : statement.slice(0, -1);
  return {
    before: argumentsOf(others),
    text: word?.text ?? "",
    word,
    span: { start: word?.span.start ?? cursor, end: cursor },
    quote: quoteOf(open),
    isFile: isRedirection(others.at(-1)),
  };
}

/**
 * Puts a candidate in the place of the word at the cursor, quoted as the word
 * is, and as it has to be.
 *
 * @param candidate the whole word, without quotes
 * @param isFinal whether the word ends with it: its quote is closed and a
 * blank follows, unless one is there
 */
export function insertCandidate(
  { text, cursor }: CursorText,
  at: CursorWord,
  candidate: string,
  isFinal: boolean,
): CursorText {
  // A closing quote that is there already is taken for ours.
  const hasQuote = at.quote !== "" && text[cursor] === at.quote;
  const rest = text.slice(isFinal && hasQuote ? cursor + 1 : cursor);
  const blank = isFinal && !/^\s/.test(rest) ? " " : "";
  const typed = `${typedForm(at, candidate, isFinal)}${blank}`;
  const start = `${text.slice(0, at.span.start)}${typed}`;
  return { text: `${start}${rest}`, cursor: start.length };
}

/** A candidate as it is typed; a `~/` that was typed stays outside of quotes. */
function typedForm(
  { word, quote }: CursorWord,
  candidate: string,
  isFinal: boolean,
): string {
  const [first] = word?.parts ?? [];
  const plain = first?.kind === "plain" ? first.text : "";
  const [tilde = ""] = /^(--?[\w-]+=)?~\//.exec(plain) ?? [];
  if (tilde !== "" && candidate.startsWith(tilde)) {
    const name = candidate.slice(tilde.length);
    return `${tilde}${name === "" ? "" : quotedForm(name, quote, isFinal)}`;
  }
  return quotedForm(candidate, quote, isFinal);
}

function quotedForm(text: string, quote: Quote, isFinal: boolean): string {
  if (quote !== "") return inQuotes(text, quote, !isFinal);
  if (isFinal || !needsQuotes(text)) return quoteWord(text);
  // Left open, so that it can be typed on.
  return inQuotes(text, text.includes("'") ? '"' : "'", true);
}

function lastStatement(tokens: readonly Token[]): readonly Token[] {
  const separator = tokens.findLastIndex((token) =>
    isOperator(token, ";") || isOperator(token, "newline")
  );
  return tokens.slice(separator + 1);
}

/** The words without the names of files behind a `>`. */
function argumentsOf(tokens: readonly Token[]): Word[] {
  return tokens.flatMap((token, index) =>
    token.kind === "word" && !isRedirection(tokens[index - 1])
      ? [token.word]
      : []
  );
}

function isRedirection(token: Token | undefined): boolean {
  return isOperator(token, ">") || isOperator(token, ">>");
}

function isOperator(token: Token | undefined, operator: string): boolean {
  return token?.kind === "operator" && token.operator === operator;
}

function quoteOf(open: OpenPart | undefined): Quote {
  return open?.kind === "single" ? "'" : open?.kind === "double" ? '"' : "";
}
