import type { Json } from "../../base/mod.ts";
import type { Page } from "../../http/mod.ts";
import { mergePages } from "../../services/mod.ts";
import { rememberAnswer } from "../completion/mod.ts";
import type { Context } from "../context.ts";
import { applyQuery } from "./apply_query.ts";
import { ItemProgress } from "./item_progress.ts";
import { ItemTally } from "./item_tally.ts";
import { isOnTerminal, writeOutput } from "./output_file.ts";
import type { OutputSettings } from "./output_options.ts";
import { renderValue, tableOf } from "./render_value.ts";
import { jsonLines, tabSeparated } from "./stream_lines.ts";

/**
 * Writes an answer of several pages: for `jsonl`, and `tsv` without a query,
 * the items of a page before the next page is asked for; else all pages
 * merged into one. A query is applied to the merged answer, or for `jsonl` to
 * each page.
 *
 * @throws {ServiceError} after everything is written, when the service stated
 * another number of items than it gave; a file is not made then
 */
export async function printPages(
  pages: AsyncIterable<Page>,
  context: Context,
  settings: OutputSettings,
): Promise<void> {
  await writeOutput(render(pages, context, settings), context, settings);
}

async function* render(
  pages: AsyncIterable<Page>,
  context: Context,
  settings: OutputSettings,
): AsyncGenerator<string> {
  const tally = new ItemTally();
  const progress = new ItemProgress(context, settings);
  const watched = watch(pages, tally, progress, context);
  yield* renderPages(watched, context, settings);
  tally.check();
}

async function* watch(
  pages: AsyncIterable<Page>,
  tally: ItemTally,
  progress: ItemProgress,
  context: Context,
): AsyncGenerator<Page> {
  const { presenter } = context.environment;
  let first: Page | undefined;
  try {
    for await (const page of pages) {
      tally.add(page);
      // Of a long answer the first page is what somebody looks at.
      if (first === undefined) await rememberAnswer(context, page.body);
      const isPart = first !== undefined;
      first ??= page;
      const { contentKey } = first;
      // Whoever merges all pages has more to remember at the end.
      presenter?.remember(first.body, { contentKey, isPart });
      progress.show(tally.itemCount);
      yield page;
    }
  } finally {
    progress.clear();
  }
}

async function* renderPages(
  pages: AsyncIterable<Page>,
  context: Context,
  settings: OutputSettings,
): AsyncGenerator<string> {
  const { format, query } = settings;
  if (format === "jsonl") {
    return yield* jsonLines(selectItems(pages, context, query));
  }
  if (format === "tsv" && query === undefined) {
    return yield* tabSeparated(selectItems(pages, context, query), {
      isOnTerminal: isOnTerminal(context, settings),
      log: context.log,
    });
  }
  if (format === "table" && query === undefined) {
    const rows: Json[] = [];
    for await (const { items } of pages) {
      for (const row of items) rows.push(row);
    }
    return yield* tableOf(rows, context, settings);
  }
  const merged = await mergePages(pages);
  const value = query === undefined
    ? merged
    : await applyQuery(context, query, merged);
  const { presenter } = context.environment;
  presenter?.remember(merged, { contentKey: null, shown: value });
  yield* renderValue(value, null, context, settings);
}

/** The items of each page, or what the query makes of its body. */
async function* selectItems(
  pages: AsyncIterable<Page>,
  context: Context,
  query: string | undefined,
): AsyncGenerator<readonly Json[]> {
  for await (const page of pages) {
    if (query === undefined) {
      yield page.items;
      continue;
    }
    const value = await applyQuery(context, query, page.body);
    yield value === null ? [] : Array.isArray(value) ? value : [value];
  }
}
