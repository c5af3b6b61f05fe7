import { clustersOf } from "./clusters.ts";
import type { EditorFrame } from "./render_editor.ts";
import { clusterWidth, isWidthUnsure } from "./shown_text.ts";

// ECMA-48: CUU, CUD, CHA, EL, ED.
const up = (rows: number) => `\x1b[${rows}A`;
const down = (rows: number) => `\x1b[${rows}B`;
const toColumn = (column: number) =>
  column === 0 ? "\r" : `\x1b[${column + 1}G`;
const ERASE_LINE_END = "\x1b[K";
const ERASE_BELOW = "\x1b[J";
// deno-lint-ignore no-control-regex -- this is what it looks for
const STYLE = /(\x1b\[[0-9;:]*m)/;

/** A piece of a line: a grapheme cluster, or a change of colour. */
interface Token {
  text: string;
  /** Columns; undefined: a change of colour. */
  width: number | undefined;
}

/**
 * The text to write so that a terminal that shows one frame shows the next
 * one. Writes only what differs, and never scrolls by more than is missing.
 *
 * @param previous what is shown, with the cursor in it; undefined: nothing,
 *   and the cursor is at the beginning of an empty line
 */
export function paintFrame(
  previous: EditorFrame | undefined,
  next: EditorFrame,
): string {
  if (previous === undefined) return paintOver(EMPTY, next);
  const isResized = previous.width !== next.width ||
    previous.height !== next.height;
  if (!isResized) return paintOver(previous, next);
  return eraseFrame(previous, next.width) + paintOver(EMPTY, next);
}

/**
 * Takes a frame away; the cursor is where its first line began.
 *
 * @param width columns that the terminal has now. One that was made narrower
 *   has broken the lines into several, as most terminals do.
 */
export function eraseFrame(frame: EditorFrame, width: number): string {
  const above = frame.lines.slice(0, frame.cursorRow).reduce(
    (rows, line) => rows + 1 + rowsBefore(line, Infinity, width),
    0,
  );
  const line = frame.lines[frame.cursorRow] ?? "";
  const rows = above + rowsBefore(line, frame.cursorColumn, width);
  return `${rows > 0 ? up(rows) : ""}\r${ERASE_BELOW}`;
}

/** Goes to the beginning of an empty line below a frame, which stays. */
export function leaveFrame(frame: EditorFrame): string {
  const last = frame.lines.length - 1;
  const rows = last - frame.cursorRow;
  const isAtEmptyLine = last > 0 && frame.lines[last] === "";
  return `${rows > 0 ? down(rows) : ""}${isAtEmptyLine ? "\r" : "\r\n"}`;
}

/**
 * Goes to the beginning of an empty line, from wherever another program has
 * left the cursor: so many blanks reach the next line unless they began at
 * the beginning of this one.
 */
export function freshLine(width: number): string {
  return `${" ".repeat(width)}\r${ERASE_BELOW}`;
}

type Shown = Pick<EditorFrame, "lines" | "cursorRow" | "cursorColumn">;

const EMPTY: Shown = { lines: [""], cursorRow: 0, cursorColumn: 0 };

function paintOver(previous: Shown, next: EditorFrame): string {
  const pen = new Pen(previous, next.width);
  next.lines.forEach((line, row) => {
    const before = previous.lines[row];
    if (before === undefined) pen.addLine(row);
    if ((before ?? "") !== line) pen.rewrite(row, before ?? "", line);
  });
  if (previous.lines.length > next.lines.length) {
    pen.moveTo(next.lines.length, 0);
    pen.out += ERASE_BELOW;
  }
  pen.moveTo(next.cursorRow, next.cursorColumn);
  return pen.out;
}

/** Where the cursor is while the difference is written. */
class Pen {
  out = "";
  readonly #width: number;
  #row: number;
  #column: number;

  constructor({ cursorRow, cursorColumn }: Shown, width: number) {
    this.#width = width;
    this.#row = cursorRow;
    this.#column = cursorColumn;
  }

  moveTo(row: number, column: number): void {
    if (row < this.#row) this.out += up(this.#row - row);
    if (row > this.#row) this.out += down(row - this.#row);
    if (column !== this.#column) this.out += toColumn(column);
    this.#row = row;
    this.#column = column;
  }

  /** Makes a line below the last one, if need be by scrolling. */
  addLine(row: number): void {
    this.moveTo(row - 1, this.#column);
    this.out += "\r\n";
    this.#row = row;
    this.#column = 0;
  }

  /** Writes what differs between what a line was and what it becomes. */
  rewrite(row: number, before: string, line: string): void {
    const was = tokensOf(before);
    const tokens = tokensOf(line);
    const same = tokens.findIndex((token, at) => token.text !== was[at]?.text);
    const kept = tokens.slice(0, same < 0 ? tokens.length : same);
    this.moveTo(row, sum(kept));
    this.out += styleAfter(kept);
    for (const token of tokens.slice(kept.length)) this.#put(token);
    // Behind the last column there is nothing, and EL would take its character.
    if (sum(was) > sum(tokens)) this.out += ERASE_LINE_END;
  }

  #put({ text, width }: Token): void {
    if (width === undefined || !isWidthUnsure(text)) {
      this.out += text;
      this.#column += width ?? 0;
      return;
    }
    // Whatever the terminal thinks of its width, what follows stands right.
    const start = toColumn(this.#column);
    this.#column += width;
    const end = this.#column < this.#width ? toColumn(this.#column) : "";
    this.out += `${" ".repeat(width)}${start}${text}${end}`;
  }
}

function tokensOf(line: string): Token[] {
  return line.split(STYLE).flatMap((part): Token[] =>
    STYLE.test(part)
      ? [{ text: part, width: undefined }]
      : clustersOf(part).map((text) => ({ text, width: clusterWidth(text) }))
  );
}

function sum(tokens: readonly Token[]): number {
  return tokens.reduce((total, { width = 0 }) => total + width, 0);
}

/**
 * How many line ends a terminal of a width has put before a column of a line.
 * Behind the last character it puts none.
 */
function rowsBefore(line: string, column: number, width: number): number {
  let rows = 0;
  let [from, room] = [0, width];
  for (const token of tokensOf(line)) {
    if (from > column) break;
    const { width: taken = 0 } = token;
    if (taken > room) [rows, room] = [rows + 1, width];
    [from, room] = [from + taken, room - taken];
  }
  return rows;
}

/** The colours that are on behind some tokens. */
function styleAfter(tokens: readonly Token[]): string {
  const styles = tokens.filter(({ width }) => width === undefined)
    .map(({ text }) => text);
  // deno-lint-ignore no-control-regex -- this is what it looks for
  const off = styles.findLastIndex((style) => /^\x1b\[0*m$/.test(style));
  return styles.slice(off + 1).join("");
}
