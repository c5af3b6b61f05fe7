import assert from "node:assert/strict";
import {
  IntegrityError,
  isUuid,
  LocalError,
  RefusedError,
} from "../../src/base/mod.ts";
import { type ImportManifest, parseManifest } from "../../src/server/mod.ts";
import {
  LocalStore,
  manifestOf,
  uuidOf,
  VERSION,
} from "../support/local_store.ts";

const BUNDLE = uuidOf(1);
const NOW = "2020-01-01T000000.000000Z";

// Of the text "123456789": CRC-32C is the check value of the CRC catalogue,
// the others are from coreutils.
const NINE = {
  size: 9,
  crc32c: "e3069283",
  s3_etag: "25f9e794323b453885f5181f1b624d0b",
  sha1: "f7c3bc1d808e04732adf679965ccc34ca7ae3441",
  sha256: "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
};

interface BundleFile {
  name: string;
  uuid: string;
  version: string;
  "content-type": string;
  indexed: boolean;
  url: string;
}

async function filesOf(
  store: LocalStore,
  uuid: string,
): Promise<BundleFile[]> {
  const query = "replica=aws&presignedurls=true";
  const answer = await store.request(`/v1/bundles/${uuid}?${query}`);
  assert.equal(answer.status, 200);
  return (await answer.json()).bundle.files;
}

async function totalHits(store: LocalStore, esQuery: unknown): Promise<number> {
  const answer = await store.request("/v1/search?replica=aws", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ es_query: esQuery }),
  });
  return (await answer.json()).total_hits;
}

function assertNothingStored(store: LocalStore): void {
  assert.deepEqual(store.blobFiles(), []);
  assert.deepEqual(store.dss.counts(), {
    bundles: 0,
    files: 0,
    blobs: 0,
    sizeBytes: 0,
  });
}

/** What the store is, to be compared after something was refused. */
async function stateOf(store: LocalStore): Promise<unknown> {
  const list = await store.request("/v1/bundles/all?replica=aws");
  return {
    counts: store.dss.counts(),
    blobs: store.blobFiles(),
    bundles: (await list.json()).bundles,
    files: (await filesOf(store, BUNDLE)).map(({ url: _, ...file }) => file),
  };
}

Deno.test("importDirectory takes every file of a directory without a manifest", async () => {
  await using store = await LocalStore.open();
  const directory = await store.source({
    "b.txt": "bee",
    "a/deep/c.fastq.gz": "",
    "donor_0.json": '{"species": "Mouse"}',
    "a/.hidden": "h",
  });
  const report = await store.dss.importDirectory({ directory });
  assert.ok(isUuid(report.uuid));
  assert.deepEqual(report, {
    uuid: report.uuid,
    version: NOW,
    files: 4,
    sizeBytes: 24,
    leftOut: [],
    isNew: true,
  });
  const files = await filesOf(store, report.uuid);
  assert.deepEqual(
    files.map((file) => [
      file.name,
      file.version,
      file["content-type"],
      file.indexed,
    ]),
    [
      ["a/.hidden", NOW, "application/octet-stream", false],
      ["a/deep/c.fastq.gz", NOW, "application/gzip", false],
      ["b.txt", NOW, "text/plain", false],
      ["donor_0.json", NOW, "application/json", true],
    ],
  );
  assert.equal(new Set(files.map((file) => file.uuid)).size, 4);
  const bodies = await Promise.all(
    files.map(async ({ url }) => await (await store.request(url)).text()),
  );
  assert.deepEqual(bodies, ["h", "", "bee", '{"species": "Mouse"}']);
  const mouse = { match: { "files.donor_json.species": "mouse" } };
  assert.equal(await totalHits(store, { query: mouse }), 1);
});

Deno.test("importDirectory takes uuid and version that it is given", async () => {
  await using store = await LocalStore.open();
  const directory = await store.source({ "a.txt": "a" });
  const report = await store.dss.importDirectory({
    directory,
    uuid: BUNDLE.toUpperCase(),
    version: VERSION,
  });
  assert.equal(report.uuid, BUNDLE);
  assert.equal(report.version, VERSION);
  assert.deepEqual(
    (await filesOf(store, BUNDLE)).map((file) => file.version),
    [VERSION],
  );
});

