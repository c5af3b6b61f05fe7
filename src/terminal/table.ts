import { printable } from "../base/mod.ts";
import { displayWidth, truncate } from "./display_width.ts";

const GAP = "  ";

// A column is worth reading from this width on, in columns of the terminal.
const COMFORT_WIDTH = 16;
// Below this it is better left out.
const LEAST_WIDTH = 6;

/** A column of a table. */
export interface TableColumn {
  /** What the header says. */
  title: string;
  /** The text of each row; control characters are shown escaped. */
  cells: readonly string[];
  /** Whether it stands at the right. */
  isNumeric?: boolean;
  /** Whether it loses its meaning when cut, as an identifier does. */
  isKeptWhole?: boolean;
  /** Whether it goes first where there is little room. */
  isSecondary?: boolean;
}

/** How {@linkcode formatTable} draws. */
export interface TableStyle {
  /** Most columns of the terminal that a line takes; undefined: any. */
  width?: number;
  /** Whether the header is bold. */
  isHeaderBold?: boolean;
}

/** A table as text. */
export interface Table {
  /** The header and the rows, without line ends, as they are wanted. */
  lines: Iterable<string>;
  /** Titles of the columns that had no room, though they are not empty. */
  omitted: string[];
}

interface Fitted {
  column: TableColumn;
  /** Width of the longest cell or of the title. */
  natural: number;
  /** Width that it gets. */
  width: number;
}

/**
 * A table with a header. Where the width does not suffice, secondary columns
 * are left out, then text is cut (`…`), then identifiers, then the last
 * columns are left out.
 */
export function formatTable(
  columns: readonly TableColumn[],
  style: TableStyle = {},
): Table {
  const shown = columns.map((column) => ({
    ...column,
    title: printable(column.title),
    cells: column.cells.map(printable),
  }));
  const all = shown.map(measure);
  const fitted = fit(all, style.width ?? Infinity);
  return {
    lines: linesOf(fitted, style.isHeaderBold ?? false),
    omitted: all.filter((one) => !fitted.includes(one))
      .filter(({ column }) => column.cells.some((cell) => cell !== ""))
      .map(({ column }) => column.title),
  };
}

function measure(column: TableColumn): Fitted {
  let natural = displayWidth(column.title);
  for (const cell of column.cells) {
    natural = Math.max(natural, displayWidth(cell));
  }
  return { column, natural, width: natural };
}

/** Decides which columns there are, and sets their widths. */
function fit(all: readonly Fitted[], width: number): Fitted[] {
  let columns = [...all];
  const excess = (widthOf: (one: Fitted) => number) =>
    columns.reduce((sum, one) => sum + widthOf(one), 0) +
    GAP.length * (columns.length - 1) - width;
  if (excess(natural) <= 0) return columns;
  while (excess(comfort) > 0 && columns.length > 1) {
    const last = columns.findLast(({ column }) => column.isSecondary);
    if (last === undefined) break;
    columns = columns.filter((one) => one !== last);
  }
  while (excess(least) > 0 && columns.length > 1) columns.pop();
  // Text gives way before identifiers do.
  const [floor, ceiling] = excess(comfort) <= 0
    ? [comfort, natural]
    : [least, comfort];
  for (const one of columns) one.width = floor(one);
  let spare = -excess(({ width }) => width);
  for (let open = columns; spare > 0 && open.length > 0;) {
    open = open.filter((one) => one.width < ceiling(one));
    // The narrowest first, so that they end up alike.
    const narrowest = Math.min(...open.map((one) => one.width));
    for (const one of open) {
      if (one.width > narrowest || spare <= 0) continue;
      one.width++;
      spare--;
    }
  }
  if (spare < 0) { for (const one of columns) one.width = Math.max(0, width); }
  return columns;
}

function natural(one: Fitted): number {
  return one.natural;
}

function comfort({ column, natural }: Fitted): number {
  return column.isKeptWhole || column.isNumeric
    ? natural
    : Math.min(natural, COMFORT_WIDTH);
}

function least({ natural }: Fitted): number {
  return Math.min(natural, LEAST_WIDTH);
}

function* linesOf(
  columns: readonly Fitted[],
  isHeaderBold: boolean,
): Generator<string> {
  if (columns.length === 0) return;
  const header = lineOf(columns, ({ title }) => title);
  yield isHeaderBold ? `\x1b[1m${header}\x1b[0m` : header;
  const rowCount = Math.max(
    ...columns.map(({ column }) => column.cells.length),
  );
  for (let row = 0; row < rowCount; row++) {
    yield lineOf(columns, ({ cells }) => cells[row] ?? "");
  }
}

function lineOf(
  columns: readonly Fitted[],
  textOf: (column: TableColumn) => string,
): string {
  return columns.map(({ column, width }) => {
    const text = truncate(textOf(column), width);
    const padding = " ".repeat(width - displayWidth(text));
    return column.isNumeric ? `${padding}${text}` : `${text}${padding}`;
  }).join(GAP).trimEnd();
}
