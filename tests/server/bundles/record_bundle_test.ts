import assert from "node:assert/strict";
import { FaultyDatabase, uuidOf, VERSION } from "../../support/local_store.ts";
import { codeOf, WritingStore } from "../_writing_store.ts";

const BUNDLE = uuidOf(1);
const FILE = uuidOf(1, "f");

/** A store whose database fails when it is told to, and no longer. */
async function open(): Promise<
  { store: WritingStore; database: FaultyDatabase }
> {
  const database = new FaultyDatabase();
  const store = await WritingStore.open({ openDatabase: database.open });
  return { store, database };
}

async function failing(
  database: FaultyDatabase,
  statement: string,
  work: () => Promise<Response>,
): Promise<void> {
  database.failsOn = statement;
  const found = await codeOf(await work());
  database.failsOn = undefined;
  assert.deepEqual(found.slice(0, 2), [500, "unhandled_exception"], statement);
}

Deno.test("a file is whole or not there when its records cannot be written", async () => {
  for (const statement of ["INTO blobs", "INTO files"]) {
    const opened = await open();
    await using store = opened.store;
    const url = await store.source("a.txt", "a");
    const put = () => store.putFile(FILE, url);
    await failing(opened.database, statement, put);
    assert.equal(await store.contentOf(FILE), 404);
    assert.deepEqual(store.dss.counts().blobs, 0);
    assert.equal((await put()).status, 201);
    assert.deepEqual(await store.problems(), []);
  }
});

const WRITES = [
  "INTO bundles",
  "INTO bundle_files",
  "INTO documents",
  "INTO search_",
  "INTO events",
];

for (const statement of WRITES) {
  Deno.test(`a bundle is whole or not there when it ends before ${statement}`, async () => {
    const { store: opened, database } = await open();
    await using store = opened;
    const entry = await store.addFile(FILE, "a_0.json", "{}");
    const put = () => store.putBundle(BUNDLE, [entry]);
    await failing(database, statement, put);
    assert.equal(await store.namesOf(BUNDLE), 404);
    assert.deepEqual(await store.problems(), []);
    assert.equal((await put()).status, 201);
    assert.deepEqual(await store.namesOf(BUNDLE), ["a_0.json"]);
    assert.deepEqual(await store.problems(), []);
  });
}

for (
  const statement of ["INTO tombstones", "UPDATE documents", "UPDATE events"]
) {
  Deno.test(`a bundle is deleted wholly or not at all when it ends before ${statement}`, async () => {
    const { store: opened, database } = await open();
    await using store = opened;
    await store.putBundle(BUNDLE, []);
    const remove = () => store.deleteBundle(BUNDLE, { version: VERSION });
    await failing(database, statement, remove);
    assert.deepEqual(await store.namesOf(BUNDLE), []);
    assert.deepEqual(await store.problems(), []);
    assert.equal((await remove()).status, 200);
    assert.equal(await store.namesOf(BUNDLE), 404);
    assert.deepEqual(await store.problems(), []);
  });
}

Deno.test("a late copy is not lost when its task cannot be ended", async () => {
  const database = new FaultyDatabase();
  await using store = await WritingStore.open({
    openDatabase: database.open,
    settings: { asyncAboveBytes: 0 },
  });
  await store.putFile(FILE, await store.source("a.txt", "a"));
  database.failsOn = "INTO files";
  await store.runTasks();
  database.failsOn = undefined;
  assert.equal(await store.contentOf(FILE), 404);
  await store.clock.advance(1000);
  await store.runTasks();
  assert.equal(await store.contentOf(FILE), "a");
  assert.deepEqual(await store.problems(), []);
});
