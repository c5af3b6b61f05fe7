import assert from "node:assert/strict";
import { openSqlite } from "../../../src/platform/mod.ts";
import { parseQuery } from "../../../src/server/search/mod.ts";
import { FaultyDatabase } from "../../support/local_store.ts";
import { createMemoryLog } from "../../support/memory_log.ts";
import { SCHEMA_V1 } from "../_schema_v1.ts";
import { IndexedDocuments, keyOf } from "./_indexed_documents.ts";

const EVEN = { term: { parity: "EVEN" } };

function writeMany(store: IndexedDocuments, count: number): void {
  for (let number = 0; number < count; number++) {
    const parity = number % 2 === 0 ? "even" : "odd";
    store.write(keyOf(number), { parity, number }, false);
  }
}

Deno.test("SearchIndex finds the documents of a store that had no index, before and after it is made", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/dss.sqlite`;
  try {
    const old = openSqlite(path);
    old.execute(`${SCHEMA_V1}
      INSERT INTO bundles VALUES (1, 'b1', 'v1', 0), (5, 'b2', 'v1', 0);
      INSERT INTO documents VALUES (1, '{"a": "x"}'), (5, '{"a": ["y", "x"]}');
      PRAGMA user_version = 1;`);
    old.close();
    using store = await IndexedDocuments.open({ path });
    assert.equal(store.count("search_backlog"), 2);
    assert.equal(store.check({ term: { a: "X" } }, 1), 2);
    await store.index.catchUp();
    assert.equal(store.count("search_backlog"), 0);
    assert.equal(store.count("search_documents"), 2);
    assert.equal(store.check({ term: { a: "X" } }, 1), 2);
    assert.equal(store.check({ term: { a: "y" } }), 1);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("SearchIndex.search is right while a part of the documents is indexed, whichever that is", async () => {
  using store = await IndexedDocuments.open();
  writeMany(store, 600);
  const expected = store.check(EVEN, 70);
  const controller = new AbortController();
  const settled = store.index.catchUp(controller.signal);
  // The first batch is done before anybody else has a turn.
  assert.equal(store.count("search_backlog"), 600 - 256);
  assert.equal(store.check(EVEN, 70), expected);
  store.write(keyOf(3), { parity: "even" });
  store.write(keyOf(590), { parity: "odd" }, false);
  store.write(keyOf(2), { parity: "odd" }, false);
  assert.equal(store.check(EVEN, 70), expected - 1);
  controller.abort();
  await settled;
  assert.ok(store.count("search_backlog") > 0);
  await store.index.catchUp();
  assert.equal(store.count("search_backlog"), 0);
  assert.equal(store.check(EVEN, 70), expected - 1);
});

Deno.test("SearchIndex.catchUp goes on where it was when it failed in the middle of a batch", async () => {
  const memory = createMemoryLog();
  const directory = await Deno.makeTempDir();
  const path = `${directory}/dss.sqlite`;
  try {
    let [writes, failsAt] = [0, 700];
    const open = (name: string) => {
      const inner = openSqlite(name);
      return {
        ...{ execute: inner.execute.bind(inner) },
        ...{ transaction: inner.transaction.bind(inner) },
        close: () => inner.close(),
        prepare: (sql: string) => {
          if (!sql.startsWith("INSERT INTO search_postings")) {
            return inner.prepare(sql);
          }
          const statement = inner.prepare(sql);
          const run: typeof statement.run = (...given) => {
            if (++writes === failsAt) throw new Error("the disk is on fire");
            return statement.run(...given);
          };
          return { ...statement, run };
        },
      };
    };
    using store = await IndexedDocuments.open({ path, open, log: memory.log });
    writeMany(store, 400);
    await store.index.catchUp();
    // The first batch has 256 documents with an id and a number each.
    assert.equal(store.count("search_backlog"), 400 - 256);
    assert.equal(store.count("search_documents"), 256);
    assert.deepEqual(memory.messages("WARNING"), [
      "searching without an index: the disk is on fire",
    ]);
    assert.equal(store.check(EVEN, 33), 200);
    failsAt = Infinity;
    using other = await IndexedDocuments.open({ path });
    await other.index.catchUp();
    assert.equal(store.count("search_backlog"), 0);
    assert.equal(store.check(EVEN, 33), 200);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("SearchIndex.search needs no index when none can be written", async () => {
  const memory = createMemoryLog();
  const faulty = new FaultyDatabase();
  using store = await IndexedDocuments.open({
    open: faulty.open,
    log: memory.log,
  });
  writeMany(store, 30);
  faulty.failsOn = "INSERT INTO search_";
  await store.index.catchUp();
  assert.equal(store.count("search_documents"), 0);
  assert.equal(store.check(EVEN, 4), 15);
  assert.equal(memory.messages("WARNING").length, 1);
});

Deno.test("SearchIndex.catchUp says so when there is much to do, and only then", async () => {
  const memory = createMemoryLog();
  using store = await IndexedDocuments.open({ log: memory.log });
  writeMany(store, 999);
  await store.index.catchUp();
  assert.deepEqual(memory.entries, []);
  writeMany(store, 1000);
  await store.index.catchUp();
  assert.deepEqual(memory.messages("INFO"), [
    "indexing 1000 bundles for search; this is done once",
    "0 bundles are left to index",
  ]);
  assert.equal(store.count("search_documents"), 1000);
  assert.equal(store.check(EVEN), 500);
});

Deno.test("SearchIndex.catchUp shares the work when two processes do it at once", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/dss.sqlite`;
  try {
    using one = await IndexedDocuments.open({ path });
    using two = await IndexedDocuments.open({ path });
    writeMany(one, 700);
    await Promise.all([one.index.catchUp(), two.index.catchUp()]);
    assert.equal(one.count("search_documents"), 700);
    assert.equal(one.count("search_chunks"), 3);
    assert.equal(one.check(EVEN, 100), 350);
    assert.equal(two.check(EVEN, 100), 350);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("SearchIndex.catchUp indexes a few documents at a time when they are very large", async () => {
  using store = await IndexedDocuments.open();
  const large = "x".repeat(9 * 1024 * 1024);
  for (const number of [1, 2, 3]) {
    store.write(keyOf(number), { large, number }, false);
  }
  const controller = new AbortController();
  const settled = store.index.catchUp(controller.signal);
  assert.equal(store.count("search_backlog"), 1);
  controller.abort();
  await settled;
  await store.index.catchUp();
  const query = parseQuery({ query: { exists: { field: "large.text" } } });
  assert.equal(store.index.search(query, { limit: 9 }).totalHits, 3);
});
