import { ExactNumber, formatJson, type Json } from "../../base/mod.ts";
import {
  formatTable,
  type TableColumn,
  type TableStyle,
} from "../../terminal/mod.ts";
import type { Context } from "../context.ts";
import { cellOf, cellText, columnNames } from "./cells.ts";
import { listOf, rowsOf } from "./list_items.ts";
import { isOnTerminal } from "./output_file.ts";
import type { OutputSettings } from "./output_options.ts";
import { inBlocks, jsonLines, tabSeparated } from "./stream_lines.ts";

/**
 * A whole value in the form that was asked for; null is nothing in any form.
 *
 * @param contentKey where its list is, if it is a page; null: at `results`
 */
export async function* renderValue(
  value: Json,
  contentKey: string | null,
  context: Context,
  settings: OutputSettings,
): AsyncGenerator<string> {
  if (value === null) return;
  switch (settings.format) {
    case "json":
      yield `${formatJson(value)}\n`;
      return;
    case "jsonl":
      yield* jsonLines(oneBatch(listOf(value, contentKey) ?? [value]));
      return;
    case "tsv":
      yield* tabSeparated(oneBatch(rowsOf(value, contentKey)), {
        isOnTerminal: isOnTerminal(context, settings),
        log: context.log,
      });
      return;
    case "table":
      yield* tableOf(rowsOf(value, contentKey), context, settings);
  }
}

/** Rows as a table, fitted to the terminal if that is where it goes. */
export function* tableOf(
  rows: readonly Json[],
  context: Context,
  settings: OutputSettings,
): Generator<string> {
  const columns = columnNames(rows).map((name) => columnOf(name, rows));
  const { lines, omitted } = formatTable(columns, styleOf(context, settings));
  yield* inBlocks(lines);
  if (rows.length === 0) context.log("INFO", "the answer has no items");
  if (omitted.length > 0) {
    context.log(
      "INFO",
      `not wide enough for ${omitted.join(", ")}; --query selects columns, ` +
        "--output tsv has them all",
    );
  }
}

function styleOf(context: Context, settings: OutputSettings): TableStyle {
  if (!isOnTerminal(context, settings)) return {};
  const { terminal, variable } = context.environment;
  // See no-color.org.
  const isPlain = (variable("NO_COLOR") ?? "") !== "";
  return { width: terminal.columns(), isHeaderBold: !isPlain };
}

// A digest in hexadecimal, with the count of parts that S3 adds.
const DIGEST = /^[0-9a-f]{8,}(-\d+)?$/;
// A uuid, alone or in an FQID, and a version: of no use when cut.
const IDENTIFIER = /^[0-9a-z]{8}(-[0-9a-z]{4}){3}-[0-9a-z]{12}(\..+)?$/i;
const VERSION = /^\d{4}-\d{2}-\d{2}T\d{6}\.\d{6}Z$/;

function columnOf(name: string, rows: readonly Json[]): TableColumn {
  const values = rows.map((row) => cellOf(row, name) ?? null);
  const filled = values.filter((value) => value !== null && value !== "");
  const all = (test: (value: Json) => boolean) =>
    filled.length > 0 && filled.every(test);
  const allText = (pattern: RegExp) =>
    all((value) => typeof value === "string" && pattern.test(value));
  return {
    title: name,
    cells: values.map(cellText),
    isNumeric: all((value) =>
      typeof value === "number" || value instanceof ExactNumber
    ),
    isKeptWhole: allText(IDENTIFIER) || allText(VERSION),
    isSecondary: filled.length === 0 || allText(DIGEST) ||
      all((value) => typeof value === "object"),
  };
}

async function* oneBatch(
  items: readonly Json[],
): AsyncGenerator<readonly Json[]> {
  yield await Promise.resolve(items);
}