Deno.test("importDirectory takes what a manifest says, in its order", async () => {
  await using store = await LocalStore.open();
  const directory = await store.source({
    "z/9.bin": "123456789",
    "a.json": "{}",
    "other.txt": "not in the manifest",
  });
  const uuid = uuidOf(1, "f");
  const manifest = parseManifest(
    JSON.stringify([
      {
        name: "z/9.bin",
        uuid,
        version: "1",
        "content-type": "text/x-nine",
        indexed: false,
        ...NINE,
      },
      {
        name: "a.json",
        uuid: uuidOf(2, "f"),
        version: VERSION,
        "content-type": "application/json",
        indexed: true,
      },
    ]),
    "m.json",
  );
  const report = await store.dss.importDirectory({
    directory,
    manifest,
    uuid: BUNDLE,
  });
  assert.equal(report.version, NOW);
  assert.equal(report.files, 2);
  const [nine, json, ...others] = await filesOf(store, BUNDLE);
  const { url: _, ...rest } = nine ?? { url: "" };
  assert.deepEqual(rest, {
    name: "z/9.bin",
    uuid,
    version: "1",
    "content-type": "text/x-nine",
    indexed: false,
    ...NINE,
  });
  assert.equal(json?.name, "a.json");
  assert.deepEqual(others, []);
  const head = await store.request(`/v1/files/${uuid}?replica=aws&version=1`);
  assert.equal(head.headers.get("x-dss-content-type"), "text/x-nine");
});

Deno.test("importDirectory takes a bundle back as it was downloaded", async () => {
  await using store = await LocalStore.open();
  const files = [{ name: "dir/a.json", content: "{}" }, { name: "b" }];
  await store.add({ uuid: BUNDLE, files });
  const answer = await store.request(`/v1/bundles/${BUNDLE}?replica=aws`);
  const text = await answer.text();
  const directory = await store.source({
    "dir/a.json": "{}",
    b: "b",
    "bundle.json": text,
  });
  const manifest = parseManifest(text, "bundle.json");
  const again = await store.dss.importDirectory({ directory, manifest });
  assert.equal(again.isNew, false);
  await using other = await LocalStore.open();
  const report = await other.dss.importDirectory({ directory, manifest });
  assert.equal(report.isNew, true);
  assert.equal(report.version, VERSION);
  const copied = await other.request(`/v1/bundles/${BUNDLE}?replica=aws`);
  assert.equal(await copied.text(), text);
});

Deno.test("importDirectory prefers the uuid and version given to the manifest's", async () => {
  await using store = await LocalStore.open();
  const directory = await store.source({ "a.txt": "a" });
  const report = await store.dss.importDirectory({
    directory,
    manifest: manifestOf({ uuid: uuidOf(2) }),
    uuid: BUNDLE,
    version: NOW,
  });
  assert.equal(report.uuid, BUNDLE);
  assert.equal(report.version, NOW);
});

Deno.test("importDirectory takes old versions that are no dates", async () => {
  await using store = await LocalStore.open();
  const report = await store.add({ uuid: BUNDLE, version: "1" });
  assert.equal(report.version, "1");
  const path = `/v1/bundles/${BUNDLE}?replica=aws&version=1`;
  const answer = await store.request(path);
  assert.equal((await answer.json()).bundle.version, "1");
});

Deno.test("importDirectory leaves out what has no bytes, and counts it", async () => {
  await using store = await LocalStore.open();
  const directory = await store.source({ "b.txt": "b", "sub/x": "x" });
  const files = ["a.txt", "b.txt", "sub", "sub/y"].map((name) => ({ name }));
  const manifest = manifestOf({ uuid: BUNDLE, files });
  const report = await store.dss.importDirectory({ directory, manifest });
  assert.equal(report.files, 1);
  assert.deepEqual(report.leftOut, ["a.txt", "sub", "sub/y"]);
  assert.deepEqual(
    (await filesOf(store, BUNDLE)).map((file) => file.name),
    ["b.txt"],
  );
});

