import { formatJson, type Json, type Log, printable } from "../../base/mod.ts";
import { cellOf, cellText, columnNames, keysOf } from "../../terminal/mod.ts";

// Small enough to be nothing, large enough to be few writes.
const BLOCK_CHARACTERS = 1 << 16;

/** A batch of items; the next one is made when this one is written. */
export type Batches = AsyncIterable<readonly Json[]>;

/** The items of all batches as JSON, one per line (jsonlines.org). */
export async function* jsonLines(batches: Batches): AsyncGenerator<string> {
  for await (const items of batches) {
    yield* inBlocks(map(items, (item) => formatJson(item, { indent: 0 })));
  }
}

/** How {@linkcode tabSeparated} writes. */
export interface TabSeparatedStyle {
  /** Whether a terminal shows it, which control characters would harm. */
  isOnTerminal: boolean;
  /** Where a warning goes. */
  log: Log;
}

/**
 * The items of all batches as tab-separated lines below a header. The first
 * batch with items decides on the columns; a key that comes later cannot have
 * one, which is said once.
 */
export async function* tabSeparated(
  batches: Batches,
  { isOnTerminal, log }: TabSeparatedStyle,
): AsyncGenerator<string> {
  let columns: string[] = [];
  let known: Set<string> | undefined;
  let isWarned = false;
  const lineOf = (cells: string[]) =>
    cells.map((cell) => escapeCell(cell, isOnTerminal)).join("\t");
  for await (const items of batches) {
    if (items.length === 0) continue;
    if (known === undefined) {
      columns = columnNames(items);
      known = new Set(columns);
      yield `${lineOf(columns)}\n`;
    }
    const late = isWarned ? undefined : findLate(items, known);
    if (late !== undefined) {
      isWarned = true;
      log("WARNING", lateWarning(late));
    }
    yield* inBlocks(map(
      items,
      (item) => lineOf(columns.map((name) => cellText(cellOf(item, name)))),
    ));
  }
}

function findLate(
  items: readonly Json[],
  known: ReadonlySet<string>,
): string | undefined {
  for (const item of items) {
    const late = keysOf(item).find((key) => !known.has(key));
    if (late !== undefined) return late;
  }
  return undefined;
}

function lateWarning(name: string): string {
  return `a later page of the answer has '${printable(name)}', for which ` +
    "the header has no column: it is left out. Use --output jsonl, or " +
    "--query to say which columns there are.";
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
};

function escapeCell(text: string, isOnTerminal: boolean): string {
  const escaped = text.replace(/[\\\t\n\r]/g, (found) => ESCAPES[found] ?? "");
  return isOnTerminal ? printable(escaped) : escaped;
}

/** Lines with their ends, many in one piece. */
export function* inBlocks(lines: Iterable<string>): Generator<string> {
  let block = "";
  for (const line of lines) {
    block += `${line}\n`;
    if (block.length < BLOCK_CHARACTERS) continue;
    yield block;
    block = "";
  }
  if (block !== "") yield block;
}

function* map<T, U>(
  items: Iterable<T>,
  change: (item: T) => U,
): Generator<U> {
  for (const item of items) yield change(item);
}
