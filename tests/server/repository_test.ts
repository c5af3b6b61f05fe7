import assert from "node:assert/strict";
import { formatFqid, parseFqid } from "../../src/base/mod.ts";
import { openSqlite } from "../../src/platform/mod.ts";
import type { BundleFileRecord } from "../../src/server/records.ts";
import { Repository } from "../../src/server/repository.ts";
import { prepareSchema } from "../../src/server/schema.ts";

/** A repository in memory, and what closes it. */
async function openRepository(): Promise<
  { repository: Repository } & Disposable
> {
  const database = openSqlite(":memory:");
  await prepareSchema(database, ":memory:");
  return {
    repository: new Repository(database),
    [Symbol.dispose]: () => database.close(),
  };
}

function file(name: string, sha256 = "0".repeat(64)): BundleFileRecord {
  return {
    name,
    uuid: `file-${name}`,
    version: "1",
    sha256,
    sizeBytes: 3,
    sha1: "1",
    crc32c: "2",
    s3Etag: "3",
    creatorUid: 4,
    contentType: "text/plain",
    indexed: false,
  };
}

function put(
  repository: Repository,
  uuid: string,
  version: string,
  names = ["a"],
): void {
  const files = names.map((name) => file(name));
  for (const each of files) repository.insertFile(each);
  repository.insertBundle({ uuid, version, creatorUid: 4, files });
}

function bury(
  repository: Repository,
  uuid: string,
  version: string | null,
): void {
  const email = "a@b.c";
  repository.tombstones.insert({ uuid, version, email, reason: "r" });
}

Deno.test("Repository.bundleKeys takes % and _ in a prefix as they are", async () => {
  using open = await openRepository();
  for (const uuid of ["ab", "a_b", "a%b", "a%c", "axb"]) {
    put(open.repository, uuid, "1");
  }
  const keys = (prefix: string, after?: string) =>
    open.repository
      .bundleKeys(prefix, after ? parseFqid(after) : undefined, 10)
      .map((key) => key.uuid);
  assert.deepEqual(keys("%"), []);
  assert.deepEqual(keys("_"), []);
  assert.deepEqual(keys("a%"), ["a%b", "a%c"]);
  assert.deepEqual(keys("a_"), ["a_b"]);
  assert.deepEqual(keys("a%", "a%b.1"), ["a%c"]);
});

Deno.test("Repository.bundleKeys goes on after a key, of another prefix too, and leaves out the dead", async () => {
  using open = await openRepository();
  const { repository } = open;
  for (const uuid of ["a", "b", "c"]) {
    for (const version of ["1", "2"]) put(repository, uuid, version);
  }
  bury(repository, "a", "2");
  bury(repository, "b", null);
  const keys = (prefix: string, after?: string) =>
    repository.bundleKeys(prefix, after ? parseFqid(after) : undefined, 10)
      .map(formatFqid);
  assert.deepEqual(keys(""), ["a.1", "c.1", "c.2"]);
  assert.deepEqual(keys("", "a.1"), ["c.1", "c.2"]);
  assert.deepEqual(keys("", "a"), ["a.1", "c.1", "c.2"]);
  assert.deepEqual(keys("c", "c.1"), ["c.2"]);
  assert.deepEqual(keys("c", "a.1"), ["c.1", "c.2"]);
  assert.deepEqual(keys("a", "c.1"), []);
  assert.deepEqual(keys("b"), []);
});

Deno.test("Repository.livingBundle is the newest version that is not dead", async () => {
  using open = await openRepository();
  const { repository } = open;
  for (const version of ["1", "2", "3"]) put(repository, "u", version);
  put(repository, "v", "1");
  const latest = () => repository.livingBundle("u")?.version;
  assert.equal(latest(), "3");
  assert.equal(repository.livingBundle("u", "2")?.version, "2");
  bury(repository, "u", "3");
  assert.equal(latest(), "2");
  assert.equal(repository.livingBundle("u", "3"), undefined);
  assert.equal(repository.bundle("u", "3")?.version, "3");
  bury(repository, "u", null);
  assert.equal(latest(), undefined);
  assert.equal(repository.livingBundle("u", "1"), undefined);
  assert.equal(repository.livingBundle("v")?.version, "1");
  assert.deepEqual(repository.bundleVersions("u"), ["1", "2", "3"]);
  assert.equal(repository.counts().bundles, 1);
});

Deno.test("Repository.tombstones tells a version from the whole bundle", async () => {
  using open = await openRepository();
  const { tombstones } = open.repository;
  bury(open.repository, "u", null);
  const whole = { uuid: "u", version: null, email: "a@b.c", reason: "r" };
  assert.deepEqual(tombstones.find("u", null), whole);
  assert.equal(tombstones.find("u", "1"), undefined);
  assert.equal(tombstones.find("u", ""), undefined);
  assert.deepEqual(tombstones.over("u", "1"), whole);
  bury(open.repository, "u", "1");
  assert.equal(tombstones.over("u", "1")?.version, "1");
  assert.equal(tombstones.over("v", "1"), undefined);
});

Deno.test("Repository.initialSetting keeps the first value", async () => {
  using open = await openRepository();
  const { repository } = open;
  assert.equal(repository.setting("key"), undefined);
  assert.equal(repository.initialSetting("key", "one"), "one");
  assert.equal(repository.initialSetting("key", "two"), "one");
  assert.equal(repository.setting("key"), "one");
});

Deno.test("Repository counts each bundle, file and content once", async () => {
  using open = await openRepository();
  const { repository } = open;
  put(repository, "u", "1", ["a", "b"]);
  put(repository, "w", "1", ["b"]);
  assert.deepEqual(repository.counts(), {
    bundles: 2,
    files: 2,
    blobs: 1,
    sizeBytes: 3,
  });
});

Deno.test("Repository.insertFile leaves a version that is there as it is", async () => {
  using open = await openRepository();
  const { repository } = open;
  assert.equal(repository.insertFile(file("a")), true);
  assert.equal(repository.insertFile(file("a", "f".repeat(64))), false);
  assert.equal(repository.file("file-a")?.sha256, "0".repeat(64));
  assert.equal(repository.counts().blobs, 1);
});

Deno.test("Repository.putDocument replaces the document of a bundle", async () => {
  using open = await openRepository();
  const { repository } = open;
  put(repository, "u", "1");
  const fqid = { uuid: "u", version: "1" };
  repository.putDocument(fqid, { a: 1 });
  repository.putDocument(fqid, { b: 2 });
  // Of what is not there, nothing.
  repository.putDocument({ uuid: "u", version: "2" }, { c: 3 });
  assert.deepEqual(repository.documentOf(1), '{"b":2}');
  assert.equal(repository.documentOf(2), undefined);
});