Deno.test("importDirectory accepts digests in upper case", async () => {
  await using store = await LocalStore.open();
  const directory = await store.source({ "a.txt": "123456789" });
  const report = await store.dss.importDirectory({
    directory,
    manifest: stating({
      sha256: NINE.sha256.toUpperCase(),
      sha1: NINE.sha1.toUpperCase(),
      crc32c: NINE.crc32c.toUpperCase(),
      s3Etag: NINE.s3_etag.toUpperCase(),
    }),
  });
  assert.equal(report.isNew, true);
  const [file] = await filesOf(store, BUNDLE);
  const { sha256 } = file as unknown as { sha256: string };
  assert.equal(sha256, NINE.sha256);
});

/** A manifest that states something of its one file, `a.txt`. */
function stating(
  stated: ImportManifest["files"][number]["stated"],
): ImportManifest {
  const manifest = manifestOf({ uuid: BUNDLE });
  const files = manifest.files.map((file) => ({ ...file, stated }));
  return { ...manifest, files };
}

const WRONG: [
  stated: ImportManifest["files"][number]["stated"],
  message: RegExp,
][] = [
  [{ sizeBytes: 8 }, /\(size 9 instead of 8\)$/],
  [{ sha256: "0".repeat(64) }, /\(sha256 differs\)$/],
  [{ sha1: "0".repeat(40) }, /\(sha1 differs\)$/],
  [{ crc32c: "e3069284" }, /\(crc32c differs\)$/],
  [{ s3Etag: `${NINE.s3_etag}-1` }, /\(s3Etag differs\)$/],
  [{ sha256: "" }, /\(sha256 differs\)$/],
  [{ sizeBytes: 0, sha1: "x" }, /\(size 9 instead of 0, sha1 differs\)$/],
];

for (const [stated, message] of WRONG) {
  Deno.test(`importDirectory stores nothing when a file is not ${JSON.stringify(stated)}`, async () => {
    await using store = await LocalStore.open();
    const directory = await store.source({
      "a.txt": "123456789",
      "b.txt": "intact",
    });
    const manifest = stating(stated);
    const [, b] = manifestOf({
      uuid: BUNDLE,
      files: [{ name: "x" }, { name: "b.txt" }],
    }).files;
    if (b !== undefined) manifest.files.unshift(b);
    await assert.rejects(
      store.dss.importDirectory({ directory, manifest }),
      (error) => {
        assert.ok(error instanceof IntegrityError);
        assert.match(
          error.message,
          /^1 of 2 files are not what the manifest says: 'a\.txt' /,
        );
        assert.match(error.message, message);
        return true;
      },
    );
    assertNothingStored(store);
  });
}

Deno.test("importDirectory names every file that differs", async () => {
  await using store = await LocalStore.open();
  const files = ["a", "b", "c"].map((name) => ({ name }));
  const directory = await store.source({ a: "a", b: "b", c: "c" });
  const manifest = manifestOf({ uuid: BUNDLE, files });
  for (const file of manifest.files) {
    file.stated = { sizeBytes: file.name === "b" ? 1 : 2 };
  }
  await assert.rejects(
    store.dss.importDirectory({ directory, manifest }),
    {
      name: "IntegrityError",
      message: "2 of 3 files are not what the manifest says: " +
        "'a' (size 1 instead of 2); 'c' (size 1 instead of 2)",
    },
  );
  assertNothingStored(store);
});

const DIRECTORIES: Record<
  string,
  { make: (store: LocalStore) => Promise<string>; message: RegExp }
> = {
  "is not there": {
    make: (store) => Promise.resolve(`${store.root}/nowhere`),
    message: /^'.*nowhere' does not exist$/,
  },
  "is a file": {
    make: async (store) => `${await store.source({ "a.txt": "" })}/a.txt`,
    message: /^'.*a\.txt' is not a directory$/,
  },
  "is empty": {
    make: (store) => store.source({}),
    message: /^'.*' has no files$/,
  },
  "has only directories": {
    make: async (store) => {
      const directory = await store.source({});
      await Deno.mkdir(`${directory}/a/b`, { recursive: true });
      return directory;
    },
    message: /^'.*' has no files$/,
  },
};

