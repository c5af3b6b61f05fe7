import { quote, RefusedError } from "../base/mod.ts";

/** A table of text, as a manifest is one. */
export interface Table {
  /** Names of the columns, in order. */
  columns: string[];
  /** One record per row; every row has every column. */
  rows: { line: number; cells: Record<string, string> }[];
}

/**
 * Parses tab-separated text with `"` quoting (RFC 4180 with tabs): any line
 * ends, an optional byte order mark, empty lines skipped. The first line that
 * is not empty names the columns.
 *
 * @param what how errors call the table
 * @throws {RefusedError} when it is empty, is not tab-separated, names a
 * column twice, or has a bad quote or rows that do not fit the header; lines
 * are named
 */
export function parseTable(text: string, what: string): Table {
  const records = parseRecords(text.replace(/^\ufeff/, ""), what);
  const [header, ...rest] = records;
  if (header === undefined) throw new RefusedError(`${what} is empty`);
  const columns = header.cells;
  const seen = new Set<string>();
  const twice = columns.find((name) => seen.has(name) || !seen.add(name));
  if (twice !== undefined) {
    throw new RefusedError(`${what} has the column ${quote(twice)} twice`);
  }
  const ragged = rest.filter(({ cells }) => cells.length !== columns.length);
  if (ragged.length > 0) {
    const lines = ragged.slice(0, 10).map(({ line, cells }) =>
      `line ${line} has ${cells.length} cells`
    );
    throw new RefusedError(
      `${what} has ${columns.length} columns, but ${lines.join(", ")}`,
    );
  }
  return {
    columns,
    rows: rest.map(({ line, cells }) => ({
      line,
      cells: Object.fromEntries(
        columns.map((name, at) => [name, cells[at] ?? ""]),
      ),
    })),
  };
}

/** The text of a table: minimal quoting, one line feed after each line. */
export function formatTable(
  columns: readonly string[],
  rows: Iterable<Record<string, string>>,
): string {
  const line = (cells: string[]) => `${cells.map(quoteCell).join("\t")}\n`;
  let text = line([...columns]);
  for (const row of rows) text += line(columns.map((name) => row[name] ?? ""));
  return text;
}

function quoteCell(cell: string): string {
  return /["\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

interface TextRecord {
  line: number;
  cells: string[];
}

// A cell without quotes, and what ends any cell: a tab, a line end or the end
// of the text.
const PLAIN = /[^\t\r\n]*/y;
const STOP = /\t|\r\n?|\n|$/y;

function parseRecords(text: string, what: string): TextRecord[] {
  const records: TextRecord[] = [];
  let line = 1;
  let record: TextRecord = { line, cells: [] };
  for (let at = 0; at < text.length;) {
    const { cell, end } = readCell(text, at);
    STOP.lastIndex = end;
    const stop = STOP.exec(text)?.[0];
    if (stop === undefined) {
      throw new RefusedError(
        `${what} has a bad quote in line ${line}: a cell that begins with one ` +
          "must end with one",
      );
    }
    record.cells.push(cell);
    line += countLineEnds(cell) + (stop === "\t" ? 0 : 1);
    at = end + stop.length;
    if (stop === "\t" && at < text.length) continue;
    if (stop === "\t") record.cells.push("");
    if (record.cells.length > 1 || record.cells[0] !== "") records.push(record);
    record = { line, cells: [] };
  }
  return records;
}

/** The cell that begins at `start`, and where it ends. */
function readCell(text: string, start: number): { cell: string; end: number } {
  if (text[start] !== '"') {
    PLAIN.lastIndex = start;
    const cell = PLAIN.exec(text)?.[0] ?? "";
    return { cell, end: start + cell.length };
  }
  // Found step by step: one expression for all of a long cell would exhaust
  // the stack of the matcher.
  for (let from = start + 1;;) {
    const mark = text.indexOf('"', from);
    // Where the quote is, nothing can end: it is a bad one.
    if (mark < 0) return { cell: "", end: start };
    if (text[mark + 1] !== '"') {
      const cell = text.slice(start + 1, mark).replaceAll('""', '"');
      return { cell, end: mark + 1 };
    }
    from = mark + 2;
  }
}

function countLineEnds(cell: string): number {
  return cell.match(/\r\n|\n|\r/g)?.length ?? 0;
}
