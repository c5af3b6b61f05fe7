import { RefusedError } from "../base/mod.ts";
import { ROW_LIMIT, type TextBlock } from "./_text_blocks.ts";
import type { TableRow } from "./tab_separated.ts";

/** Parses whole lines; what a quote keeps open waits for the next ones. */
export class RowParser {
  readonly #what: string;
  /** The line in which the next row begins. */
  #line = 1;
  /** The begin of a row with an open quote, and what came after it. */
  #open = "";
  /** How much there has to be before it is looked at again. */
  #enough = 0;
  #isFirst = true;

  /** A parser whose errors call the table `what`. */
  constructor(what: string) {
    this.#what = what;
  }

  /** The rows that end in these lines. */
  push(block: TextBlock): TableRow[] {
    const text = this.#isFirst ? block.text.replace(/^\ufeff/, "") : block.text;
    this.#isFirst = false;
    const nul = text.indexOf("\0");
    if (nul >= 0) {
      this.#line += countLineEnds(this.#open + text.slice(0, nul));
      throw this.#refusal("has a NUL character", "It must be text in UTF-8.");
    }
    this.#open += text;
    return this.#open.length < this.#enough ? [] : this.#parse(this.#open);
  }

  /** @throws {RefusedError} when the line after the block is a bad one */
  check({ fault }: TextBlock): void {
    if (fault === undefined) return;
    this.#line += countLineEnds(this.#open);
    if (fault === "length") throw this.#tooLong();
    throw this.#refusal("is not text in UTF-8");
  }

  /**
   * The rows that are left.
   *
   * @throws {RefusedError} when a quote was never closed
   */
  end(): TableRow[] {
    const rows = this.#parse(this.#open);
    if (this.#open !== "") throw this.#badQuote();
    return rows;
  }

  #parse(text: string): TableRow[] {
    const rows: TableRow[] = [];
    const isPlain = !/["\r]/.test(text);
    this.#open = "";
    this.#enough = 0;
    for (let at = 0; at < text.length;) {
      const line = this.#line;
      const next = isPlain
        ? this.#readPlain(text, at, rows)
        : this.#readAny(text, at, rows);
      if (next === undefined) this.#wait(text.slice(at));
      if ((next ?? text.length) - at > ROW_LIMIT) throw this.#tooLong(line);
      at = next ?? text.length;
    }
    return rows;
  }

  // Looked at again when it is twice as long: a long row takes linear time.
  #wait(open: string): void {
    this.#open = open;
    this.#enough = Math.min(2 * open.length, ROW_LIMIT + 1);
  }

  /** Reads a row without quotes; most are. */
  #readPlain(text: string, at: number, rows: TableRow[]): number {
    const found = text.indexOf("\n", at);
    const end = found < 0 ? text.length : found;
    this.#add(text.slice(at, end), rows);
    return end + 1;
  }

  /** Reads any row; undefined when a quote is open at the end of the text. */
  #readAny(text: string, at: number, rows: TableRow[]): number | undefined {
    const found = text.indexOf("\n", at);
    const end = found < 0 ? text.length : found;
    const line = text.slice(at, text[end - 1] === "\r" ? end - 1 : end);
    if (!/["\r]/.test(line)) {
      this.#add(line, rows);
      return end + 1;
    }
    const row = parseRow(text, at);
    if (row === "bad quote") throw this.#badQuote();
    if (row === undefined) return undefined;
    const { cells, next } = row;
    if (cells.length > 1 || cells[0] !== "") {
      rows.push({ line: this.#line, cells });
    }
    this.#line += countLineEnds(text.slice(at, next));
    return next;
  }

  #add(line: string, rows: TableRow[]): void {
    if (line !== "") rows.push({ line: this.#line, cells: line.split("\t") });
    this.#line++;
  }

  #badQuote(): RefusedError {
    return new RefusedError(
      `${this.#what} has a bad quote in line ${this.#line}: a cell that ` +
        "begins with one must end with one",
    );
  }

  #tooLong(line = this.#line): RefusedError {
    this.#line = line;
    return this.#refusal(
      `has a row of more than ${ROW_LIMIT} characters`,
      "Is it a table, and is every quote closed?",
    );
  }

  #refusal(why: string, hint?: string): RefusedError {
    return new RefusedError(`${this.#what} ${why} in line ${this.#line}`, {
      hint,
    });
  }
}

// A cell without quotes, and what ends any cell: a tab, a line end or the end
// of the text.
const PLAIN = /[^\t\r\n]*/y;
const STOP = /\t|\r\n?|\n|$/y;

/** The row that begins at `start`; undefined when one of its quotes is open. */
function parseRow(
  text: string,
  start: number,
): { cells: string[]; next: number } | "bad quote" | undefined {
  const cells: string[] = [];
  for (let at = start;;) {
    const read = readCell(text, at);
    if (read === undefined) return undefined;
    STOP.lastIndex = read.end;
    const stop = STOP.exec(text)?.[0];
    if (stop === undefined) return "bad quote";
    cells.push(read.cell);
    at = read.end + stop.length;
    if (stop !== "\t") return { cells, next: at };
  }
}

/** The cell that begins at `start`, and where it ends. */
function readCell(
  text: string,
  start: number,
): { cell: string; end: number } | undefined {
  if (text[start] !== '"') {
    PLAIN.lastIndex = start;
    const cell = PLAIN.exec(text)?.[0] ?? "";
    return { cell, end: start + cell.length };
  }
  // Found step by step: one expression for all of a long cell would exhaust
  // the stack of the matcher.
  for (let from = start + 1;;) {
    const mark = text.indexOf('"', from);
    if (mark < 0) return undefined;
    if (text[mark + 1] !== '"') {
      const cell = text.slice(start + 1, mark).replaceAll('""', '"');
      return { cell, end: mark + 1 };
    }
    from = mark + 2;
  }
}

function countLineEnds(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}
