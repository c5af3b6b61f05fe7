import { isJsonObject, ServiceError } from "../../base/mod.ts";
import type { Page } from "../../http/mod.ts";

// A page that is asked for with one of these is not the first one.
const CURSORS = ["search_after", "start_at", "token"];

/**
 * Counts the items of all pages and compares them with the `total_hits` that
 * the service states: its search was known to drop results silently
 * (data-store, issue 1768).
 */
export class ItemTally {
  /** Items so far. */
  itemCount = 0;
  #pageCount = 0;
  #isWhole = true;
  #least = Infinity;
  #most = -Infinity;

  /** Takes a page in. */
  add({ items, body, response }: Page): void {
    if (this.#pageCount++ === 0) this.#isWhole = isFirst(response.url);
    this.itemCount += items.length;
    const total = isJsonObject(body) ? body.total_hits : undefined;
    if (typeof total !== "number") return;
    // It may change while the pages are read: bundles come and go.
    this.#least = Math.min(this.#least, total);
    this.#most = Math.max(this.#most, total);
  }

  /**
   * Compares, after the last page.
   *
   * @throws {ServiceError} naming both numbers when they differ
   */
  check(): void {
    const { itemCount } = this;
    if (!this.#isWhole || this.#most < 0) return;
    if (itemCount >= this.#least && itemCount <= this.#most) return;
    const stated = itemCount < this.#least ? this.#least : this.#most;
    throw new ServiceError(
      `the service stated ${stated} items (total_hits) but its pages have ` +
        `${itemCount}`,
      { hint: "The answer is not complete. Try again, with --per-page." },
    );
  }
}

function isFirst(url: string): boolean {
  if (!URL.canParse(url)) return true;
  const { searchParams } = new URL(url);
  return !CURSORS.some((name) => searchParams.has(name));
}
