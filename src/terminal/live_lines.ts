import { displayWidth } from "./display_width.ts";

// ECMA-48: CUU, EL, ED and SGR.
const up = (lines: number) => lines > 0 ? `\x1b[${lines}A` : "";
const ERASE_LINE_END = "\x1b[K";
const ERASE_BELOW = "\x1b[J";
// deno-lint-ignore no-control-regex -- this is what it looks for
const STYLE = /\x1b\[[0-9;]*m/g;

/**
 * Lines at the end of a terminal that are drawn again and again. Gives the
 * text to write; the cursor stays visible, behind the last line, so that a
 * process that is killed leaves a terminal in order.
 */
export class LiveLines {
  #widths: number[] = [];

  /**
   * Draws lines in the place of those drawn before.
   *
   * @param lines each narrower than `columns`; may have colours
   * @param columns width of the terminal now
   */
  draw(lines: readonly string[], columns: number): string {
    const start = this.#toStart(columns);
    this.#widths = lines.map((line) => displayWidth(line.replace(STYLE, "")));
    const text = lines.map((line) => `${line}${ERASE_LINE_END}`).join("\n");
    return `${start}${text}${ERASE_BELOW}`;
  }

  /** Takes the lines away; nothing if there are none. */
  erase(columns: number): string {
    if (this.#widths.length === 0) return "";
    const start = this.#toStart(columns);
    this.#widths = [];
    return `${start}${ERASE_BELOW}`;
  }

  /** Leaves the lines where they are: somebody else wrote below them. */
  abandon(): void {
    this.#widths = [];
  }

  // A window that was made narrower breaks the old lines into several.
  #toStart(columns: number): string {
    const rows = this.#widths.reduce(
      (sum, width) =>
        sum + Math.max(1, Math.ceil(width / Math.max(1, columns))),
      0,
    );
    return `\r${up(rows - 1)}`;
  }
}
