import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { StoreProblem } from "../../src/server/check_store.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { namesBelow, uuidOf, VERSION } from "../support/local_store.ts";
import { WritingStore } from "./_writing_store.ts";

const BUNDLE = uuidOf(1);
const DEAD = uuidOf(2);
const DEAD_VERSION = uuidOf(3);
const FILE = uuidOf(1, "f");
const LATER = "2019-06-01T000000.000000Z";
const JSON_SHA256 =
  "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

/** A store with bundles alive and dead, imported and put. */
async function open(): Promise<WritingStore> {
  const clock = new FakeClock({ startMs: Date.now() });
  const store = await WritingStore.open({ clock });
  const a = await store.addFile(FILE, "a_0.json", "{}");
  const b = await store.addFile(uuidOf(2, "f"), "b.txt", "text");
  for (const uuid of [BUNDLE, DEAD, DEAD_VERSION]) {
    await store.putBundle(uuid, [a, b]);
  }
  await store.putBundle(DEAD_VERSION, [b], { version: LATER });
  await store.deleteBundle(DEAD);
  await store.deleteBundle(DEAD_VERSION, { version: LATER });
  await store.dss.importDirectory({ directory: `${store.root}/sources` });
  return store;
}

function change(store: WritingStore, sql: string): void {
  const database = new DatabaseSync(`${store.dataDir}/dss.sqlite`);
  database.exec("PRAGMA foreign_keys = OFF");
  database.exec(sql);
  database.close();
}

function blobPath({ dataDir }: WritingStore, sha256: string): string {
  const directory = `${sha256.slice(0, 2)}/${sha256.slice(2, 6)}`;
  return `${dataDir}/blobs/${directory}/${sha256}`;
}

async function check(
  store: WritingStore,
  options = {},
): Promise<StoreProblem[]> {
  return await Array.fromAsync(store.dss.check(options));
}

Deno.test("checkStore finds nothing in a store that is as it should be", async () => {
  await using store = await open();
  assert.deepEqual(await check(store, { olderThanMs: -60_000 }), []);
  assert.deepEqual(await check(store, { isQuick: true }), []);
});

const DAMAGES: [what: string, sql: string, expected: string[]][] = [
  [
    "a digest that is not the content's",
    `UPDATE blobs SET crc32c = '00000000' WHERE sha256 = '${JSON_SHA256}'`,
    ["blob_damaged", "document", "event"],
  ],
  [
    "a file that is not there",
    `DELETE FROM files WHERE uuid = '${FILE}'`,
    ["database", "bundle", "document", "event"],
  ],
  [
    "a bundle with a gap",
    "DELETE FROM bundle_files WHERE position = 0 AND bundle_id = 1",
    ["bundle", "document", "event"],
  ],
  [
    "a document of something else",
    "UPDATE documents SET document = '{}' WHERE bundle_id = 1",
    ["document"],
  ],
  [
    "no document",
    "DELETE FROM documents WHERE bundle_id = 1",
    ["document"],
  ],
  [
    "a document that is no JSON",
    "UPDATE documents SET document = '{' WHERE bundle_id = 1",
    ["document"],
  ],
  [
    "the document of a living bundle on a dead one",
    `UPDATE documents SET document = (SELECT document FROM documents
       WHERE bundle_id = 1) WHERE bundle_id = 2`,
    ["document"],
  ],
  ["no event", `DELETE FROM events WHERE uuid = '${DEAD_VERSION}'`, ["event"]],
  [
    "an event of something else",
    `UPDATE events SET document = '{}' WHERE uuid = '${BUNDLE}'`,
    ["event"],
  ],
  [
    "an event that comes back",
    `UPDATE events SET is_removed = 0 WHERE uuid = '${DEAD}'`,
    ["event"],
  ],
  [
    "an event of no bundle",
    "UPDATE events SET uuid = 'x' WHERE is_removed = 1 AND id = 2",
    ["event"],
  ],
  [
    "a tombstone of nothing",
    "INSERT INTO tombstones VALUES ('x', '', 'a@b.c', 'r')",
    ["bundle"],
  ],
  [
    "a tombstone that only the table knows",
    `INSERT INTO tombstones VALUES ('${BUNDLE}', '', 'a@b.c', 'r')`,
    ["document", "event"],
  ],
];

for (const [what, sql, expected] of DAMAGES) {
  Deno.test(`checkStore finds ${what}`, async () => {
    await using store = await open();
    change(store, sql);
    const problems = await check(store);
    const kinds = new Set(problems.map(({ kind }) => kind));
    assert.deepEqual([...kinds], expected);
    assert.ok(problems.every(({ isHarmless }) => !isHarmless));
  });
}

