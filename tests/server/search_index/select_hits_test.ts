import assert from "node:assert/strict";
import type { Database } from "../../../src/base/mod.ts";
import { DocumentSet } from "../../../src/server/search_index/document_set.ts";
import { selectHits } from "../../../src/server/search_index/select_hits.ts";
import { IndexedDocuments, keyOf } from "./_indexed_documents.ts";

/** How the hits of a page were found: rows of each walk, and of looking up. */
function watch(database: Database): { database: Database; reads: string[] } {
  const reads: string[] = [];
  const prepare: Database["prepare"] = (sql) => {
    const statement = database.prepare(sql);
    return {
      run: (...given) => statement.run(...given),
      get: (...given) => statement.get(...given),
      all: (...given) => {
        const rows = statement.all(...given);
        const how = sql.includes("json_each") ? "looked up" : "walked";
        reads.push(`${how} ${rows.length} of ${given[0]}`);
        return rows;
      },
    };
  };
  return { database: { ...bound(database), prepare }, reads };
}

function bound(database: Database): Database {
  return {
    execute: (sql) => database.execute(sql),
    prepare: (sql) => database.prepare(sql),
    transaction: (work) => database.transaction(work),
    close: () => database.close(),
  };
}

async function hundred(): Promise<IndexedDocuments> {
  const store = await IndexedDocuments.open();
  for (let number = 0; number < 100; number++) {
    store.write(keyOf(number), { n: number });
  }
  return store;
}

Deno.test("selectHits walks as far as hits are apart, once", async () => {
  using store = await hundred();
  const matching = DocumentSet.ofChunks(1);
  for (let number = 0; number < 100; number += 4) matching.add(number);
  const { database, reads } = watch(store.database);
  const page = { after: undefined, limit: 10 };
  const keys = selectHits(database, matching, 100, page);
  assert.deepEqual(
    keys,
    [96, 92, 88, 84, 80, 76, 72, 68, 64, 60].map((number) => keyOf(number)),
  );
  // Ten of 25 in 100 are in 40 rows; then the tenth is found.
  assert.deepEqual(reads, ["walked 40 of 40"]);
});

Deno.test("selectHits looks up only what is missing from a page", async () => {
  using store = await hundred();
  const matching = DocumentSet.ofChunks(1);
  // One at the start of the walk, all others far behind it.
  for (const number of [99, ...Array(24).keys()]) matching.add(number);
  const { database, reads } = watch(store.database);
  const page = { after: undefined, limit: 10 };
  const keys = selectHits(database, matching, 100, page);
  assert.deepEqual(
    keys,
    [99, 23, 22, 21, 20, 19, 18, 17, 16, 15].map((number) => keyOf(number)),
  );
  assert.deepEqual(reads, ["walked 40 of 40", "looked up 9 of 9"]);
});