for (const [what, { make, message }] of Object.entries(DIRECTORIES)) {
  Deno.test(`importDirectory refuses a directory that ${what}`, async () => {
    await using store = await LocalStore.open();
    const directory = await make(store);
    await assert.rejects(store.dss.importDirectory({ directory }), (error) => {
      assert.ok(error instanceof LocalError);
      assert.match(error.message, message);
      return true;
    });
    assertNothingStored(store);
  });
}

Deno.test("importDirectory refuses a directory that has none of the manifest's files", async () => {
  await using store = await LocalStore.open();
  const directory = await store.source({ "other.txt": "" });
  const manifest = manifestOf({ uuid: BUNDLE });
  await assert.rejects(
    store.dss.importDirectory({ directory, manifest }),
    (error) =>
      error instanceof LocalError &&
      error.message === `'${directory}' has none of the files of the manifest`,
  );
  assertNothingStored(store);
});

const HOSTILE = [
  "../secret",
  "a/../../secret",
  "/etc/hostname",
  "..",
  "a//b",
  "a/./b",
  "C:\\x",
  "a\\..\\b",
  "c:x",
  `${"a".repeat(256)}`,
];

for (const name of HOSTILE) {
  Deno.test(`importDirectory refuses the name ${JSON.stringify(name.slice(0, 20))} in a manifest`, async () => {
    await using store = await LocalStore.open();
    const directory = await store.source({ "a.txt": "" });
    await Deno.writeTextFile(`${store.root}/secret`, "secret");
    const files = [{ name: "a.txt" }, { name }];
    const manifest = manifestOf({ uuid: BUNDLE, files });
    await assert.rejects(
      store.dss.importDirectory({ directory, manifest }),
      (error) =>
        error instanceof RefusedError &&
        error.message.startsWith("the file name "),
    );
    assertNothingStored(store);
  });
}

Deno.test({
  name:
    "importDirectory refuses names in the directory that cannot be on every system",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using store = await LocalStore.open();
    const directory = await store.source({ "a\\b": "" });
    await assert.rejects(
      store.dss.importDirectory({ directory }),
      {
        name: "RefusedError",
        message: "the file name 'a\\b': it has a backslash",
      },
    );
    assertNothingStored(store);
  },
});

const CLASHES: [one: string, other: string][] = [
  ["a.txt", "A.TXT"],
  ["caf\u00e9", "cafe\u0301"],
  ["a.txt", "a.txt"],
];

for (const [one, other] of CLASHES) {
  Deno.test(`importDirectory refuses ${JSON.stringify([one, other])} in one bundle`, async () => {
    await using store = await LocalStore.open();
    const directory = await store.source({ [one]: "1", [other]: "2" });
    const files = [{ name: one }, { name: other }];
    await assert.rejects(
      store.dss.importDirectory({
        directory,
        manifest: manifestOf({ uuid: BUNDLE, files }),
      }),
      (error) =>
        error instanceof RefusedError &&
        /^the bundle has a file name that cannot be used: .* another file is named /
          .test(error.message),
    );
    assertNothingStored(store);
  });
}

for (const target of ["a.txt", "nowhere", "/etc", "."]) {
  Deno.test({
    name: `importDirectory refuses a directory with a link to ${target}`,
    ignore: Deno.build.os === "windows",
    async fn() {
      await using store = await LocalStore.open();
      const directory = await store.source({ "a.txt": "a", "sub/b": "b" });
      await Deno.symlink(target, `${directory}/sub/link`);
      await assert.rejects(
        store.dss.importDirectory({ directory }),
        (error) => {
          assert.ok(error instanceof LocalError);
          assert.equal(
            error.message,
            `'${directory}/sub/link' is not a plain file`,
          );
          return true;
        },
      );
      assertNothingStored(store);
    },
  });
}

Deno.test("importDirectory changes nothing when the store has the bundle", async () => {
  await using store = await LocalStore.open();
  const bundle = { uuid: BUNDLE, files: [{ name: "a" }, { name: "b" }] };
  const first = await store.add(bundle);
  const before = await stateOf(store);
  const second = await store.add(bundle);
  assert.equal(first.isNew, true);
  assert.deepEqual(second, { ...first, isNew: false });
  assert.deepEqual(await stateOf(store), before);
});

