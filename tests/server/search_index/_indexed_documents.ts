import assert from "node:assert/strict";
import {
  compareCodePoints,
  type Database,
  type Json,
  type JsonObject,
  type Log,
} from "../../../src/base/mod.ts";
import { openSqlite } from "../../../src/platform/mod.ts";
import { prepareSchema } from "../../../src/server/schema.ts";
import {
  matchDocument,
  parseQuery,
  type Query,
} from "../../../src/server/search/mod.ts";
import {
  type DocumentKey,
  SearchIndex,
} from "../../../src/server/search_index/mod.ts";

/** What may be different in {@linkcode IndexedDocuments}. */
export interface IndexedDocumentsOptions {
  /** The file of the database. Default: memory. */
  path?: string;
  /** What opens it. Default: the real SQLite. */
  open?: (path: string) => Database;
  /** Where messages go. Default: nowhere. */
  log?: Log;
}

/** Documents in the tables of a store, their index, and what is true. */
export class IndexedDocuments implements Disposable {
  /** The tables. */
  readonly database: Database;
  /** The index under test. */
  readonly index: SearchIndex;

  private constructor(database: Database, log?: Log) {
    this.database = database;
    this.index = new SearchIndex({ database, log });
  }

  /** Makes the tables, or uses those that are there. */
  static async open(
    options: IndexedDocumentsOptions = {},
  ): Promise<IndexedDocuments> {
    const { path = ":memory:", open = openSqlite, log } = options;
    const database = open(path);
    await prepareSchema(database, path);
    return new IndexedDocuments(database, log);
  }

  /** Writes a document, over the one of the same key if there is one. */
  write(key: DocumentKey, document: JsonObject, isIndexed = true): void {
    const { database, index } = this;
    database.transaction(() => {
      const { uuid, version } = key;
      database.prepare(
        "INSERT OR IGNORE INTO bundles (uuid, version, creator_uid) VALUES (?, ?, 0)",
      ).run(uuid, version);
      database.prepare(
        `INSERT INTO documents SELECT id, ?3 FROM bundles
         WHERE uuid = ?1 AND version = ?2
         ON CONFLICT DO UPDATE SET document = excluded.document`,
      ).run(uuid, version, JSON.stringify(document));
      if (isIndexed) index.put(key, document);
    });
  }

  /** Removes a bundle with its document. */
  remove({ uuid, version }: DocumentKey): void {
    this.database.prepare("DELETE FROM bundles WHERE uuid = ? AND version = ?")
      .run(uuid, version);
  }

  /** How many rows a table has. */
  count(table: string): number {
    const row = this.database.prepare(`SELECT count(*) AS n FROM ${table}`)
      .get();
    return Number(row?.n);
  }

  /** The keys of all documents that match, by reading each one. */
  evaluate(query: Query): string[] {
    return this.database.prepare(
      `SELECT uuid, version, document FROM documents
       JOIN bundles ON id = bundle_id`,
    ).all()
      .map((row) => ({
        uuid: String(row.uuid),
        version: String(row.version),
        document: JSON.parse(String(row.document)) as JsonObject,
      }))
      .filter(({ uuid, version, document }) =>
        matchDocument(query, document, `${uuid}.${version}`)
      )
      .sort((a, b) =>
        compareCodePoints(b.uuid, a.uuid) ||
        compareCodePoints(b.version, a.version)
      )
      .map(({ uuid, version }) => `${uuid}.${version}`);
  }

  /** The keys that the index finds, page by page. */
  pages(query: Query, limit: number): { keys: string[]; totals: number[] } {
    const keys: string[] = [];
    const totals: number[] = [];
    let after: DocumentKey | undefined;
    while (true) {
      const { hits, totalHits } = this.index.search(query, { after, limit });
      keys.push(...hits.map(({ uuid, version }) => `${uuid}.${version}`));
      totals.push(totalHits);
      if (hits.length < limit) return { keys, totals };
      after = hits.at(-1);
    }
  }

  /** Compares the index with the truth; returns how many documents match. */
  check(query: Json, limit = 1000): number {
    const parsed = parseQuery({ query });
    const expected = this.evaluate(parsed);
    const { keys, totals } = this.pages(parsed, limit);
    const shown = JSON.stringify(query);
    assert.deepEqual(keys, expected, shown);
    assert.deepEqual(new Set(totals), new Set([expected.length]), shown);
    return expected.length;
  }

  [Symbol.dispose](): void {
    this.database.close();
  }
}

/** A key with a number in it. */
export function keyOf(number: number, version = 1): DocumentKey {
  return {
    uuid: `cafe0000-0000-4000-8000-${String(number).padStart(12, "0")}`,
    version: `2020-01-01T00000${version}.000000Z`,
  };
}
