import { quote, RefusedError } from "../base/mod.ts";
import { RowParser } from "./_row_parser.ts";
import { readTextBlocks } from "./_text_blocks.ts";

/** One row of a table. */
export interface TableRow {
  /** The line in which it begins, 1 is the first. */
  line: number;
  /** Its cells, in order; as many as it has, not as many as there should be. */
  cells: string[];
}

/** Some rows of a table, in order. */
export interface TableBatch {
  /** Names of the columns, in order; the same in every batch. */
  columns: readonly string[];
  /** The rows; none of them is empty. */
  rows: TableRow[];
}

/**
 * Reads tab-separated text with `"` quoting (RFC 4180 with tabs) as it comes:
 * UTF-8, an optional byte order mark, any line ends, empty lines skipped. The
 * first line that is not empty names the columns. Nothing is held but a part
 * of 64 KiB and a row under way; there is one batch at least.
 *
 * @param chunks the bytes, cut anywhere; each is used only until the next one
 * is asked for
 * @param what how errors call the table
 * @throws {RefusedError} naming the line, when it is empty, is not UTF-8,
 * names a column twice, has NUL, a bad quote or a row of more than 1 Mi
 * characters; rows that do not fit the header are the caller's to refuse
 */
export async function* readTable(
  chunks: AsyncIterable<Uint8Array>,
  what: string,
): AsyncGenerator<TableBatch, void, void> {
  const parser = new RowParser(what);
  let columns: readonly string[] | undefined;
  const batchOf = (rows: TableRow[]): TableBatch | undefined => {
    if (columns === undefined) {
      const header = rows.shift();
      if (header !== undefined) columns = checkColumns(header.cells, what);
    }
    return columns && { columns, rows };
  };
  for await (const block of readTextBlocks(chunks)) {
    const batch = batchOf(parser.push(block));
    if (batch !== undefined) yield batch;
    parser.check(block);
  }
  const last = batchOf(parser.end());
  if (last === undefined) throw new RefusedError(`${what} is empty`);
  yield last;
}

/** A row as text: minimal quoting, and a line feed at its end. */
export function formatRow(cells: readonly string[]): string {
  return `${cells.map(formatCell).join("\t")}\n`;
}

function formatCell(cell: string): string {
  return /["\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function checkColumns(cells: string[], what: string): string[] {
  const twice = cells.find((name, at) => cells.indexOf(name) < at);
  if (twice === undefined) return cells;
  throw new RefusedError(`${what} has the column ${quote(twice)} twice`);
}
