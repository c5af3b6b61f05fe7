import assert from "node:assert/strict";
import { FakeClock } from "../support/fake_clock.ts";
import { uuidOf, VERSION } from "../support/local_store.ts";
import {
  codeOf,
  CREATOR,
  type Entry,
  untilPending,
  WritingStore,
} from "./_writing_store.ts";

const BUNDLE = uuidOf(1);
const A = uuidOf(1, "f");
const B = uuidOf(2, "f");
const LATER = "2020-06-01T000000.000000Z";

/** Two files that are there: metadata and data. */
async function twoFiles(store: WritingStore): Promise<[Entry, Entry]> {
  return [
    await store.addFile(A, "a_0.json", '{"x": 1}'),
    await store.addFile(B, "b.txt", "text"),
  ];
}

async function searchDocument(
  store: WritingStore,
  uuid = BUNDLE,
): Promise<Record<string, unknown>[]> {
  const answer = await store.send(
    "POST",
    "/search?replica=aws&output_format=raw",
    { es_query: { query: { term: { uuid } } } },
  );
  const { results } = await answer.json();
  return results.map(({ metadata }: { metadata: unknown }) => metadata);
}

async function event(
  store: WritingStore,
  uuid = BUNDLE,
  version = VERSION,
): Promise<Record<string, unknown> | number> {
  const path = `/events/${uuid}?replica=aws&version=${version}`;
  const answer = await store.send("GET", path);
  const body = await answer.json();
  return answer.status === 200 ? body : answer.status;
}

Deno.test("putBundle is 201 with the manifest, and the bundle is there at once", async () => {
  await using store = await WritingStore.open();
  const [a, b] = await twoFiles(store);
  const answer = await store.putBundle(BUNDLE, [b, a]);
  assert.equal(answer.status, 201);
  const { version, manifest, ...rest } = await answer.json();
  assert.deepEqual(rest, {});
  assert.equal(version, VERSION);
  assert.equal(manifest.format, "0.0.1");
  assert.equal(manifest.version, VERSION);
  assert.equal(manifest.creator_uid, CREATOR);
  assert.deepEqual(manifest.files.map(({ name }: Entry) => name), [
    "b.txt",
    "a_0.json",
  ]);
  assert.deepEqual(manifest.files[0], {
    "content-type": "text/plain",
    crc32c: "2f5319e1",
    indexed: false,
    name: "b.txt",
    "s3-etag": "1cb251ec0d568de6a929b520c4aed8d1",
    sha1: "372ea08cab33e71c02c651dbc83a474d32c676ea",
    sha256: "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1",
    size: 4,
    uuid: B,
    version: VERSION,
  });
  assert.deepEqual(await store.namesOf(BUNDLE), ["b.txt", "a_0.json"]);
  assert.deepEqual(await store.problems(), []);
});

Deno.test("putBundle gives search the indexed files and events every JSON file", async () => {
  await using store = await WritingStore.open();
  const [a] = await twoFiles(store);
  const hidden = await store.addFile(uuidOf(3, "f"), "c_0.json", "[2]");
  const answer = await store.putBundle(BUNDLE, [
    a,
    { ...hidden, indexed: false },
  ]);
  const { manifest } = await answer.json();
  assert.deepEqual(await searchDocument(store), [{
    files: { a_json: [{ x: 1 }] },
    manifest,
    shape_descriptor: "None",
    state: "new",
    uuid: BUNDLE,
  }]);
  assert.deepEqual(await event(store), {
    bundle_info: { uuid: BUNDLE, version: VERSION },
    event_type: "CREATE",
    files: { a_json: [{ x: 1 }], c_json: [[2]] },
    manifest,
  });
});

Deno.test("putBundle takes a bundle without files and one file under two names", async () => {
  await using store = await WritingStore.open();
  const [a] = await twoFiles(store);
  assert.equal((await store.putBundle(BUNDLE, [])).status, 201);
  const twice = [a, { ...a, name: "again.json", indexed: false }];
  assert.equal((await store.putBundle(uuidOf(2), twice)).status, 201);
  assert.deepEqual(await store.namesOf(BUNDLE), []);
  assert.deepEqual(await store.namesOf(uuidOf(2)), ["a_0.json", "again.json"]);
  assert.deepEqual(await store.problems(), []);
});

Deno.test("putBundle is 200 with the same answer when nothing differs", async () => {
  await using store = await WritingStore.open();
  const files = await twoFiles(store);
  const first = await (await store.putBundle(BUNDLE, files)).text();
  const again = await store.putBundle(BUNDLE.toUpperCase(), files);
  assert.equal(again.status, 200);
  assert.equal(await again.text(), first);
  assert.equal(store.dss.counts().bundles, 1);
});

