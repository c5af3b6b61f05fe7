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
 * column twice, or has rows that do not fit the header; lines are named
 */
export function parseTable(text: string, what: string): Table {
  const records = parseRecords(text.replace(/^\ufeff/, ""), what);
  const [header, ...rest] = records;
  if (header === undefined) throw new RefusedError(`${what} is empty`);
  const columns = header.cells;
  const twice = columns.find((name, at) => columns.indexOf(name) !== at);
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

// One cell and what ends it: quoted text, or anything without tab and line
// end that does not begin with a quote, then a tab, a line end or the end of
// the text. The quoted form takes whole runs, so that a long one does not
// exhaust the stack of the matcher.
const CELL = /(?:"([^"]*(?:""[^"]*)*)"|(?!")([^\t\r\n]*))(\t|\r\n|\n|\r|$)/gy;

function parseRecords(text: string, what: string): TextRecord[] {
  const records: TextRecord[] = [];
  let line = 1;
  let record: TextRecord = { line, cells: [] };
  const cell = new RegExp(CELL);
  while (cell.lastIndex < text.length) {
    const start = cell.lastIndex;
    const match = cell.exec(text);
    if (match === null) {
      throw new RefusedError(
        `${what} has a bad quote in line ${line}: a cell that begins with one ` +
          "must end with one",
      );
    }
    const [whole, quoted, plain = "", end] = match;
    record.cells.push(quoted?.replaceAll('""', '"') ?? plain);
    line += whole.match(/\r\n|\n|\r/g)?.length ?? 0;
    const isLastCell = end !== "\t" || start + whole.length === text.length;
    if (end === "\t" && isLastCell) record.cells.push("");
    if (!isLastCell) continue;
    if (record.cells.length > 1 || record.cells[0] !== "") records.push(record);
    record = { line, cells: [] };
  }
  return records;
}
