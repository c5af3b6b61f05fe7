import assert from "node:assert/strict";
import type { EditorFrame } from "../../../src/terminal/editor/mod.ts";

const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" });

/** The grapheme clusters of a text. */
export function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/**
 * Columns of one code point, for the characters that these tests use; a
 * terminal of its own, not the tables under test.
 */
function columnsOf(character: string): number {
  if (/[\p{Mn}\p{Me}\p{Cf}]/u.test(character)) return 0;
  return /[\u1100-\u115f\u3000-\u9fff\uac00-\ud7a3\uff01-\uff60]|\p{Emoji_Presentation}/u
      .test(character) && !/\p{Regional_Indicator}/u.test(character)
    ? 2
    : 1;
}

/** What stands in a cell; `undefined` is the right half of a wide one. */
type Cell = string | undefined;

/**
 * A terminal: the sequences of ECMA-48 that are used, wrapping that waits for
 * the next character, scrolling, and lines that are broken anew on resize.
 * An old one makes each emoji of a sequence two columns wide; a new one gives
 * two columns to the whole sequence.
 */
export class Screen {
  width: number;
  height: number;
  /** All lines, those scrolled away included. */
  lines: Cell[][] = [[]];
  row = 0;
  column = 0;
  bells = 0;
  pasteMarks: boolean | undefined;
  readonly #isNew: boolean;
  #top = 0;

  constructor(width: number, height: number, isNew = false) {
    this.width = width;
    this.height = height;
    this.#isNew = isNew;
  }

  write(text: string): void {
    const piece =
      // deno-lint-ignore no-control-regex -- what it is about
      /\x1b\[(\??)([0-9;:]*)([A-Za-z])|[\r\n\x07]|[^\x00-\x1f\x7f]+/gy;
    let end = 0;
    for (const match of text.matchAll(piece)) {
      end = match.index + match[0].length;
      const [token, mark, parameter = "", final] = match;
      if (final !== undefined) this.#obey(`${mark}${final}`, parameter);
      else if (token === "\r") this.column = 0;
      else if (token === "\n") this.#down();
      else if (token === "\x07") this.bells++;
      else this.#print(token);
    }
    const rest = JSON.stringify(text.slice(end, end + 20));
    assert.equal(end, text.length, `a sequence that is not known: ${rest}`);
  }

  /** The text of a line. */
  text(row: number): string {
    return (this.lines[row] ?? []).map((cell) => cell ?? "").join("")
      .trimEnd();
  }

  /** The text of all lines, without empty ones at the end. */
  get texts(): string[] {
    const texts = this.lines.map((_, row) => this.text(row));
    while (texts.at(-1) === "") texts.pop();
    return texts;
  }

  resize(width: number, height: number): void {
    const kept = this.lines.slice(0, this.row + 1).concat(
      trimEmpty(this.lines.slice(this.row + 1)),
    );
    const { row, column } = this;
    this.lines = [];
    this.width = width;
    kept.forEach((line, at) => {
      const cells = trimBlank(line, at === row ? column : 0);
      this.lines.push([]);
      let used = 0;
      cells.forEach((cell, x) => {
        if (cell === undefined) return;
        const taken = cells[x + 1] === undefined && x + 1 < cells.length
          ? 2
          : 1;
        if (used + taken > width) {
          this.lines.push([]);
          used = 0;
        }
        if (at === row && x <= column) {
          [this.row, this.column] = [this.lines.length - 1, used];
        }
        this.lines.at(-1)?.push(cell, ...taken === 2 ? [undefined] : []);
        used += taken;
      });
      if (at === row && column >= cells.length) {
        // Behind the text: in the last column if it is full.
        this.row = this.lines.length - 1;
        this.column = Math.min(used + column - cells.length, width);
      }
    });
    this.height = height;
    this.#top = Math.max(0, this.lines.length - height);
    if (this.row < this.#top) this.#top = this.row;
  }

  /** Compares what is shown from a line on with a frame. */
  assertShows(frame: EditorFrame, from: number, why: string): void {
    frame.lines.forEach((line, at) => {
      assert.equal(
        this.#shownIn(line, from + at),
        placed(line).map(([column, text]) => `${column}:${text}`).join(" "),
        `line ${at} of ${why}`,
      );
    });
    for (let row = from + frame.lines.length; row < this.lines.length; row++) {
      assert.equal(this.text(row), "", `below ${why}`);
    }
    assert.deepEqual(
      [this.row, this.column],
      [from + frame.cursorRow, frame.cursorColumn],
      `cursor of ${why}`,
    );
  }

  /** What is at the columns at which a line has something, and the rest. */
  #shownIn(line: string, row: number): string {
    const cells = [...this.lines[row] ?? []];
    const found: [number, string][] = [];
    for (const [column, , width] of placed(line)) {
      const text = cells.slice(column, column + width).join("").trim();
      cells.fill(" ", column, column + width);
      if (text !== "") found.push([column, text]);
    }
    cells.forEach((cell, column) => {
      if (cell !== undefined && cell !== " ") found.push([column, cell]);
    });
    return found.map(([column, text]) => `${column}:${text}`).join(" ");
  }

  #obey(name: string, parameter: string): void {
    const count = Math.max(1, Number(parameter.split(";")[0] || 1));
    const bottom = this.#top + this.height - 1;
    if (name === "A") this.row = Math.max(this.#top, this.row - count);
    else if (name === "B") {
      this.row = Math.min(bottom, this.row + count);
      while (this.lines.length <= this.row) this.lines.push([]);
    } else if (name === "C") this.column += count;
    else if (name === "D") this.column -= count;
    else if (name === "G") this.column = count - 1;
    else if (name === "H") [this.row, this.column] = [this.#top, 0];
    else if (name === "K") this.#erase(this.row, this.column);
    else if (name === "J" && parameter === "2") {
      for (let row = this.#top; row <= bottom; row++) this.#erase(row, 0);
    } else if (name === "J") {
      this.#erase(this.row, this.column);
      for (let row = this.row + 1; row <= bottom; row++) this.#erase(row, 0);
    } else if (name === "?h" || name === "?l") {
      assert.equal(parameter, "2004");
      this.pasteMarks = name === "?h";
    } else assert.equal(name, "m", `a sequence that is not known: ${name}`);
    this.column = Math.max(0, Math.min(this.column, this.width - 1));
  }

  #erase(row: number, column: number): void {
    const line = this.lines[row];
    if (line === undefined) return;
    // In the column that waits for a wrap, the last one is meant.
    const from = Math.min(column, this.width - 1);
    if (line[from] === undefined && from > 0 && from < line.length) {
      line[from - 1] = " ";
    }
    line.length = Math.min(line.length, from);
  }

  #print(text: string): void {
    const clusters = this.#isNew ? graphemes(text) : [...text];
    for (const cluster of clusters) {
      const widest = Math.max(...[...cluster].map(columnsOf));
      const hasStyle = this.#isNew && cluster.includes("\ufe0f");
      const width = hasStyle || /\p{RI}{2}/u.test(cluster) ? 2 : widest;
      if (width === 0) this.#join(cluster);
      else this.#put(cluster, width);
    }
  }

  #join(mark: string): void {
    const line = this.lines[this.row] ?? [];
    let at = this.column - 1;
    if (line[at] === undefined) at--;
    assert.ok(at >= 0, "a mark on nothing");
    line[at] = `${line[at]}${mark}`;
  }