const DIFFERENT: [
  string,
  (a: Entry, b: Entry) => { files: Entry[]; creatorUid?: number },
][] = [
  ["its files have another order", (a, b) => ({ files: [b, a] })],
  ["a file is missing", (a) => ({ files: [a] })],
  ["there is a file more", (a, b) => ({
    files: [a, b, { ...a, name: "c" }],
  })],
  ["a name differs", (a, b) => ({ files: [a, { ...b, name: "c" }] })],
  ["a flag differs", (a, b) => ({ files: [a, { ...b, indexed: true }] })],
  ["the creator differs", (a, b) => ({ files: [a, b], creatorUid: 1 })],
];

for (const [why, change] of DIFFERENT) {
  Deno.test(`putBundle is 409 when the version is there and ${why}`, async () => {
    await using store = await WritingStore.open();
    const [a, b] = await twoFiles(store);
    await store.putBundle(BUNDLE, [a, b]);
    const { files, creatorUid } = change(a, b);
    const answer = await store.putBundle(BUNDLE, files, { creatorUid });
    const [status, code] = await codeOf(answer);
    assert.deepEqual([status, code], [409, "bundle_already_exists"]);
    assert.deepEqual(await store.namesOf(BUNDLE), ["a_0.json", "b.txt"]);
    assert.deepEqual(await store.problems(), []);
  });
}

Deno.test("putBundle is 400 duplicate_filename before it looks for files", async () => {
  await using store = await WritingStore.open();
  const [a, b] = await twoFiles(store);
  const twice = [a, { ...b, name: a.name, uuid: uuidOf(9, "f") }];
  const [status, code, title] = await codeOf(
    await store.putBundle(BUNDLE, twice),
  );
  assert.deepEqual([status, code], [400, "duplicate_filename"]);
  assert.match(title, /'a_0\.json'/);
});

Deno.test("putBundle is 400 file_missing at once, naming what is missing", async () => {
  await using store = await WritingStore.open();
  const [a] = await twoFiles(store);
  const missing: [what: string, entry: Entry][] = [
    ["uuid", { ...a, uuid: uuidOf(9, "f") }],
    ["version", { ...a, version: LATER }],
    // It is not lowered here, as in the DSS.
    ["case", { ...a, uuid: A.toUpperCase() }],
  ];
  for (const [what, entry] of missing) {
    const answer = await store.putBundle(BUNDLE, [entry]);
    const [status, code, title] = await codeOf(answer);
    assert.deepEqual([status, code], [400, "file_missing"], what);
    assert.ok(title.includes(`${entry.uuid}.${entry.version}`), title);
  }
  assert.equal(store.dss.counts().bundles, 0);
});

Deno.test("putBundle waits for files that are being copied", async () => {
  const clock = new FakeClock();
  await using store = await WritingStore.open({
    clock,
    settings: { asyncAboveBytes: 0 },
  });
  const url = await store.source("a.txt", "a");
  await store.putFile(A, url);
  const entry = { uuid: A, version: VERSION, name: "a", indexed: false };
  const putting = store.putBundle(BUNDLE, [entry]);
  await untilPending(clock);
  await clock.advance(1000);
  await store.runTasks();
  await clock.advance(1000);
  assert.equal((await putting).status, 201);
  assert.deepEqual(await store.problems(), []);
});

Deno.test("putBundle waits for ten seconds at most, and not if one file is not coming", async () => {
  const clock = new FakeClock();
  await using store = await WritingStore.open({
    clock,
    settings: { asyncAboveBytes: 0 },
  });
  await store.putFile(A, await store.source("a.txt", "a"));
  const entry = { uuid: A, version: VERSION, name: "a", indexed: false };
  const putting = store.putBundle(BUNDLE, [entry]);
  await untilPending(clock);
  let hasEnded = false;
  putting.then(() => hasEnded = true);
  await clock.advance(9_500);
  assert.equal(hasEnded, false);
  await clock.advance(1_000);
  assert.deepEqual((await codeOf(await putting)).slice(0, 2), [
    400,
    "file_missing",
  ]);
  const other = { ...entry, name: "b", uuid: B };
  const answer = await store.putBundle(BUNDLE, [entry, other]);
  assert.equal(answer.status, 400);
});

