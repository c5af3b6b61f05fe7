import { isJsonObject, type Json } from "../../base/mod.ts";
import { formatTable, type TableColumn } from "../table.ts";
import { type AnswerItems, itemReference } from "./answer_items.ts";
import { cellText, columnNames } from "./cells.ts";
import { valueColumn } from "./value_column.ts";
import { foldText, paint, type ViewStyle } from "./view_style.ts";

// Fewer rows than this say nothing, however low the terminal is.
const LEAST_ROWS = 3;
// Objects with more keys in all are no rows of one table.
const KEY_LIMIT = 24;

/**
 * The items of an answer as a table, their numbers in the first column if
 * they have identifiers.
 *
 * @param columnsOf the columns of the rows that are shown
 * @param linesAbove lines of `style.height` that are taken already
 */
export function viewTable(
  list: AnswerItems,
  style: ViewStyle,
  columnsOf: (rows: readonly Json[]) => TableColumn[] = valueColumns,
  linesAbove = 0,
): string[] {
  const { items } = list;
  if (items.length === 0) return [];
  const rows = items.slice(0, shownCount(items.length, style, linesAbove));
  const columns = [...numberColumn(list, rows.length), ...columnsOf(rows)];
  const { lines, omitted } = formatTable(columns, {
    width: style.width,
    isHeaderBold: style.hasColor,
  });
  const notes = [
    ...(rows.length < items.length
      ? [foldText(items.length - rows.length)]
      : []),
    ...(omitted.length === 0 ? [] : [`no room for ${omitted.join(", ")}`]),
  ];
  return [...lines, ...notes.map((note) => paint([[note, "fold"]], style))];
}

/** Whether items are objects, each with two thirds of all their keys. */
export function isTabular(items: readonly Json[]): boolean {
  const names = new Set<string>();
  let least = Infinity;
  for (const item of items) {
    if (!isJsonObject(item)) return false;
    const keys = Object.keys(item);
    least = Math.min(least, keys.length);
    for (const key of keys) names.add(key);
    if (names.size > KEY_LIMIT) return false;
  }
  return names.size > 0 && least * 3 >= names.size * 2;
}

/** A nested value as its count. */
export function summarize(value: Json): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? "[]" : `[${counted(value.length, "item")}]`;
  }
  if (!isJsonObject(value)) return cellText(value);
  const keyCount = Object.keys(value).length;
  return keyCount === 0 ? "{}" : `{${counted(keyCount, "key")}}`;
}

/** `1 key`, `12 keys`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function valueColumns(rows: readonly Json[]): TableColumn[] {
  return columnNames(rows).map((name) => valueColumn(name, rows, summarize));
}

function shownCount(
  rowCount: number,
  { height = Infinity }: ViewStyle,
  linesAbove: number,
): number {
  // One line is the header's, another one says how many are not shown.
  const room = Math.max(LEAST_ROWS, height - linesAbove - 1);
  return rowCount <= room ? rowCount : Math.max(LEAST_ROWS, room - 1);
}

/** The numbers of the items that have an identifier; nothing if none has. */
function numberColumn(list: AnswerItems, rowCount: number): TableColumn[] {
  const cells = Array.from(
    { length: rowCount },
    (_, index) =>
      itemReference(list, index + 1) === undefined ? "" : `$${index + 1}`,
  );
  const isNeeded = cells.some((cell) => cell !== "");
  return isNeeded ? [{ title: "", cells, isNumeric: true }] : [];
}
