import { isJsonObject, type Json, valueAt } from "../../base/mod.ts";
import type { TableColumn } from "../table.ts";
import { type AnswerItems, answerItems } from "./answer_items.ts";
import { cellOf, columnNames } from "./cells.ts";
import { valueColumn } from "./value_column.ts";
import { bundleHeading, fileColumns } from "./view_bundle.ts";
import { type Heading, headingLines } from "./view_heading.ts";
import { viewJson } from "./view_json.ts";
import type { ViewStyle } from "./view_style.ts";
import { counted, isTabular, summarize, viewTable } from "./view_table.ts";

const FQID = "bundle_fqid";
// The address repeats the FQID, and the score is always null.
const SILENT = ["bundle_url", "search_score"];
// More would push the table off the screen.
const HEADING_LIMIT = 8;

/** What to know of an answer to show it. */
export interface ViewOptions extends ViewStyle {
  /** Where its list is, if it is a page: `bundle.files`. */
  contentKey?: string | null;
}

/**
 * The lines that show an answer to a person: the results of a search, the
 * lists of the DSS and other lists of like objects as numbered tables, a
 * bundle and a collection with a heading above theirs, all else as JSON with
 * its long parts folded. A number `$n` in the first column is that of
 * {@linkcode answerItems}. Nothing in the answer can move the cursor.
 */
export function chooseView(answer: Json, options: ViewOptions): string[] {
  const { contentKey = null, ...style } = options;
  const list = answerItems(answer, contentKey);
  switch (list.kind) {
    case "search":
      return below(searchHeading(answer, list), list, style, searchColumns);
    case "bundles":
      return below(bundlesHeading(answer, list), list, style);
    case "bundle":
      return below(bundleHeading(list), list, style, fileColumns);
    case "collection":
      return below(collectionHeading(answer, list), list, style);
    case "list":
      return viewList(answer, list, style);
    case "value":
      return viewJson(answer, style);
  }
}

/** A heading, and a table below it. */
function below(
  heading: Heading,
  list: AnswerItems,
  style: ViewStyle,
  columnsOf?: (rows: readonly Json[]) => TableColumn[],
): string[] {
  const lines = headingLines(heading, style);
  if (list.items.length === 0) return lines;
  const above = lines.length === 0 ? [] : [...lines, ""];
  return [...above, ...viewTable(list, style, columnsOf, above.length)];
}

function viewList(
  answer: Json,
  list: AnswerItems,
  style: ViewStyle,
): string[] {
  const { items, key } = list;
  if (items.length === 0 && valueAt(answer, "total_hits") !== undefined) {
    return headingLines(searchHeading(answer, list), style);
  }
  if (!isTabular(items)) return viewJson(answer, style);
  return below(listHeading(answer, key), list, style);
}

/** The other members of the object that the list is in, and its length. */
function listHeading(answer: Json, key: string): Heading {
  if (!isJsonObject(answer)) return [];
  return Object.entries(answer)
    .filter(([name], index) => name === key || index < HEADING_LIMIT)
    .map(([name, member]) => [
      name,
      name === key && Array.isArray(member)
        ? String(member.length)
        : summarize(member),
    ]);
}

function searchHeading(answer: Json, { items }: AnswerItems): Heading {
  const total = Number(valueAt(answer, "total_hits") ?? items.length);
  const found = counted(total, "bundle");
  return [[
    "found",
    items.length === total ? found : `${items.length} of ${found}`,
  ]];
}

function bundlesHeading(answer: Json, { items }: AnswerItems): Heading {
  const more = valueAt(answer, "has_more") === true
    ? ", and there are more"
    : "";
  return [["bundles", `${items.length}${more}`]];
}

function collectionHeading(answer: Json, { items }: AnswerItems): Heading {
  const names = ["uuid", "version", "name", "description", "owner", "details"];
  const known = names.flatMap((name): Heading => {
    const value = isJsonObject(answer) ? cellOf(answer, name) : undefined;
    return value === undefined ? [] : [[name, summarize(value)]];
  });
  return [...known, ["contents", counted(items.length, "item")]];
}

/** The FQIDs, and what else came along, but for what says nothing. */
function searchColumns(rows: readonly Json[]): TableColumn[] {
  const names = columnNames(rows).filter((name) => !SILENT.includes(name));
  return names.map((name) => {
    const column = valueColumn(name, rows, summarize);
    return name === FQID ? { ...column, title: "bundle" } : column;
  });
}
