import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { FakeClock } from "../support/fake_clock.ts";
import { namesBelow, ORIGIN, uuidOf, VERSION } from "../support/local_store.ts";
import { codeOf, WritingStore } from "./_writing_store.ts";

const FILE = uuidOf(1, "f");
const OTHER = uuidOf(2, "f");
const TEXT = "some bytes";
// The CRC below is by a bit-wise program of its own.
const SHA256 = sha("sha256", TEXT);
const SHA1 = sha("sha1", TEXT);
const MD5 = sha("md5", TEXT);

function sha(name: string, text: string): string {
  return createHash(name).update(text).digest("hex");
}

async function headersOf(
  store: WritingStore,
  uuid = FILE,
): Promise<Record<string, string> | number> {
  const answer = await store.send(
    "HEAD",
    `/files/${uuid}?replica=gcp&version=${VERSION}`,
  );
  if (answer.status !== 200) return answer.status;
  return Object.fromEntries(
    [...answer.headers].filter(([name]) => name.startsWith("x-dss-")),
  );
}

Deno.test("putFile is 201 and stores the content, its digests and its creator", async () => {
  await using store = await WritingStore.open();
  const url = await store.source("a.json", TEXT);
  const answer = await store.putFile(FILE, url, { creatorUid: -3 });
  assert.equal(answer.status, 201);
  assert.equal(answer.headers.get("content-type"), "application/json");
  assert.deepEqual(await answer.json(), { version: VERSION });
  assert.deepEqual(await headersOf(store), {
    "x-dss-content-type": "application/json",
    "x-dss-crc32c": "f6cd5543",
    "x-dss-creator-uid": "-3",
    "x-dss-s3-etag": MD5,
    "x-dss-sha1": SHA1,
    "x-dss-sha256": SHA256,
    "x-dss-size": "10",
    "x-dss-version": VERSION,
  });
  assert.equal(await store.contentOf(FILE), TEXT);
  assert.deepEqual(await store.problems(), []);
});

Deno.test("putFile is 200 when the same file is put again, from wherever", async () => {
  await using store = await WritingStore.open();
  await store.putFile(FILE, await store.source("a.txt", TEXT));
  const again = await store.putFile(FILE, await store.source("b.txt", TEXT));
  assert.equal(again.status, 200);
  assert.deepEqual(await again.json(), { version: VERSION });
  assert.equal(store.dss.counts().files, 1);
  assert.deepEqual(await store.problems(), []);
});

const DIFFERENT: [what: string, name: string, text: string, creator: number][] =
  [
    ["content", "b.txt", "other bytes", 8008],
    ["creator", "b.txt", TEXT, 8009],
    ["media type", "b.csv", TEXT, 8008],
  ];

for (const [what, name, text, creatorUid] of DIFFERENT) {
  Deno.test(`putFile is 409 when the version is there with another ${what}, and leaves nothing`, async () => {
    await using store = await WritingStore.open();
    await store.putFile(FILE, await store.source("a.txt", TEXT));
    const url = await store.source(name, text);
    const answer = await store.putFile(FILE, url, { creatorUid });
    const [status, code, title] = await codeOf(answer);
    assert.deepEqual([status, code], [409, "file_already_exists"]);
    assert.ok(title.includes(FILE));
    assert.equal(await store.contentOf(FILE), TEXT);
    assert.equal(namesBelow(`${store.dataDir}/blobs`).length, 1);
    assert.deepEqual(await store.problems(), []);
  });
}

Deno.test("putFile keeps equal contents once and versions apart", async () => {
  await using store = await WritingStore.open();
  const url = await store.source("a.txt", TEXT);
  const later = "2020-01-01T000000.000000Z";
  assert.equal((await store.putFile(FILE, url)).status, 201);
  assert.equal((await store.putFile(OTHER, url)).status, 201);
  assert.equal(
    (await store.putFile(FILE, url, { version: later })).status,
    201,
  );
  const { files, blobs } = store.dss.counts();
  assert.deepEqual([files, blobs], [3, 1]);
});

