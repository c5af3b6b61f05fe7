import assert from "node:assert/strict";
import type { Database } from "../../src/base/mod.ts";
import { openSqlite } from "../../src/platform/mod.ts";
import type { LocalDss } from "../../src/server/local_dss.ts";
import { SCHEMA_VERSION } from "../../src/server/schema.ts";
import { FaultyDatabase, LocalStore, uuidOf } from "../support/local_store.ts";
import { SCHEMA_V1 } from "./_schema_v1.ts";
import { SCHEMA_V2 } from "./_schema_v2.ts";
import { ADMIN, openDss } from "./_secured_store.ts";

const BUNDLE = uuidOf(1);
const FILE = uuidOf(1, "f");
const VERSION = "2019-01-01T000000.000000Z";
const TEXT = "old bytes";
const SHA256 =
  "b4dddecf813201f4a83f2ae71f6fa1a03ea961c3738e3da7fff94859c5ad1c17";

/** The old versions, and the tables that each one had. */
const TABLES: Record<number, string> = {
  1: SCHEMA_V1,
  2: SCHEMA_V1 + SCHEMA_V2,
};
const OLD = [1, 2];

/** Puts a store of an old schema version with one bundle into a directory. */
function makeOld(dataDir: string, schemaVersion: number): void {
  const blobs = `${dataDir}/blobs/${SHA256.slice(0, 2)}/${SHA256.slice(2, 6)}`;
  Deno.mkdirSync(blobs, { recursive: true });
  Deno.writeTextFileSync(`${blobs}/${SHA256}`, TEXT);
  using database = open(dataDir);
  database.execute(TABLES[schemaVersion] ?? "");
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
    PRAGMA user_version = ${schemaVersion};
  `);
  if (schemaVersion < 2) return;
  database.execute(`
    INSERT INTO oidc_settings VALUES ('key', 'value');
    INSERT INTO service_accounts VALUES ('a@b', 'kid', '{}');
  `);
}

function open(dataDir: string): Database & Disposable {
  const database = openSqlite(`${dataDir}/dss.sqlite`);
  return Object.assign(database, {
    [Symbol.dispose]: () => database.close(),
  });
}

/** The version, the tables and indices, and every row of the old version. */
function describe(
  dataDir: string,
  schemaVersion: number,
): [version: number, schema: string[], rows: string] {
  using database = open(dataDir);
  const version = database.prepare("PRAGMA user_version").get()?.user_version;
  const schema = database
    .prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY name").all()
    .map(({ type, name, sql }) => `${type} ${name} ${sql}`);
  const tables = TABLES[schemaVersion]?.matchAll(/CREATE TABLE (\w+)/g) ?? [];
  const rows = [...tables].map(([, name]) =>
    database.prepare(`SELECT * FROM ${name}`).all()
  );
  return [Number(version), schema, JSON.stringify(rows)];
}

async function inStore(
  schemaVersion: number,
  work: (store: LocalStore, dataDir: string) => Promise<void>,
): Promise<void> {
  await using store = await LocalStore.open();
  const dataDir = `${store.root}/old`;
  makeOld(dataDir, schemaVersion);
  await work(store, dataDir);
}

/** Asks with a token; the answer is read to its end. */
async function ask(
  dss: LocalDss,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const { accessToken } = await dss.issueTokens({ email: ADMIN });
  const answer = await dss.handler(
    new Request(`http://dss.test/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${accessToken}`,
        "content-type": "application/json",
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    }),
  );
  return { status: answer.status, body: await answer.json() };
}

