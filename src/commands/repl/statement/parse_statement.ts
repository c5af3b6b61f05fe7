import { UsageError } from "../../../base/mod.ts";
import { splitWords } from "./split_words.ts";
import {
  describePosition,
  type Operator,
  type Span,
  type Token,
  type Word,
} from "./word.ts";

/** The file that the output of a statement goes to. */
export interface OutputTarget {
  /** Its path, references and `~` not replaced. */
  path: Word;
  /** Whether it is written behind what the file holds (`>>`). */
  isAppended: boolean;
}

/** One command of a line, and where its output goes. */
export interface Statement {
  /** The words; at least one. */
  words: readonly Word[];
  /** The program that gets its output: a line for the system's shell. */
  pipe?: string;
  /** The file that gets its output. */
  file?: OutputTarget;
  /** Whether it ends in `&`, so that the prompt does not wait for it. */
  isBackground: boolean;
}

/**
 * The statements of a text: separated by `;` and ends of lines, each with
 * `| PROGRAM`, `> FILE` or `>> FILE`, and `&` at its end. What
 * follows a `|` is for the system's shell as it is, `;` included.
 *
 * @throws {UsageError} when something is not closed or stands where it cannot
 */
export function parseStatements(text: string): Statement[] {
  const statements: Statement[] = [];
  let parser = new StatementParser(text);
  for (const token of splitWords(text)) {
    if (token.kind === "operator" && isSeparator(token.operator)) {
      statements.push(...parser.end());
      parser = new StatementParser(text);
    } else parser.add(token);
  }
  return [...statements, ...parser.end()];
}

function isSeparator(operator: Operator): boolean {
  return operator === ";" || operator === "newline";
}

class StatementParser {
  readonly #text: string;
  readonly #words: Word[] = [];
  #pipe: string | undefined;
  #file: OutputTarget | undefined;
  /** The `>` whose file has to come next. */
  #redirection: { isAppended: boolean; span: Span } | undefined;
  /** The first operator. */
  #first: Span | undefined;
  #background: Span | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  add(token: Token): void {
    if (this.#background !== undefined) {
      throw this.#refused(this.#background, "may only end a command", {
        hint: "A ; separates commands that run one after the other.",
      });
    }
    if (token.kind === "word") return this.#word(token.word);
    this.#first ??= token.span;
    this.#checkRedirection();
    if (token.kind === "pipe") this.#pipeTo(token);
    else if (token.operator === "&") this.#background = token.span;
    else this.#redirect(token.operator === ">>", token.span);
  }

  /** The statement; none if there was nothing. */
  end(): Statement[] {
    this.#checkRedirection();
    if (this.#words.length === 0) {
      if (this.#first === undefined) return [];
      throw this.#refused(this.#first, "follows no command");
    }
    const pipe = this.#pipe;
    const file = this.#file;
    return [{
      words: this.#words,
      ...(pipe !== undefined && { pipe }),
      ...(file !== undefined && { file }),
      isBackground: this.#background !== undefined,
    }];
  }

  #word(word: Word): void {
    if (this.#redirection === undefined) {
      this.#words.push(word);
      return;
    }
    const { isAppended } = this.#redirection;
    this.#file = { path: word, isAppended };
    this.#redirection = undefined;
  }

  #pipeTo({ text, span }: { text: string; span: Span }): void {
    if (text.startsWith("|") || text.startsWith("&")) {
      throw this.#refused(span, "is followed by no program", {
        hint: "|| and |& are not understood; a ; separates commands.",
      });
    }
    if (this.#file !== undefined) {
      throw this.#refused(span, "cannot follow > FILE", {
        hint: "Give the file to the program: … | PROGRAM > FILE.",
      });
    }
    const program = withoutAmpersand(text);
    this.#pipe = program;
    if (program !== text) this.#background = span;
  }

  #redirect(isAppended: boolean, span: Span): void {
    if (this.#file !== undefined) {
      throw this.#refused(span, "names a second file");
    }
    this.#redirection = { isAppended, span };
  }

  #checkRedirection(): void {
    if (this.#redirection === undefined) return;
    throw this.#refused(this.#redirection.span, "is followed by no file");
  }

  #refused(
    { start }: Span,
    why: string,
    options: { hint?: string } = {},
  ): UsageError {
    const operator = this.#text[start] ?? "";
    const where = describePosition(this.#text, start);
    return new UsageError(`the ${operator} at ${where} ${why}`, options);
  }
}

// What is quoted, or begins with the second character of `&&` and `>&`.
const INERT = /'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[&>|<]&/gs;

/** A line for the shell without the `&` at its end, which is ours. */
function withoutAmpersand(program: string): string {
  const inert = program.replace(INERT, (match) => "x".repeat(match.length));
  return inert.endsWith("&") ? program.slice(0, -1).trimEnd() : program;
}
