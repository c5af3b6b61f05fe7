import {
  type Database,
  formatFqid,
  type Log,
  messageOf,
} from "../../base/mod.ts";
import { matchDocument, type Query } from "../search/mod.ts";
import type { IndexedDocument, PostingStore } from "./posting_store.ts";
import type { DocumentKey } from "./select_hits.ts";

// So many take long enough for somebody to wonder.
const TOLD_FROM = 1000;
// What one transaction may read; a document has kilobytes, rarely megabytes.
const BATCH_CHARACTERS = 16 * 1024 * 1024;

const NEXT = `SELECT q.bundle_id, b.uuid, b.version, d.document
 FROM search_backlog q
 LEFT JOIN documents d USING (bundle_id)
 LEFT JOIN bundles b ON b.id = q.bundle_id
 WHERE q.bundle_id > ? ORDER BY q.bundle_id LIMIT 1`;

const NEXT_KNOWN = `SELECT q.bundle_id, b.uuid, b.version, d.document
 FROM search_backlog q
 CROSS JOIN documents d USING (bundle_id)
 CROSS JOIN bundles b ON b.id = q.bundle_id
 WHERE q.bundle_id > ? ORDER BY q.bundle_id LIMIT 1`;

/** The bundles whose document is not what the index has. */
export class Backlog {
  readonly #database: Database;
  readonly #store: PostingStore;
  readonly #log: Log;

  /** Works on `search_backlog`. */
  constructor(database: Database, store: PostingStore, log: Log) {
    this.#database = database;
    this.#store = store;
    this.#log = log;
  }

  /** How many bundles there are. */
  get size(): number {
    const row = this.#database
      .prepare("SELECT count(*) AS n FROM search_backlog").get();
    return Number(row?.n ?? 0);
  }

  /**
   * Indexes all of them, batch by batch, and lets others have their turn in
   * between. Ended at any point, what was done stays done. A failure is
   * logged, for searches do without the index as well.
   */
  async settle(signal?: AbortSignal): Promise<void> {
    const { size } = this;
    if (size === 0) return;
    const isTold = size >= TOLD_FROM;
    if (isTold) {
      this.#log(
        "INFO",
        `indexing ${size} bundles for search; this is done once`,
      );
    }
    try {
      while (signal?.aborted !== true && this.settleBatch()) await turn();
    } catch (error) {
      const why = messageOf(error);
      this.#log("WARNING", `searching without an index: ${why}`);
      return;
    }
    if (isTold) this.#log("INFO", `${this.size} bundles are left to index`);
  }

  /** Indexes some of them in one transaction; false when none are left. */
  settleBatch(): boolean {
    if (this.size === 0) return false;
    this.#database.transaction(() => {
      const { known, gone } = this.#readBatch();
      for (const bundleId of gone) this.#store.remove(bundleId);
      if (known.length > 0) this.#store.put(known);
    });
    return true;
  }

  #readBatch(): { known: IndexedDocument[]; gone: number[] } {
    const statement = this.#database.prepare(NEXT);
    const known: IndexedDocument[] = [];
    const gone: number[] = [];
    let characters = 0;
    const { room } = this.#store;
    let last = Number.MIN_SAFE_INTEGER;
    while (known.length + gone.length < room && characters < BATCH_CHARACTERS) {
      const row = statement.get(last);
      if (row === undefined) break;
      const bundleId = last = Number(row.bundle_id);
      if (row.document === null || row.uuid === null) {
        gone.push(bundleId);
        continue;
      }
      const text = String(row.document);
      characters += text.length;
      const [uuid, version] = [String(row.uuid), String(row.version)];
      known.push({ bundleId, uuid, version, document: JSON.parse(text) });
    }
    return { known, gone };
  }

  /** The numbers of documents in the index that are not valid any more. */
  staleNumbers(): number[] {
    return this.#database.prepare(
      `SELECT number FROM search_backlog
       JOIN search_documents USING (bundle_id)`,
    ).all().map((row) => Number(row.number));
  }

  /** Those of the bundles that match a query, found by reading each one. */
  matches(query: Query): DocumentKey[] {
    const found: DocumentKey[] = [];
    const statement = this.#database.prepare(NEXT_KNOWN);
    for (let last = Number.MIN_SAFE_INTEGER;;) {
      const row = statement.get(last);
      if (row === undefined) return found;
      last = Number(row.bundle_id);
      const key = { uuid: String(row.uuid), version: String(row.version) };
      const document = JSON.parse(String(row.document));
      if (matchDocument(query, document, formatFqid(key))) found.push(key);
    }
  }
}

/** Lets the event loop go round once; no time is meant, so no clock. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
