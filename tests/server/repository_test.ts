import assert from "node:assert/strict";
import { LocalError } from "../../src/base/mod.ts";
import { openSqlite } from "../../src/platform/mod.ts";
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

function bundle(
  uuid: string,
  version: string,
  names = ["a"],
  sha256 = "0".repeat(64),
): Parameters<Repository["putBundle"]>[0] {
  const files = names.map((name) => ({
    name,
    uuid: `file-${name}`,
    version,
    sha256,
    sizeBytes: 3,
    sha1: "1",
    crc32c: "2",
    s3Etag: "3",
    creatorUid: 4,
    contentType: "text/plain",
    indexed: false,
  }));
  return { uuid, version, creatorUid: 4, files, document: "{}" };
}

Deno.test("Repository.bundleKeys takes % and _ in a prefix as they are", async () => {
  using open = await openRepository();
  for (const uuid of ["ab", "a_b", "a%b", "a%c", "axb"]) {
    open.repository.putBundle(bundle(uuid, "1"));
  }
  const keys = (prefix: string, after = "") =>
    open.repository.bundleKeys(prefix, after, 10).map((key) => key.uuid);
  assert.deepEqual(keys("%"), []);
  assert.deepEqual(keys("_"), []);
  assert.deepEqual(keys("a%"), ["a%b", "a%c"]);
  assert.deepEqual(keys("a_"), ["a_b"]);
  assert.deepEqual(keys("a%", "a%b.1"), ["a%c"]);
});

Deno.test("Repository.initialSetting keeps the first value", async () => {
  using open = await openRepository();
  const { repository } = open;
  assert.equal(repository.setting("key"), undefined);
  assert.equal(repository.initialSetting("key", "one"), "one");
  assert.equal(repository.initialSetting("key", "two"), "one");
  assert.equal(repository.setting("key"), "one");
});

Deno.test("Repository.putBundle counts each bundle, file and content once", async () => {
  using open = await openRepository();
  const { repository } = open;
  assert.equal(repository.putBundle(bundle("u", "1", ["a", "b"])), true);
  assert.equal(repository.putBundle(bundle("u", "1", ["a", "b"])), false);
  assert.equal(repository.putBundle(bundle("w", "1", ["b"])), true);
  assert.deepEqual(repository.counts(), {
    bundles: 2,
    files: 2,
    blobs: 1,
    sizeBytes: 3,
  });
});

const OTHERS: Record<string, ReturnType<typeof bundle>> = {
  "the order differs": bundle("u", "1", ["b", "a"]),
  "a file is missing": bundle("u", "1", ["a"]),
  "a file is too many": bundle("u", "1", ["a", "b", "c"]),
  "a content differs": bundle("u", "1", ["a", "b"], "f".repeat(64)),
};

for (const [when, other] of Object.entries(OTHERS)) {
  Deno.test(`Repository.putBundle refuses a known version when ${when}`, async () => {
    using open = await openRepository();
    const { repository } = open;
    repository.putBundle(bundle("u", "1", ["a", "b"]));
    const refusal = (error: unknown) =>
      error instanceof LocalError && error.reason === "exists" &&
      error.message ===
        "bundle u version 1 is in the store with another content";
    assert.throws(() => repository.hasBundle(other), refusal);
    assert.throws(() => repository.putBundle(other), refusal);
    assert.equal(repository.counts().files, 2);
  });
}

Deno.test("Repository.putBundle stores nothing when one file is refused", async () => {
  using open = await openRepository();
  const { repository } = open;
  repository.putBundle(bundle("u", "1", ["b"]));
  const before = repository.counts();
  assert.throws(
    () => repository.putBundle(bundle("w", "1", ["a", "b"], "f".repeat(64))),
    {
      name: "LocalError",
      message: "file file-b version 1 is in the store with another content",
    },
  );
  assert.deepEqual(repository.counts(), before);
  assert.equal(repository.file("file-a"), undefined);
  assert.equal(repository.bundle("w"), undefined);
  // The database goes on working.
  assert.equal(repository.putBundle(bundle("w", "1", ["a"])), true);
});

Deno.test("Repository.documents goes from the last key to the first", async () => {
  using open = await openRepository();
  const { repository } = open;
  const keys = [["b", "1"], ["a", "2"], ["b", "3"], ["a", "1"]] as const;
  for (const [uuid, version] of keys) {
    repository.putBundle(bundle(uuid, version));
  }
  const found = () =>
    [...repository.documents()].map(({ uuid, version }) => uuid + version);
  assert.deepEqual(found(), ["b3", "b1", "a2", "a1"]);
  // A reader that stops early does not disturb the next one.
  for (const first of repository.documents()) {
    assert.equal(first.version, "3");
    break;
  }
  assert.deepEqual(found(), ["b3", "b1", "a2", "a1"]);
  assert.equal(repository.putBundle(bundle("c", "1")), true);
});
