import assert from "node:assert/strict";
import type { Database } from "../../../src/base/mod.ts";
import { openSqlite } from "../../../src/platform/mod.ts";
import { LocalStore, uuidOf } from "../../support/local_store.ts";

const BEGIN = `
  DELETE FROM events;
  INSERT INTO tasks (id, kind, payload, run_at_ms, created_at_ms)
    VALUES ('add-events', 'add-events', '{}', 0, 0);
`;

/** Does something with the database of a store, beside everything else. */
function inDatabase<T>(store: LocalStore, work: (database: Database) => T): T {
  const database = openSqlite(`${store.dataDir}/dss.sqlite`);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

/** The events in their order: uuid, and what they say of a file. */
function eventsOf(store: LocalStore): string[] {
  return inDatabase(
    store,
    (database) =>
      database.prepare("SELECT uuid, document FROM events ORDER BY timestamp")
        .all().map(({ uuid, document }) => {
          const { files } = JSON.parse(String(document));
          return `${uuid} ${files.a_json?.[0].n}`;
        }),
  );
}

async function runDue(store: LocalStore, signal?: AbortSignal): Promise<void> {
  await store.dss.runDueTasks(signal ?? new AbortController().signal);
}

async function openStore(versions: string[]): Promise<LocalStore> {
  const store = await LocalStore.open();
  for (const [number, version] of versions.entries()) {
    const files = [{ name: "a_0.json", content: `{"n": ${number}}` }];
    await store.add({ uuid: uuidOf(number), version, files });
  }
  return store;
}

Deno.test("bundles from before there were events get theirs by version, and those that are dead or damaged do not", async () => {
  await using store = await openStore(
    ["5", "1", "3", "2", "4"].map((year) => `200${year}-01-01T000000.000000Z`),
  );
  const before = eventsOf(store);
  inDatabase(store, (database) => {
    database.execute(BEGIN);
    database.prepare("INSERT INTO tombstones VALUES (?, '', 'a@b.c', 'r')")
      .run(uuidOf(2));
  });
  const damaged = inDatabase(
    store,
    (database) =>
      database.prepare("SELECT sha256 FROM files WHERE version LIKE '2002%'")
        .get()?.sha256,
  );
  const name = store.blobFiles().find((one) => one.endsWith(String(damaged)));
  await Deno.remove(`${store.dataDir}/blobs/${name}`);
  await runDue(store);
  assert.deepEqual(eventsOf(store), [before[1], before[4], before[0]]);
  assert.equal(
    inDatabase(
      store,
      (database) =>
        database.prepare("SELECT count(*) AS n FROM tasks").get()?.n,
    ),
    0,
  );
});

Deno.test("adding events goes on where it was ended, and ends", async () => {
  await using store = await openStore([]);
  inDatabase(store, (database) => {
    database.execute(BEGIN);
    const insert = database.prepare("INSERT INTO bundles VALUES (?, ?, ?, 0)");
    for (let number = 1; number <= 401; number++) {
      insert.run(number, uuidOf(number), "2019-01-01T000000.000000Z");
    }
  });
  const counts: number[] = [];
  for (let turn = 0; turn < 3; turn++) {
    await runDue(store);
    counts.push(eventsOf(store).length);
    // Nothing is missed by checks meanwhile.
    const events = (await Array.fromAsync(store.dss.check()))
      .filter(({ kind }) => kind === "event");
    assert.deepEqual(events, []);
    await store.clock.advance(1000);
  }
  assert.deepEqual(counts, [200, 400, 401]);
  await runDue(store);
  assert.equal(new Set(eventsOf(store)).size, 401);
  assert.ok(eventsOf(store)[400]?.startsWith(uuidOf(401)));
});

Deno.test("a bundle that is put or deleted while events are added has one event or none", async () => {
  await using store = await openStore([
    "2001-01-01T000000.000000Z",
    "2002-01-01T000000.000000Z",
  ]);
  inDatabase(store, (database) => database.execute(BEGIN));
  await store.add({ uuid: uuidOf(7) });
  await runDue(store);
  await store.add({ uuid: uuidOf(8) });
  const uuids = eventsOf(store).map((one) => one.split(" ")[0]);
  assert.deepEqual(uuids, [uuidOf(7), uuidOf(0), uuidOf(1), uuidOf(8)]);
  assert.deepEqual(await Array.fromAsync(store.dss.check()), []);
});