const ILLEGAL_FILES: [files: unknown, code: string, title: RegExp][] = [
  [{}, "illegal_arguments", /'files' is not of type 'array'/],
  [[1], "illegal_arguments", /'files\[0\]' is not of type 'object'/],
  [[{}], "illegal_arguments", /'files\[0\]\.uuid' is a required property/],
  ...(["uuid", "version", "name", "indexed"] as const).map((
    key,
  ): [unknown, string, RegExp] => [
    [{ ...entry(), [key]: undefined }],
    "illegal_arguments",
    new RegExp(`'files\\[0\\]\\.${key}' is a required property`),
  ]),
  [[{ ...entry(), uuid: "x" }], "illegal_arguments", /uuid' does not match/],
  [[{ ...entry(), indexed: 1 }], "illegal_arguments", /not of type 'boolean'/],
  [[{ ...entry(), version: "1" }], "illegal_version", /'1' is not a version/],
  ...["a/../b", "../a", "./a", "a/./b", "/a", "~/a", "..", ".", "a\\b", "a\nb"]
    .map((name): [unknown, string, RegExp] => [
      [{ ...entry(), name }],
      "illegal_arguments",
      /'files\[0\]\.name' does not match/,
    ]),
  [[{ ...entry(), name: "a\u0000b" }], "illegal_arguments", /cannot be stored/],
];

function entry(): Entry {
  return { uuid: A, version: VERSION, name: "a_0.json", indexed: true };
}

for (const [files, code, title] of ILLEGAL_FILES) {
  Deno.test(`putBundle is 400 ${code} for ${JSON.stringify(files)}`, async () => {
    await using store = await WritingStore.open();
    const found = await codeOf(await store.putBundle(BUNDLE, files));
    assert.deepEqual(found.slice(0, 2), [400, code]);
    assert.match(found[2], title);
  });
}

for (const name of ["", "~", "...", "..a", ".hidden", "a//b", "a/", " é🧬"]) {
  Deno.test(`putBundle takes the name ${JSON.stringify(name)}`, async () => {
    await using store = await WritingStore.open();
    const [a] = await twoFiles(store);
    const answer = await store.putBundle(BUNDLE, [{ ...a, name }]);
    assert.equal(answer.status, 201);
    assert.deepEqual(await store.namesOf(BUNDLE), [name]);
  });
}

Deno.test("putBundle is 400 illegal_version before it looks at files", async () => {
  await using store = await WritingStore.open();
  const answer = await store.putBundle(BUNDLE, [entry()], { version: "1" });
  assert.deepEqual((await codeOf(answer)).slice(0, 2), [
    400,
    "illegal_version",
  ]);
});

Deno.test("putBundle of one version by two processes at once is 201 once", async () => {
  await using store = await WritingStore.open();
  const [a, b] = await twoFiles(store);
  const all = [store.dss, await store.reopen(), await store.reopen()];
  for (let round = 0; round < 5; round++) {
    const uuid = uuidOf(100 + round);
    const answers = await Promise.all(
      [...all, ...all].map((dss, index) =>
        store.putBundle(uuid, index % 2 === 0 ? [a, b] : [b, a], { dss })
      ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [200, 200, 201, 409, 409, 409]);
  }
  assert.deepEqual(await store.problems(), []);
});

Deno.test("putBundle indexes a bundle of more than 20,000 files without their list", async () => {
  await using store = await WritingStore.open();
  const [a] = await twoFiles(store);
  const files = Array.from({ length: 20_001 }, (_, index) => ({
    ...a,
    name: `${index}`,
    indexed: index === 0,
  }));
  const answer = await store.putBundle(BUNDLE, files);
  assert.equal(answer.status, 201);
  const { manifest } = await answer.json();
  assert.equal(manifest.files.length, 20_001);
  const [document] = await searchDocument(store);
  assert.deepEqual((document?.manifest as { files: unknown }).files, []);
  assert.deepEqual(await store.problems(), []);
});

async function patch(
  store: WritingStore,
  body: unknown,
  { uuid = BUNDLE, version = VERSION } = {},
): Promise<Response> {
  const path = `/bundles/${uuid}?replica=aws&version=${version}`;
  return await store.send("PATCH", path, body);
}

Deno.test("patchBundle removes, then adds, into a new version", async () => {
  await using store = await WritingStore.open();
  const [a, b] = await twoFiles(store);
  const c = await store.addFile(uuidOf(3, "f"), "c.txt", "c");
  await store.putBundle(BUNDLE, [a, b, c], { creatorUid: 5 });
  const answer = await patch(store, {
    remove_files: [{ ...a, indexed: !a.indexed }, { ...c, name: "other" }],
    add_files: [{ ...c, name: a.name }],
  });
  assert.equal(answer.status, 200);
  const { uuid, version, ...rest } = await answer.json();
  assert.deepEqual([uuid, rest], [BUNDLE, {}]);
  assert.equal(version, "2020-01-01T000000.000000Z");
  assert.deepEqual(await store.namesOf(BUNDLE), ["b.txt", "c.txt", a.name]);
  assert.deepEqual(await store.namesOf(BUNDLE, VERSION), [
    "a_0.json",
    "b.txt",
    "c.txt",
  ]);
  const { manifest } = await event(store, BUNDLE, version) as {
    manifest: { creator_uid: number };
  };
  assert.equal(manifest.creator_uid, 5);
  assert.deepEqual(await store.problems(), []);
});

Deno.test("patchBundle makes a version of its own each time, of an older one too", async () => {
  await using store = await WritingStore.open();
  const [a, b] = await twoFiles(store);
  await store.putBundle(BUNDLE, [a]);
  const versions: string[] = [];
  for (let count = 0; count < 3; count++) {
    const answer = await patch(store, {}, { uuid: BUNDLE.toUpperCase() });
    assert.equal(answer.status, 200);
    const { uuid, version } = await answer.json();
    assert.equal(uuid, BUNDLE);
    versions.push(version);
  }
  assert.deepEqual(versions, [
    "2020-01-01T000000.000000Z",
    "2020-01-01T000000.000001Z",
    "2020-01-01T000000.000002Z",
  ]);
  await patch(store, { add_files: [b] });
  assert.deepEqual(await store.namesOf(BUNDLE), ["a_0.json", "b.txt"]);
  assert.equal(store.dss.counts().bundles, 5);
  assert.deepEqual(await store.problems(), []);
});

Deno.test("patchBundle is 404 for a base that is unknown or dead", async () => {
  await using store = await WritingStore.open();
  await store.putBundle(BUNDLE, []);
  await store.putBundle(BUNDLE, [], { version: LATER });
  await store.deleteBundle(BUNDLE, { version: LATER });
  const unknown = [
    { uuid: uuidOf(2) },
    { version: "2018-01-01T000000.000000Z" },
    { version: LATER },
  ];
  for (const base of unknown) {
    const [status, code, title] = await codeOf(await patch(store, {}, base));
    assert.deepEqual([status, code], [404, "not_found"]);
    assert.equal(title, "Cannot find bundle!");
  }
  assert.equal((await patch(store, {})).status, 200);
  await store.deleteBundle(BUNDLE);
  assert.equal((await patch(store, {})).status, 404);
});

Deno.test("patchBundle is 400 for names that would double and files that are not there", async () => {
  await using store = await WritingStore.open();
  const [a, b] = await twoFiles(store);
  await store.putBundle(BUNDLE, [a]);
  const cases: [body: unknown, code: string][] = [
    [{ add_files: [a] }, "duplicate_filename"],
    [{ add_files: [b, b] }, "duplicate_filename"],
    [{ add_files: [{ ...b, uuid: uuidOf(9, "f") }] }, "file_missing"],
    [{ add_files: [{ ...b, version: "x" }] }, "illegal_version"],
    [{ remove_files: [{ ...b, version: "x" }] }, "illegal_version"],
    [{ remove_files: [{ ...b, indexed: undefined }] }, "illegal_arguments"],
    [{ add_files: {} }, "illegal_arguments"],
    [[], "illegal_arguments"],
    [undefined, "illegal_arguments"],
  ];
  for (const [body, code] of cases) {
    const found = await codeOf(await patch(store, body));
    assert.deepEqual(found.slice(0, 2), [400, code], JSON.stringify(body));
  }
  const wrong = await codeOf(await patch(store, {}, { version: "x" }));
  assert.deepEqual(wrong.slice(0, 2), [400, "illegal_version"]);
  assert.equal(store.dss.counts().bundles, 1);
});

for (const key of ["add_files", "remove_files"]) {
  Deno.test(`patchBundle takes 1000 ${key} and refuses 1001`, async () => {
    await using store = await WritingStore.open();
    const [a] = await twoFiles(store);
    await store.putBundle(BUNDLE, []);
    const list = Array.from({ length: 1001 }, (_, index) => ({
      ...a,
      name: `${index}`,
      indexed: false,
    }));
    const [status, code, title] = await codeOf(
      await patch(store, { [key]: list }),
    );
    assert.deepEqual([status, code], [400, "illegal_arguments"]);
    assert.match(title, /more than 1000/);
    const answer = await patch(store, { [key]: list.slice(1) });
    assert.equal(answer.status, 200);
  });
}
