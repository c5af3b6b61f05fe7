import assert from "node:assert/strict";
import type { Database, Json, Row } from "../../../src/base/mod.ts";
import { openSqlite } from "../../../src/platform/mod.ts";
import { parseQuery } from "../../../src/server/search/mod.ts";
import type { DocumentKey } from "../../../src/server/search_index/mod.ts";
import { IndexedDocuments, keyOf } from "./_indexed_documents.ts";

/** A database that notes what is read from it. */
class WatchedDatabase {
  /** The statements. */
  readonly statements = new Set<string>();
  /** How many rows came back. */
  rows = 0;

  readonly open = (path: string): Database => {
    const inner = openSqlite(path);
    const note = (sql: string, rows: Row[]): Row[] => {
      this.statements.add(sql);
      this.rows += rows.length;
      return rows;
    };
    return {
      execute: (sql) => inner.execute(sql),
      transaction: (work) => inner.transaction(work),
      close: () => inner.close(),
      prepare: (sql) => {
        const statement = inner.prepare(sql);
        return {
          run: (...given) => statement.run(...given),
          get: (...given) =>
            note(
              sql,
              [statement.get(...given)].filter((row) => row !== undefined),
            )[0],
          all: (...given) => note(sql, statement.all(...given)),
        };
      },
    };
  };

  /** Begins anew. */
  reset(): void {
    this.statements.clear();
    this.rows = 0;
  }
}

const DOCUMENTS = 2048;
const CHUNKS = DOCUMENTS / 256;

async function openWatched(): Promise<
  { store: IndexedDocuments; watched: WatchedDatabase }
> {
  const watched = new WatchedDatabase();
  const store = await IndexedDocuments.open({ open: watched.open });
  for (let number = 0; number < DOCUMENTS; number++) {
    const document = {
      half: number % 2 === 0,
      name: `Name ${number}`,
      date: new Date(1.5e12 + number * 1e6).toISOString(),
    };
    store.write(keyOf(number), document, false);
  }
  await store.index.catchUp();
  return { store, watched };
}

function rowsOf(
  { store, watched }: Awaited<ReturnType<typeof openWatched>>,
  query: Json,
  after?: DocumentKey,
): number {
  watched.reset();
  store.index.search(parseQuery({ query }), { after, limit: 10 });
  return watched.rows;
}

const QUERIES: Json[] = [
  { match_all: {} },
  { term: { half: true } },
  { term: { name: "name 77" } },
  { range: { date: { gte: "2017-07-15" } } },
  {
    bool: {
      must: [{ term: { half: false } }, { exists: { field: "name" } }],
      must_not: [{ match: { "name.text": "77" } }],
    },
  },
];

Deno.test("SearchIndex.search reads no documents and few rows, on every page alike", async () => {
  const opened = await openWatched();
  using store = opened.store;
  for (const query of QUERIES) {
    const shown = JSON.stringify(query);
    const first = rowsOf(opened, query);
    // Of each chunk one row for the living and one a clause, then the page.
    assert.ok(first <= 6 * CHUNKS + 60, `${shown}: ${first}`);
    for (const sql of opened.watched.statements) {
      assert.doesNotMatch(sql, /SELECT document\b/);
      if (/\bd\.document\b/.test(sql)) assert.match(sql, /FROM search_backlog/);
    }
    // Many are found on the way along the keys, few by looking them up.
    const isLookedUp = [...opened.watched.statements]
      .some((sql) => sql.includes("json_each"));
    assert.equal(isLookedUp, shown.includes("name 77"), shown);
    for (const number of [2000, 1000, 100]) {
      const later = rowsOf(opened, query, keyOf(number));
      assert.ok(later <= first + 20, `${shown} at ${number}: ${later}`);
    }
  }
  assert.equal(store.count("search_chunks"), CHUNKS);
});

Deno.test("SearchIndex.search asks the database nothing that goes through a whole table of documents", async () => {
  const opened = await openWatched();
  using store = opened.store;
  for (const query of QUERIES) {
    rowsOf(opened, query, keyOf(1000));
    for (const sql of [...opened.watched.statements]) {
      const plan = store.database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
      for (const { detail } of plan) {
        // The chunks are few; the rest is looked for by key, or is a walk
        // along the index of keys that its LIMIT ends.
        const isFine = /^SEARCH |^SCAN (c|n|q|search_chunks|search_backlog)\b/
          .test(String(detail)) ||
          /^SCAN b USING COVERING INDEX/.test(String(detail)) ||
          /^(LEFT-JOIN|USE TEMP B-TREE FOR ORDER BY)/.test(String(detail)) ||
          /^LIST SUBQUERY|^CORRELATED/.test(String(detail));
        assert.ok(isFine, `${detail}\n${sql}`);
      }
    }
  }
});