Deno.test("putFile stores under the uuid in lower case; reading does not lower it", async () => {
  await using store = await WritingStore.open();
  const url = await store.source("a.txt", TEXT);
  const mixed = FILE.toUpperCase();
  assert.equal((await store.putFile(mixed, url)).status, 201);
  assert.equal((await store.putFile(FILE, url)).status, 200);
  assert.equal(await store.contentOf(FILE), TEXT);
  assert.equal(await store.contentOf(mixed), 404);
});

const VERSIONS = [
  "",
  "2019-01-01",
  "2019-01-01T000000Z",
  "2019-01-01T000000.00000Z",
  "2019-02-30T000000.000000Z",
  "2019-01-01T250000.000000Z",
  "0999-01-01T000000.000000Z",
  "2019-01-01T00:00:00.000000Z",
  "2019-01-01T000000.000000+0000",
];

for (const version of VERSIONS) {
  Deno.test(`putFile is 400 illegal_version when the version is '${version}'`, async () => {
    await using store = await WritingStore.open();
    const url = await store.source("a.txt", TEXT);
    const query = encodeURIComponent(version);
    const answer = await store.putFile(FILE, url, { version: query });
    const [status, code] = await codeOf(answer);
    assert.deepEqual([status, code], [400, "illegal_version"]);
    assert.equal(store.dss.counts().files, 0);
  });
}

Deno.test("putFile is 400 illegal_arguments when there is no version", async () => {
  await using store = await WritingStore.open();
  const answer = await store.send("PUT", `/files/${FILE}`, {
    source_url: await store.source("a.txt", TEXT),
    creator_uid: 1,
  });
  const [status, code, title] = await codeOf(answer);
  assert.deepEqual([status, code], [400, "illegal_arguments"]);
  assert.match(title, /Missing query parameter 'version'/);
});

const BODIES: [body: unknown, title: RegExp][] = [
  [{}, /'source_url' is a required property/],
  [{ source_url: "file:///a" }, /'creator_uid' is a required property/],
  [{ source_url: 1, creator_uid: 1 }, /'source_url' is not of type 'string'/],
  [{ source_url: null, creator_uid: 1 }, /'source_url' is not of type/],
  [{ source_url: "ftp://a/b", creator_uid: 1 }, /'source_url' does not match/],
  [{ source_url: "s3:a/b", creator_uid: 1 }, /'source_url' does not match/],
  [{ source_url: " file:///a", creator_uid: 1 }, /'source_url' does not match/],
  [{ source_url: "file:///a\u0000b", creator_uid: 1 }, /cannot be stored/],
  [{ source_url: "file:///\ud800", creator_uid: 1 }, /cannot be stored/],
  [{ source_url: "file:///a", creator_uid: "1" }, /'creator_uid' is not of/],
  [{ source_url: "file:///a", creator_uid: 1.5 }, /'creator_uid' is not of/],
  [{ source_url: "file:///a", creator_uid: true }, /'creator_uid' is not of/],
  [{ source_url: "file:///a", creator_uid: 2 ** 53 }, /'creator_uid' is not/],
];

for (const [body, expected] of BODIES) {
  Deno.test(`putFile is 400 illegal_arguments when the body is ${JSON.stringify(body)}`, async () => {
    await using store = await WritingStore.open();
    const answer = await store.send(
      "PUT",
      `/files/${FILE}?version=${VERSION}`,
      body,
    );
    const [status, code, title] = await codeOf(answer);
    assert.deepEqual([status, code], [400, "illegal_arguments"]);
    assert.match(title, expected);
  });
}

Deno.test("putFile ignores what else is in the body", async () => {
  await using store = await WritingStore.open();
  const answer = await store.send("PUT", `/files/${FILE}?version=${VERSION}`, {
    source_url: await store.source("a.txt", TEXT),
    creator_uid: 1,
    bundle_uuid: "ignored",
  });
  assert.equal(answer.status, 201);
});

Deno.test("putFile makes no file whose name only contains a uuid", async () => {
  await using store = await WritingStore.open();
  const url = await store.source("a.txt", TEXT);
  for (const uuid of [`x${FILE}`, `${FILE}.x`, `${FILE},x`]) {
    const [status, code] = await codeOf(await store.putFile(uuid, url));
    assert.deepEqual([status, code], [400, "illegal_arguments"], uuid);
  }
  assert.equal(store.dss.counts().files, 0);
});

