import { clustersOf } from "./clusters.ts";
import { type ShownPiece, shownPieces } from "./shown_text.ts";

// ECMA-48 SGR: colours and the like.
const STYLE_OFF = "\x1b[0m";
// deno-lint-ignore no-control-regex -- this is what it looks for
const STYLE = /(\x1b\[[0-9;:]*m)/;
// deno-lint-ignore no-control-regex -- this is what it looks for
const IS_OFF = /^\x1b\[0*m$/;
// What a character is shown as that is wider than the whole terminal.
const TOO_WIDE: ShownPiece = { text: "\ufffd", width: 1 };

/** A place on a terminal, counted from 0. */
export interface Position {
  /** Line, from the first one written. */
  readonly row: number;
  /** Column of the terminal. */
  readonly column: number;
}

/**
 * Puts text on lines of a width, cluster by cluster. Each line stands for
 * itself: a colour that goes over a line end ends and begins anew there.
 */
export class RowWriter {
  readonly #width: number;
  readonly #rows: string[] = [];
  #row = "";
  #column = 0;
  #style = "";

  /** Begins the first line of a terminal with `width` columns. */
  constructor(width: number) {
    this.#width = Math.max(1, width);
  }

  /** Writes text with colours; everything else in it is shown, not obeyed. */
  write(text: string): void {
    for (const part of text.split(STYLE)) {
      if (STYLE.test(part)) this.setStyle(part);
      else this.writePlain(part);
    }
  }

  /** Writes text in which nothing is obeyed but line feeds. */
  writePlain(text: string): void {
    for (const cluster of clustersOf(text)) this.put(cluster);
  }

  /** Writes one grapheme cluster; a line feed begins a new line. */
  put(cluster: string): void {
    if (cluster === "\n") return this.breakLine();
    for (const piece of shownPieces(cluster)) {
      const { text, width } = piece.width > this.#width ? TOO_WIDE : piece;
      this.makeRoom(width);
      this.#row += text;
      this.#column += width;
    }
  }

  /** Goes to the next line unless there are so many columns left. */
  makeRoom(width: number): void {
    if (this.#column + Math.min(width, this.#width) > this.#width) {
      this.breakLine();
    }
  }

  /** Ends the line. */
  breakLine(): void {
    this.#endRow();
    this.#row = this.#style;
    this.#column = 0;
  }

  /** Takes a colour (an SGR sequence) from here on. */
  setStyle(sequence: string): void {
    const isOff = IS_OFF.test(sequence);
    if (isOff && this.#style === "") return;
    this.#style = isOff ? "" : this.#style + sequence;
    this.#row += sequence;
  }

  /** Where the next character goes, if it is narrow enough. */
  get position(): Position {
    return { row: this.#rows.length, column: this.#column };
  }

  /** The lines; nothing is to be written any more. */
  end(): string[] {
    this.#endRow();
    return this.#rows;
  }

  #endRow(): void {
    this.#rows.push(this.#style === "" ? this.#row : this.#row + STYLE_OFF);
  }
}