Deno.test("checkStore finds a content that is missing, cut or changed", async () => {
  for (
    const [damage, kind, isSeenQuickly] of [
      [(path: string) => Deno.removeSync(path), "blob_missing", true],
      [(path: string) => Deno.truncateSync(path, 1), "blob_damaged", true],
      [
        (path: string) => Deno.writeTextFileSync(path, "[]"),
        "blob_damaged",
        false,
      ],
    ] as const
  ) {
    await using store = await open();
    damage(blobPath(store, JSON_SHA256));
    const [first] = await check(store);
    assert.deepEqual([first?.kind, first?.subject], [kind, JSON_SHA256]);
    const quickly = await check(store, { isQuick: true });
    assert.equal(quickly.length, isSeenQuickly ? 1 : 0);
  }
});

const OTHER = "f".repeat(64);

/** Leaves an unfinished copy and a content of no file. */
function leave(store: WritingStore): [part: string, orphan: string] {
  const orphan = blobPath(store, OTHER);
  Deno.mkdirSync(orphan.replace(/\/[^/]*$/, ""), { recursive: true });
  Deno.writeTextFileSync(orphan, "x");
  Deno.writeTextFileSync(`${store.dataDir}/blobs/abc.part`, "x");
  return ["abc.part", `ff/ffff/${OTHER}`];
}

Deno.test("checkStore tells of contents of no file after an hour, of unfinished copies after a day", async () => {
  await using store = await open();
  const [part, orphan] = leave(store);
  assert.deepEqual(await check(store, { removesLeftovers: true }), []);
  await store.clock.advance(3_600_000 + 60_000);
  const kinds = (await check(store)).map(({ kind }) => kind);
  assert.deepEqual(kinds, ["orphan"]);
  await store.clock.advance(23 * 3_600_000);
  const found = await check(store);
  assert.deepEqual(
    found.map(({ kind, subject, isHarmless, isRemoved }) => [
      kind,
      subject,
      isHarmless,
      isRemoved,
    ]),
    [["part", part, true, false], ["orphan", orphan, true, false]],
  );
  assert.ok(namesBelow(`${store.dataDir}/blobs`).includes(orphan));
});

Deno.test("checkStore removes leftovers when it is told to, and nothing else", async () => {
  await using store = await open();
  const before = namesBelow(`${store.dataDir}/blobs`);
  leave(store);
  const options = { removesLeftovers: true, olderThanMs: -60_000 };
  const found = await check(store, options);
  assert.deepEqual(found.map(({ isRemoved }) => isRemoved), [true, true]);
  assert.deepEqual(namesBelow(`${store.dataDir}/blobs`), before);
  assert.deepEqual(await check(store, options), []);
  assert.equal(await store.contentOf(FILE, VERSION), "{}");
});

Deno.test("checkStore expects no events of bundles from before there were any", async () => {
  await using store = await open();
  change(store, `DELETE FROM events WHERE uuid = '${BUNDLE}'`);
  assert.deepEqual(await check(store), []);
});

/** Overwrites the page on which a table or an index begins. */
function damagePage(store: WritingStore, name: string): void {
  const path = `${store.dataDir}/dss.sqlite`;
  const database = new DatabaseSync(path);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  const row = database
    .prepare("SELECT rootpage FROM sqlite_master WHERE name = ?").get(name);
  database.close();
  const file = Deno.openSync(path, { write: true });
  file.seekSync((Number(row?.rootpage) - 1) * 4096, Deno.SeekMode.Start);
  file.writeSync(new Uint8Array(4096).fill(255));
  file.close();
}

Deno.test("checkStore tells that the database cannot be read, and goes on with what can be", async () => {
  await using store = await open();
  damagePage(store, "bundles");
  await Deno.remove(blobPath(store, JSON_SHA256));
  const problems = await check(store);
  const kinds = problems.map(({ kind }) => kind);
  assert.ok(kinds.includes("blob_missing"), String(kinds));
  const details = problems.filter(({ kind }) => kind === "database")
    .map(({ subject, detail }) => `${subject}: ${detail}`);
  assert.ok(
    details.some((one) => /^bundles: .*image is malformed$/.test(one)),
    details.join("\n"),
  );
});

Deno.test("checkStore removes no content while the database is damaged", async () => {
  await using store = await open();
  const before = namesBelow(`${store.dataDir}/blobs`);
  damagePage(store, "blobs");
  const problems = await check(store, {
    removesLeftovers: true,
    olderThanMs: -60_000,
  });
  assert.ok(problems.some(({ kind }) => kind === "database"));
  assert.deepEqual(problems.filter(({ isRemoved }) => isRemoved), []);
  assert.deepEqual(namesBelow(`${store.dataDir}/blobs`), before);
});