  #put(text: string, width: number): void {
    if (this.column + width > this.width) {
      this.column = 0;
      this.#down();
    }
    const line = this.lines[this.row] ?? [];
    while (line.length < this.column) line.push(" ");
    if (line[this.column] === undefined && this.column < line.length) {
      line[this.column - 1] = " ";
    }
    const next = this.column + width;
    if (line[next] === undefined && next < line.length) line[next] = " ";
    line[this.column] = text;
    if (width === 2) line[this.column + 1] = undefined;
    this.column = next;
  }

  #down(): void {
    if (this.row === this.#top + this.height - 1) this.#top++;
    this.row++;
    while (this.lines.length <= this.row) this.lines.push([]);
  }
}

/** Columns, clusters and widths of what a line has besides blanks. */
function placed(line: string): [number, string, number][] {
  const found: [number, string, number][] = [];
  let column = 0;
  for (const cluster of graphemes(withoutStyle(line))) {
    const width = clusterColumns(cluster);
    const text = cluster.trim();
    if (text !== "") found.push([column, text, width]);
    column += width;
  }
  return found;
}

/** Columns of a line on an old terminal. */
export function columnsOfLine(line: string): number {
  return graphemes(withoutStyle(line)).reduce(
    (sum, cluster) => sum + clusterColumns(cluster),
    0,
  );
}

function clusterColumns(cluster: string): number {
  const sum = [...cluster].reduce((all, one) => all + columnsOf(one), 0);
  return sum === 1 && cluster.includes("\ufe0f") ? 2 : sum;
}

/** A line without its colours. */
export function withoutStyle(line: string): string {
  // deno-lint-ignore no-control-regex -- what it is about
  return line.replace(/\x1b\[[0-9;]*m/g, "");
}

function trimEmpty(lines: Cell[][]): Cell[][] {
  const last = lines.findLastIndex((line) => trimBlank(line, 0).length > 0);
  return lines.slice(0, last + 1);
}

function trimBlank(line: Cell[], least: number): Cell[] {
  let length = line.length;
  while (length > least && line[length - 1] === " ") length--;
  return line.slice(0, length);
}
