import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { findFileSource } from "../../../src/server/files/file_source.ts";
import { DEFAULT_SERVICE_SETTINGS } from "../../../src/server/service_settings.ts";
import { uuidOf } from "../../support/local_store.ts";
import { MemoryFiles } from "../../support/memory_files.ts";
import { codeOf, WritingStore } from "../_writing_store.ts";

const FILE = uuidOf(1, "f");
const TEXT = "some bytes";
const SIDECAR = ".hca-dss.json";

async function put(
  store: WritingStore,
  url: string,
): Promise<[number, string | undefined, string]> {
  return await codeOf(await store.putFile(FILE, url));
}

const NAMES = ["a.txt", "deep/er/a.txt", "a b%25.txt", "é🧬#?.txt", "..a"];

for (const name of NAMES) {
  Deno.test(`a file below the directory is read: ${name}`, async () => {
    await using store = await WritingStore.open();
    const path = name === "a b%25.txt" ? "a b%.txt" : name;
    await store.source(path, TEXT);
    const encoded = name === path
      ? name.split("/").map(encodeURIComponent).join("/")
      : name;
    const url = store.sourceUrl(encoded);
    assert.equal((await store.putFile(FILE, url)).status, 201);
    assert.equal(await store.contentOf(FILE), TEXT);
  });
}

Deno.test("a file of this machine may be named with localhost", async () => {
  await using store = await WritingStore.open();
  const url = await store.source("a.txt", TEXT);
  const named = url.replace("file://", "file://localhost");
  assert.equal((await store.putFile(FILE, named)).status, 201);
});

/** What is around the sources: a secret, and links that lead to it. */
async function around(): Promise<WritingStore> {
  const store = await WritingStore.open();
  const { root } = store;
  await Deno.writeTextFile(`${root}/secret`, "secret");
  await Deno.mkdir(`${root}/sources-too`);
  await Deno.writeTextFile(`${root}/sources-too/a`, "secret");
  await store.source("inside/a", TEXT);
  await Deno.symlink(`${root}/secret`, `${root}/sources/link`);
  await Deno.symlink(root, `${root}/sources/out`);
  await Deno.symlink(`${root}/sources/inside`, `${root}/sources/within`);
  return store;
}

const ESCAPES: ((root: string) => string)[] = [
  (root) => `file://${root}/secret`,
  (root) => `file://${root}/sources/../secret`,
  (root) => `file://${root}/sources/%2e%2e/secret`,
  (root) => `file://${root}/sources/..%2fsecret`,
  (root) => `file://${root}/sources/inside/..%2f..%2fsecret`,
  (root) => `file://${root}/sources/..\\secret`,
  (root) => `file://${root}/sources-too/a`,
  (root) => `file://${root}/sources/link`,
  (root) => `file://${root}/sources/out/secret`,
  (root) => `file://${root}/sources/within/a`,
  (root) => `file://${root}/sources`,
  (root) => `file://${root}/sources/`,
  (root) => `file://${root}/sources/inside`,
  (root) => `file://${root}/sources/inside/`,
  (root) => `file://${root}/sources/none`,
  (root) => `file://${root}/sources/inside/a/b`,
  (root) => `file://${root}/sources/inside//a`,
  (root) => `file://${root}/sources/inside/a?b`,
  (root) => `file://${root}/sources/inside/a#b`,
  (root) => `file://${root}/sources/inside/a%00`,
  (root) => `file://${root}/sources/inside/%ff`,
  (root) => `file://other.test${root}/sources/inside/a`,
  () => "file://",
  () => "file:///",
  () => "file:///etc/passwd",
];

for (const makeUrl of ESCAPES) {
  Deno.test(`a file is not read from ${makeUrl("/root")}`, async () => {
    await using store = await around();
    const [status, code, title] = await put(store, makeUrl(store.root));
    assert.deepEqual([status, code], [400, "illegal_arguments"], title);
    assert.equal(store.dss.counts().files, 0);
  });
}

Deno.test("what stands outside cannot be told from what does not", async () => {
  await using store = await around();
  const titles = await Promise.all(["secret", "nothing"].map(async (name) => {
    const [, , title] = await put(store, `file://${store.root}/${name}`);
    return title.replace(name, "");
  }));
  assert.equal(titles[0], titles[1]);
});

Deno.test("what is no plain file is not opened", async () => {
  if (Deno.build.os === "windows") return;
  await using store = await WritingStore.open();
  const path = `${store.root}/sources/pipe`;
  await new Deno.Command("mkfifo", { args: [path] }).output();
  const [status] = await put(store, store.sourceUrl("pipe"));
  assert.equal(status, 400);
});

