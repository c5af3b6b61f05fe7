import assert from "node:assert/strict";
import type { Database } from "../../src/base/mod.ts";
import { openSqlite } from "../../src/platform/mod.ts";
import { SCHEMA_VERSION } from "../../src/server/schema.ts";
import { FaultyDatabase, LocalStore, uuidOf } from "../support/local_store.ts";
import { SCHEMA_V1 } from "./_schema_v1.ts";
import { openDss } from "./_secured_store.ts";

const BUNDLE = uuidOf(1);
const FILE = uuidOf(1, "f");
const VERSION = "2019-01-01T000000.000000Z";
const TEXT = "old bytes";
const SHA256 =
  "b4dddecf813201f4a83f2ae71f6fa1a03ea961c3738e3da7fff94859c5ad1c17";

/** Puts a store of schema version 1 with one bundle into a directory. */
function makeVersion1(dataDir: string): void {
  Deno.mkdirSync(`${dataDir}/blobs/${SHA256.slice(0, 2)}`, { recursive: true });
  using database = open(dataDir);
  database.execute(SCHEMA_V1);
  database.execute(`
    INSERT INTO settings VALUES ('signing_key', '${"ab".repeat(32)}');
    INSERT INTO settings VALUES ('samples', 'none');
    INSERT INTO blobs VALUES ('${SHA256}', ${TEXT.length}, 's', 'c', 'e');
    INSERT INTO files VALUES
      ('${FILE}', '${VERSION}', 7, 'text/plain', '${SHA256}');
    INSERT INTO bundles VALUES (1, '${BUNDLE}', '${VERSION}', 7);
    INSERT INTO bundle_files VALUES
      (1, 0, 'a.txt', 0, '${FILE}', '${VERSION}');
    INSERT INTO documents VALUES (1, '{"uuid": "${BUNDLE}"}');
    PRAGMA user_version = 1;
  `);
}

function open(dataDir: string): Database & Disposable {
  const database = openSqlite(`${dataDir}/dss.sqlite`);
  return Object.assign(database, {
    [Symbol.dispose]: () => database.close(),
  });
}

/** The version, the tables and indices, and every row of version 1. */
function describe(
  dataDir: string,
): [version: number, schema: string[], rows: string] {
  using database = open(dataDir);
  const version = database.prepare("PRAGMA user_version").get()?.user_version;
  const schema = database
    .prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY name").all()
    .map(({ type, name, sql }) => `${type} ${name} ${sql}`);
  const tables = [...SCHEMA_V1.matchAll(/CREATE TABLE (\w+)/g)];
  const rows = tables.map(([, name]) =>
    database.prepare(`SELECT * FROM ${name}`).all()
  );
  return [Number(version), schema, JSON.stringify(rows)];
}

async function inStore(
  work: (store: LocalStore, dataDir: string) => Promise<void>,
): Promise<void> {
  await using store = await LocalStore.open();
  const dataDir = `${store.root}/old`;
  makeVersion1(dataDir);
  await work(store, dataDir);
}

Deno.test("prepareSchema gives a store of version 1 the tables of a new one and keeps its rows", async () => {
  await inStore(async (store, dataDir) => {
    const [, , rows] = describe(dataDir);
    const dss = await openDss({ clock: store.clock, dataDir });
    try {
      assert.equal(dss.counts().bundles, 1);
      const answer = await dss.handler(
        new Request(`http://dss.test/v1/bundles/${BUNDLE}?replica=aws`),
      );
      const { bundle } = await answer.json();
      assert.equal(bundle.files[0].name, "a.txt");
      assert.equal(bundle.files[0].sha256, SHA256);
      assert.equal(await dss.decideSamples(true), false);
      assert.ok((await dss.issueTokens({ email: "a@b" })).accessToken);
      assert.deepEqual(await dss.trustedKeys(), []);
    } finally {
      dss[Symbol.dispose]();
    }
    const [version, schema, after] = describe(dataDir);
    assert.equal(version, 2);
    assert.equal(version, SCHEMA_VERSION);
    assert.equal(after, rows);
    assert.deepEqual(schema, describe(store.dataDir)[1]);
  });
});

Deno.test("prepareSchema changes nothing of a store of version 1 when it fails on the way", async () => {
  for (
    const failsOn of ["oidc_sessions", "service_accounts", "user_version = "]
  ) {
    await inStore(async (store, dataDir) => {
      const before = describe(dataDir);
      const database = new FaultyDatabase();
      database.failsOn = failsOn;
      const { clock } = store;
      await assert.rejects(
        openDss({ clock, dataDir }, [], database.open),
        { message: "the disk is on fire" },
      );
      assert.deepEqual(describe(dataDir), before, failsOn);
      using dss = await openDss({ clock, dataDir });
      assert.equal(dss.counts().bundles, 1);
    });
  }
});

Deno.test("prepareSchema leaves no table of a new store when it fails on the way", async () => {
  await using store = await LocalStore.open();
  const dataDir = `${store.root}/new`;
  const database = new FaultyDatabase();
  database.failsOn = "service_accounts";
  await assert.rejects(
    openDss({ clock: store.clock, dataDir }, [], database.open),
    { message: "the disk is on fire" },
  );
  using left = open(dataDir);
  assert.deepEqual(left.prepare("SELECT name FROM sqlite_schema").all(), []);
});

Deno.test("prepareSchema is done once when a store of version 1 is opened many times at once", async () => {
  await inStore(async ({ clock }, dataDir) => {
    const opened = await Promise.all(
      [1, 2, 3, 4].map(() => openDss({ clock, dataDir })),
    );
    for (const dss of opened) {
      assert.equal(dss.counts().bundles, 1);
      dss[Symbol.dispose]();
    }
    assert.equal(describe(dataDir)[0], 2);
  });
});

Deno.test("a connection of version 1 that stays open goes on while the store is brought to version 2", async () => {
  await inStore(async ({ clock }, dataDir) => {
    using old = open(dataDir);
    const count = "SELECT count(*) AS n FROM bundles";
    assert.equal(old.prepare(count).get()?.n, 1);
    using dss = await openDss({ clock, dataDir });
    old.execute(`INSERT INTO bundles VALUES (2, 'x', 'y', 0)`);
    assert.equal(old.prepare(count).get()?.n, 2);
    assert.equal(dss.counts().bundles, 2);
  });
});