for (const old of OLD) {
  Deno.test(`prepareSchema gives a store of version ${old} the tables of a new one and keeps its rows`, async () => {
    await inStore(old, async (store, dataDir) => {
      const [, , rows] = describe(dataDir, old);
      const dss = await openDss({ clock: store.clock, dataDir });
      try {
        assert.equal(dss.counts().bundles, 1);
      } finally {
        dss[Symbol.dispose]();
      }
      const [version, schema, after] = describe(dataDir, old);
      assert.equal(version, 3);
      assert.equal(version, SCHEMA_VERSION);
      assert.equal(after, rows);
      assert.deepEqual(schema, describe(store.dataDir, old)[1]);
    });
  });

  Deno.test(`a store of version ${old} is read, searched and written after it was brought up to date`, async () => {
    await inStore(old, async ({ clock }, dataDir) => {
      using dss = await openDss({ clock, dataDir }, [ADMIN]);
      const path = `/bundles/${BUNDLE}?replica=aws`;
      const { body: { bundle } } = await ask(dss, "GET", path);
      const { files } = bundle as { files: Record<string, unknown>[] };
      assert.equal(files[0]?.name, "a.txt");
      assert.equal(files[0]?.sha256, SHA256);
      const search = () =>
        ask(dss, "POST", "/search?replica=aws", { es_query: {} })
          .then(({ body }) => body.total_hits);
      assert.equal(await search(), 1);
      const patched = await ask(
        dss,
        "PATCH",
        `${path}&version=${VERSION}`,
        {},
      );
      assert.equal(patched.status, 200);
      assert.equal(dss.counts().bundles, 2);
      const reason = { reason: "test" };
      assert.equal((await ask(dss, "DELETE", path, reason)).status, 200);
      assert.equal(dss.counts().bundles, 0);
      assert.equal(await search(), 2);
      assert.equal(await dss.decideSamples(true), false);
      assert.equal((await dss.trustedKeys()).length, old - 1);
    });
  });

  Deno.test(`a store of version ${old} tells the creation of its bundles when it was brought up to date`, async () => {
    await inStore(old, async ({ clock }, dataDir) => {
      using dss = await openDss({ clock, dataDir });
      const streams = async () =>
        (await ask(dss, "GET", "/events?replica=aws")).body.event_streams as {
          events: { event_id: string }[];
        }[];
      assert.deepEqual(await streams(), []);
      await dss.runDueTasks(new AbortController().signal);
      const [first, ...others] = await streams();
      assert.deepEqual(others, []);
      assert.equal(first?.events[0]?.event_id, `${BUNDLE}.${VERSION}`);
      const event = `/events/${BUNDLE}?replica=aws&version=${VERSION}`;
      const { body } = await ask(dss, "GET", event);
      assert.equal(body.event_type, "CREATE");
    });
  });

  Deno.test(`prepareSchema changes nothing of a store of version ${old} when it fails on the way`, async () => {
    const failures = ["TABLE tombstones", "search_backlog", "user_version = "];
    for (const failsOn of old === 1 ? ["service_accounts"] : failures) {
      await inStore(old, async (store, dataDir) => {
        const before = describe(dataDir, old);
        const database = new FaultyDatabase();
        database.failsOn = failsOn;
        const { clock } = store;
        await assert.rejects(
          openDss({ clock, dataDir }, [], database.open),
          { message: "the disk is on fire" },
        );
        assert.deepEqual(describe(dataDir, old), before, failsOn);
        using dss = await openDss({ clock, dataDir });
        assert.equal(dss.counts().bundles, 1);
      });
    }
  });

  Deno.test(`prepareSchema is done once when a store of version ${old} is opened many times at once`, async () => {
    await inStore(old, async ({ clock }, dataDir) => {
      const opened = await Promise.all(
        [1, 2, 3, 4].map(() => openDss({ clock, dataDir })),
      );
      for (const dss of opened) {
        assert.equal(dss.counts().bundles, 1);
        dss[Symbol.dispose]();
      }
      assert.equal(describe(dataDir, old)[0], 3);
    });
  });

  Deno.test(`a connection of version ${old} that stays open goes on while the store is brought to version 3, and search sees what it writes`, async () => {
    await inStore(old, async ({ clock }, dataDir) => {
      using earlier = open(dataDir);
      const count = "SELECT count(*) AS n FROM bundles";
      assert.equal(earlier.prepare(count).get()?.n, 1);
      using dss = await openDss({ clock, dataDir });
      const uuid = uuidOf(2);
      earlier.execute(`INSERT INTO bundles VALUES (2, '${uuid}', 'y', 0)`);
      earlier.execute(`INSERT INTO documents VALUES (2, '{"uuid":"${uuid}"}')`);
      assert.equal(earlier.prepare(count).get()?.n, 2);
      assert.equal(dss.counts().bundles, 2);
      const es_query = { query: { term: { uuid } } };
      const found = await ask(dss, "POST", "/search?replica=aws", { es_query });
      assert.equal(found.body.total_hits, 1);
    });
  });
}

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