const A = { name: "a", uuid: uuidOf(1, "e"), content: "a" };
const B = { name: "b", uuid: uuidOf(2, "e"), content: "b" };
const DIFFERENT: Record<string, { name: string; uuid: string }[]> = {
  "the order differs": [B, A],
  "a file is missing": [A],
  "a file is new": [A, B, { name: "c", uuid: uuidOf(3, "e") }],
  "a name differs": [A, { ...B, name: "b2" }],
  "a uuid differs": [A, { ...B, uuid: uuidOf(4, "e") }],
};

for (const [when, files] of Object.entries(DIFFERENT)) {
  Deno.test(`importDirectory refuses a known uuid and version when ${when}`, async () => {
    await using store = await LocalStore.open();
    await store.add({ uuid: BUNDLE, files: [A, B] });
    const before = await stateOf(store);
    await assert.rejects(store.add({ uuid: BUNDLE, files }), (error) => {
      assert.ok(error instanceof LocalError);
      assert.equal(error.reason, "exists");
      assert.equal(
        error.message,
        `bundle ${BUNDLE} version ${VERSION} is in the store with another ` +
          "content",
      );
      return true;
    });
    assert.deepEqual(await stateOf(store), before);
  });
}

Deno.test("importDirectory refuses a known file version with another content", async () => {
  await using store = await LocalStore.open();
  await store.add({ uuid: BUNDLE, files: [A, B] });
  const before = await stateOf(store);
  const files = [{ ...A, content: "other" }, { name: "new" }];
  for (const uuid of [BUNDLE, uuidOf(2)]) {
    await assert.rejects(store.add({ uuid, files }), (error) => {
      assert.ok(error instanceof LocalError);
      assert.equal(error.reason, "exists");
      assert.equal(
        error.message,
        `file ${A.uuid} version ${VERSION} ('a') is in the store with ` +
          "another content",
      );
      return true;
    });
    assert.deepEqual(await stateOf(store), before);
  }
});

Deno.test("importDirectory refuses two contents of one file version", async () => {
  await using store = await LocalStore.open();
  const files = [A, { ...B, uuid: A.uuid }];
  await assert.rejects(store.add({ uuid: BUNDLE, files }), {
    name: "RefusedError",
    message:
      `file ${A.uuid} version ${VERSION} ('b') is in the bundle twice, ` +
      "with two contents",
  });
  assertNothingStored(store);
});

Deno.test("importDirectory takes one file version under two names", async () => {
  await using store = await LocalStore.open();
  await store.add({ uuid: BUNDLE, files: [A, { ...A, name: "again" }] });
  assert.deepEqual(store.dss.counts(), {
    bundles: 1,
    files: 1,
    blobs: 1,
    sizeBytes: 1,
  });
  assert.equal((await filesOf(store, BUNDLE)).length, 2);
});

Deno.test("importDirectory keeps equal contents once", async () => {
  await using store = await LocalStore.open();
  await store.add({ uuid: BUNDLE, files: [A, { ...B, content: "a" }] });
  await store.add({ uuid: uuidOf(2), files: [{ ...A, name: "c" }] });
  assert.deepEqual(store.dss.counts(), {
    bundles: 2,
    files: 2,
    blobs: 1,
    sizeBytes: 1,
  });
  // sha256sum of "a".
  const sha256 =
    "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
  assert.deepEqual(store.blobFiles(), [`ca/9781/${sha256}`]);
});

Deno.test("importDirectory mends a content that was damaged", async () => {
  await using store = await LocalStore.open();
  await store.add({ uuid: BUNDLE, files: [A] });
  const [path = ""] = store.blobFiles();
  await Deno.writeTextFile(`${store.dataDir}/blobs/${path}`, "damaged");
  const [file] = await filesOf(store, BUNDLE);
  assert.equal((await store.request(file?.url ?? "")).status, 404);
  assert.equal((await store.add({ uuid: BUNDLE, files: [A] })).isNew, false);
  assert.equal(await (await store.request(file?.url ?? "")).text(), "a");
});