Deno.test("nothing is read where no directory was named", async () => {
  await using store = await WritingStore.open({
    settings: { directories: [] },
  });
  const [status, code, title] = await put(
    store,
    await store.source("a.txt", TEXT),
  );
  assert.deepEqual([status, code], [400, "illegal_arguments"]);
  assert.match(title, /not below a directory that this service reads from \(/);
});

Deno.test("the store itself is not read, below a directory or not", async () => {
  await using outer = await WritingStore.open();
  await using store = await WritingStore.open({
    settings: { directories: ["/"] },
  });
  const key = `file://${store.dataDir}/signing_key.pem`;
  const [status, code] = await put(store, key);
  assert.deepEqual([status, code], [400, "illegal_arguments"]);
  const url = await outer.source("a.txt", TEXT);
  assert.equal((await store.putFile(FILE, url)).status, 201);
});

Deno.test("the store itself is not read by another name that leads to it", async () => {
  const root = await Deno.makeTempDir({ prefix: "hca-source-" });
  try {
    const link = `${root}/link`;
    await using store = await WritingStore.open({
      settings: { directories: [link, `${root}/data`] },
    });
    await Deno.symlink(store.root, link);
    await Deno.symlink(store.dataDir, `${root}/data`);
    for (const name of ["link/data", "data"]) {
      const key = `file://${root}/${name}/signing_key.pem`;
      const [status, code, title] = await put(store, key);
      assert.deepEqual([status, code], [400, "illegal_arguments"], name);
      assert.match(title, /is not a plain file that can be read/);
    }
    await store.source("a.txt", TEXT);
    const answer = await store.putFile(FILE, `file://${link}/sources/a.txt`);
    assert.equal(answer.status, 201);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("the store itself is not read where case does not matter and no inode is known", async () => {
  const files = new MemoryFiles();
  files.put("/src/store/signing_key.pem", "secret");
  files.put("/src/STORE/signing_key.pem", "secret");
  files.put("/src/Store./signing_key.pem", "secret");
  files.put("/src/store2/signing_key.pem", TEXT);
  const context = {
    files,
    dataDir: "/src/store",
    settings: { ...DEFAULT_SERVICE_SETTINGS, directories: ["/src"] },
  };
  for (const name of ["store", "STORE", "Store."]) {
    await assert.rejects(
      findFileSource(context, `file:///src/${name}/signing_key.pem`),
      { name: "Problem", status: 400 },
      name,
    );
  }
  const found = await findFileSource(
    context,
    "file:///src/store2/signing_key.pem",
  );
  assert.equal(found.sizeBytes, TEXT.length);
});

Deno.test("a directory may be named with a slash, or be a link itself", async () => {
  await using other = await WritingStore.open();
  await other.source("a.txt", TEXT);
  const link = `${other.root}/link`;
  await Deno.symlink(`${other.root}/sources`, link);
  await using store = await WritingStore.open({
    settings: { directories: [`${link}/`] },
  });
  const answer = await store.putFile(FILE, `file://${link}/a.txt`);
  assert.equal(answer.status, 201);
});

function checksum(name: string): string {
  return createHash(name).update(TEXT).digest("hex");
}

Deno.test("what stands beside a file says its media type and checksums", async () => {
  await using store = await WritingStore.open();
  const url = await store.source("a.txt", TEXT);
  const type = 'application/json; dcp-type="metadata/x"';
  const facts = {
    "content-type": type,
    "hca-dss-sha256": checksum("sha256").toUpperCase(),
    "hca-dss-sha1": checksum("sha1"),
    more: [1],
  };
  await store.source(`a.txt${SIDECAR}`, JSON.stringify(facts));
  assert.equal((await store.putFile(FILE, url)).status, 201);
  const head = await store.send("HEAD", `/files/${FILE}?replica=aws`);
  assert.equal(head.headers.get("x-dss-content-type"), type);
});

const SIDECARS: [text: string, status: number, title: RegExp][] = [
  ["{", 400, /is not a JSON object$/],
  ["[]", 400, /is not a JSON object$/],
  [`"${"x".repeat(70_000)}"`, 400, /is not a JSON object$/],
  ['{"content-type": 1}', 400, /'content-type' .* is not a text/],
  ['{"content-type": ""}', 400, /'content-type' .* is not one/],
  ['{"content-type": "a\\nb"}', 400, /'content-type' .* is not one/],
  ['{"hca-dss-sha1": 1}', 400, /'hca-dss-sha1' .* is not a text/],
  ['{"hca-dss-sha1": "x"}', 422, /'hca-dss-sha1' .* is malformed/],
  [
    `{"hca-dss-sha1": "${"0".repeat(40)}", "hca-dss-crc32c": "00000000"}`,
    422,
    /does not match its 'hca-dss-sha1', 'hca-dss-crc32c'$/,
  ],
];

for (const [text, expected, words] of SIDECARS) {
  Deno.test(`a file is refused beside ${text.slice(0, 60)}`, async () => {
    await using store = await WritingStore.open();
    const url = await store.source("a.txt", TEXT);
    await store.source(`a.txt${SIDECAR}`, text);
    const [status, , title] = await put(store, url);
    assert.equal(status, expected);
    assert.match(title, words);
    assert.equal(store.dss.counts().blobs, 0);
    assert.deepEqual(await store.problems(), []);
  });
}

Deno.test("a link beside a file says nothing of it", async () => {
  await using store = await WritingStore.open();
  const url = await store.source("a.txt", TEXT);
  await Deno.writeTextFile(`${store.root}/outside`, "{");
  await Deno.symlink(
    `${store.root}/outside`,
    `${store.root}/sources/a.txt${SIDECAR}`,
  );
  assert.equal((await store.putFile(FILE, url)).status, 201);
});
