import { formatJson, type Json } from "../../base/mod.ts";
import {
  columnNames,
  formatTable,
  type TableStyle,
  valueColumn,
} from "../../terminal/mod.ts";
import type { Context } from "../context.ts";
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
    case "json": {
      const { presenter } = context.environment;
      const isPlain = settings.isFormatGiven || settings.file !== undefined;
      const shown = presenter?.present(value, contentKey);
      if (shown === undefined || isPlain) yield `${formatJson(value)}\n`;
      else yield* inBlocks(shown);
      return;
    }
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
  const columns = columnNames(rows).map((name) => valueColumn(name, rows));
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

async function* oneBatch(
  items: readonly Json[],
): AsyncGenerator<readonly Json[]> {
  yield await Promise.resolve(items);
}