for (const scheme of ["gs", "wasb", "s3"]) {
  Deno.test(`putFile is 400 unknown_source_schema for ${scheme}:// when it is not read here`, async () => {
    await using store = await WritingStore.open();
    const answer = await store.putFile(FILE, `${scheme}://bucket/key`);
    const [status, code] = await codeOf(answer);
    assert.deepEqual([status, code], [400, "unknown_source_schema"]);
  });
}

Deno.test("putFile answers 202 above the limit, and the file appears when it is copied", async () => {
  await using store = await WritingStore.open({
    settings: { asyncAboveBytes: 9 },
  });
  const url = await store.source("a.txt", TEXT);
  const answer = await store.putFile(FILE, url);
  assert.equal(answer.status, 202);
  assert.equal(answer.headers.get("retry-after"), null);
  const { task_id, ...rest } = await answer.json();
  assert.deepEqual(rest, { version: VERSION });
  assert.match(task_id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.equal(await headersOf(store), 404);
  await store.runTasks();
  assert.equal(await store.contentOf(FILE), TEXT);
  assert.deepEqual(await store.problems(), []);
});

Deno.test("putFile copies what is as large as the limit at once", async () => {
  await using store = await WritingStore.open({
    settings: { asyncAboveBytes: TEXT.length },
  });
  const url = await store.source("a.txt", TEXT);
  assert.equal((await store.putFile(FILE, url)).status, 201);
});

Deno.test("putFile has one task for a file that is put twice meanwhile", async () => {
  await using store = await WritingStore.open({
    settings: { asyncAboveBytes: 0 },
  });
  const url = await store.source("a.txt", TEXT);
  const { task_id } = await (await store.putFile(FILE, url)).json();
  const again = await (await store.putFile(FILE, url)).json();
  assert.equal(again.task_id, task_id);
  await store.runTasks();
  assert.equal(await store.contentOf(FILE), TEXT);
});

Deno.test("putFile tries a copy again that failed, then gives it up and says so", async () => {
  const clock = new FakeClock();
  await using store = await WritingStore.open({
    clock,
    settings: { asyncAboveBytes: 0 },
  });
  const url = await store.source("a.txt", TEXT);
  assert.equal((await store.putFile(FILE, url)).status, 202);
  await Deno.remove(`${store.root}/sources/a.txt`);
  for (const seconds of [0, 1, 10, 60, 600]) {
    await clock.advance(seconds * 1000);
    await store.runTasks();
  }
  assert.equal(store.log.messages("WARNING").length, 5);
  assert.deepEqual(store.log.messages("ERROR"), []);
  await clock.advance(3_600_000);
  await store.runTasks();
  const [error, ...others] = store.log.messages("ERROR");
  assert.match(error ?? "", new RegExp(`${FILE}.*was not copied.*given up$`));
  assert.deepEqual(others, []);
  await clock.advance(10 * 3_600_000);
  await store.runTasks();
  assert.equal(store.log.entries.length, 6);
  assert.equal(await headersOf(store), 404);
});

Deno.test("putFile takes a copy up when its source is back", async () => {
  const clock = new FakeClock();
  await using store = await WritingStore.open({
    clock,
    settings: { asyncAboveBytes: 0 },
  });
  const url = await store.source("a.txt", TEXT);
  await store.putFile(FILE, url);
  await Deno.remove(`${store.root}/sources/a.txt`);
  await store.runTasks();
  await store.source("a.txt", TEXT);
  await store.runTasks();
  assert.equal(await headersOf(store), 404);
  await clock.advance(1000);
  await store.runTasks();
  assert.equal(await store.contentOf(FILE), TEXT);
});

Deno.test("a copy outlives other processes that may not read its source, for a day", async () => {
  const clock = new FakeClock();
  const settings = { asyncAboveBytes: 0 };
  await using store = await WritingStore.open({ clock, settings });
  const url = await store.source("a.txt", TEXT);
  assert.equal((await store.putFile(FILE, url)).status, 202);
  const other = await store.reopen({
    clock,
    settings: { ...settings, directories: [] },
  });
  for (let minute = 0; minute < 20; minute++) {
    await store.runTasks(other);
    await clock.advance(60_000);
  }
  assert.equal(store.log.messages("INFO").length, 20);
  await store.runTasks();
  assert.equal(await store.contentOf(FILE), TEXT);

  const lost = await store.source("b.txt", "another one");
  assert.equal((await store.putFile(OTHER, lost)).status, 202);
  await clock.advance(24 * 3_600_000 + 1);
  await store.runTasks(other);
  assert.match(
    store.log.messages("ERROR")[0] ?? "",
    /below .*; it is given up$/,
  );
  await store.runTasks();
  assert.equal(await headersOf(store, OTHER), 404);
});

Deno.test("putFile gives a copy up at once when the version was taken meanwhile", async () => {
  await using store = await WritingStore.open({
    settings: { asyncAboveBytes: 11 },
  });
  const small = await store.source("a.txt", TEXT);
  const large = await store.source("b.txt", "larger content");
  assert.equal((await store.putFile(FILE, large)).status, 202);
  assert.equal((await store.putFile(FILE, small)).status, 201);
  await store.runTasks();
  assert.match(store.log.messages("ERROR")[0] ?? "", /is different; it is/);
  assert.equal(await store.contentOf(FILE), TEXT);
  assert.equal(namesBelow(`${store.dataDir}/blobs`).length, 1);
});

Deno.test("a file whose late copy did not match its checksums is 422 for ten days", async () => {
  const clock = new FakeClock();
  await using store = await WritingStore.open({
    clock,
    settings: { asyncAboveBytes: 0 },
  });
  const url = await store.source("a.txt", TEXT);
  await store.source(
    "a.txt.hca-dss.json",
    JSON.stringify({ "hca-dss-sha1": "0".repeat(40) }),
  );
  assert.equal((await store.putFile(FILE, url)).status, 202);
  assert.equal(await headersOf(store), 404);
  await store.runTasks();
  assert.equal(await headersOf(store), 422);
  assert.equal(await headersOf(store, OTHER), 404);
  const get = await store.send("GET", `/files/${FILE}?replica=aws`);
  assert.deepEqual((await codeOf(get)).slice(0, 2), [422, "missing_checksum"]);
  assert.deepEqual(namesBelow(`${store.dataDir}/blobs`), []);
  await clock.advance(10 * 24 * 3_600_000);
  await store.runTasks();
  assert.equal(await headersOf(store), 404);
  // A better source can be put, and is.
  await Deno.remove(`${store.root}/sources/a.txt.hca-dss.json`);
  assert.equal((await store.putFile(FILE, url)).status, 202);
  await store.runTasks();
  assert.equal(await store.contentOf(FILE), TEXT);
});

Deno.test("putFile of one version by two processes at once is 201 once", async () => {
  await using store = await WritingStore.open();
  const all = [store.dss, await store.reopen(), await store.reopen()];
  for (let round = 0; round < 5; round++) {
    const uuid = uuidOf(100 + round, "f");
    const urls = [
      await store.source(`${round}-a.txt`, `content ${round}`),
      await store.source(`${round}-b.txt`, `other ${round}`),
    ];
    const answers = await Promise.all(
      [...all, ...all].map((dss, index) =>
        store.putFile(uuid, urls[index % 2] ?? "", { dss })
      ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [200, 200, 201, 409, 409, 409]);
  }
  // The content of those who came late may stay, and only takes room.
  const problems = await store.problems();
  assert.deepEqual(problems.filter((text) => !text.startsWith("orphan")), []);
});

Deno.test("putFile works at another address than the one it was made at", async () => {
  await using store = await WritingStore.open();
  const url = await store.source("a.txt", TEXT);
  const answer = await store.dss.handler(
    new Request(`${ORIGIN}/v1/files/${FILE}/?version=${VERSION}`, {
      method: "PUT",
      headers: {
        authorization: `Bearer ${await store.token()}`,
        "content-type": "application/json; charset=utf-8",
      },
      body: JSON.stringify({ source_url: url, creator_uid: 0 }),
    }),
  );
  assert.equal(answer.status, 201);
});
