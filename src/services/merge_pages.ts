import { isJsonObject, type Json, RefusedError } from "../base/mod.ts";
import type { Page } from "../http/mod.ts";

// A service may filter after it has cut its pages, but not for ever.
const EMPTY_PAGES = 1000;

/**
 * All pages of an answer as one body: the last page, with the items of all
 * pages where it keeps its own.
 *
 * @returns the body; `null` when there was no page
 * @throws {RefusedError} when a page is not an object with the key it names,
 * or when more than a thousand pages are empty
 */
export async function mergePages(pages: AsyncIterable<Page>): Promise<Json> {
  const items: Json[] = [];
  let last: Page | undefined;
  let empty = 0;
  for await (const page of pages) {
    if (page.items.length === 0 && ++empty > EMPTY_PAGES) {
      throw new RefusedError("the service sends empty pages without end");
    }
    for (const item of page.items) items.push(item);
    last = page;
  }
  if (last === undefined) return null;
  const path = last.contentKey.split(".");
  const key = path.pop() ?? "";
  const parent = path.reduce<Json | undefined>(
    (value, step) =>
      isJsonObject(value) && Object.hasOwn(value, step)
        ? value[step]
        : undefined,
    last.body,
  );
  // The service names the key: only one that is there may be set.
  if (isJsonObject(parent) && Object.hasOwn(parent, key)) parent[key] = items;
  else if (items.length > 0) {
    throw new RefusedError(
      `the last page of the answer has no '${last.contentKey}'`,
    );
  }
  return last.body;
}
