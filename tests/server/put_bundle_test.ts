import assert from "node:assert/strict";
import {
  type FileSystem,
  IntegrityError,
  LocalError,
} from "../../src/base/mod.ts";
import { denoFiles } from "../../src/platform/mod.ts";
import {
  FaultyDatabase,
  LocalStore,
  manifestOf,
  namesBelow,
  uuidOf,
} from "../support/local_store.ts";

const BUNDLE = uuidOf(1);
const FILES = ["a", "b", "c"].map((name) => ({ name }));

/** Real files of which one call fails, the n-th of its kind. */
function failing(
  method: "create" | "rename" | "makeDirectory",
  call: number,
): { files: FileSystem; arm: () => void } {
  let left = Infinity;
  const attempt = () => {
    left--;
    if (left !== 0) return;
    throw new LocalError("no space left", { reason: "no_space" });
  };
  const files: FileSystem = {
    ...denoFiles,
    async create(path, options) {
      if (method === "create") attempt();
      return await denoFiles.create(path, options);
    },
    async rename(from, to) {
      if (method === "rename") attempt();
      await denoFiles.rename(from, to);
    },
    async makeDirectory(path, options) {
      if (method === "makeDirectory") attempt();
      await denoFiles.makeDirectory(path, options);
    },
  };
  return { files, arm: () => left = call };
}

/** Real files whose written bytes are refused from some point on. */
function full(method: "write" | "sync", call: number): FileSystem {
  let left = call;
  const refuse = (name: string) => {
    if (name !== method || --left !== 0) return;
    throw new LocalError("no space left", { reason: "no_space" });
  };
  return {
    ...denoFiles,
    async create(path, options) {
      const file = await denoFiles.create(path, options);
      return {
        write: async (bytes) => {
          refuse("write");
          await file.write(bytes);
        },
        reset: () => file.reset(),
        sync: async () => {
          refuse("sync");
          await file.sync();
        },
        close: () => file.close(),
      };
    },
  };
}

function isNoSpace(error: unknown): boolean {
  return error instanceof LocalError && error.reason === "no_space";
}

async function bundleNames(store: LocalStore): Promise<string[]> {
  const answer = await store.request(`/v1/bundles/${BUNDLE}?replica=aws`);
  assert.equal(answer.status, 200);
  const { bundle } = await answer.json();
  return bundle.files.map((file: { name: string }) => file.name);
}

for (const method of ["write", "sync"] as const) {
  for (const call of [1, 3]) {
    Deno.test(`putBundle leaves nothing when ${method} ${call} of three is refused`, async () => {
      const files = full(method, call);
      await using store = await LocalStore.open({ files });
      const bundle = { uuid: BUNDLE, files: FILES };
      await assert.rejects(store.add(bundle), isNoSpace);
      assert.deepEqual(store.blobFiles(), []);
      assert.equal(store.dss.counts().bundles, 0);
      // The disk has room again.
      assert.equal((await store.add(bundle)).isNew, true);
      assert.deepEqual(await bundleNames(store), ["a", "b", "c"]);
    });
  }
}

for (const call of [1, 3]) {
  Deno.test(`putBundle leaves no part when file ${call} of three cannot be created`, async () => {
    const { files, arm } = failing("create", call);
    await using store = await LocalStore.open({ files });
    arm();
    await assert.rejects(store.add({ uuid: BUNDLE, files: FILES }), isNoSpace);
    assert.deepEqual(store.blobFiles(), []);
  });

  Deno.test(`putBundle shows no bundle and leaves no part when rename ${call} of three is refused`, async () => {
    const { files, arm } = failing("rename", call);
    await using store = await LocalStore.open({ files });
    arm();
    const bundle = { uuid: BUNDLE, files: FILES };
    await assert.rejects(store.add(bundle), isNoSpace);
    // Whole contents may stand under their hashes; nothing speaks of them.
    assert.equal(store.blobFiles().length, 2);
    assert.ok(store.blobFiles().every((name) => !name.endsWith(".part")));
    assert.deepEqual(store.dss.counts(), {
      bundles: 0,
      files: 0,
      blobs: 0,
      sizeBytes: 0,
    });
    assert.equal((await store.add(bundle)).isNew, true);
    assert.equal(store.blobFiles().length, 3);
    assert.deepEqual(await bundleNames(store), ["a", "b", "c"]);
  });
}

const STATEMENTS = [
  "INSERT OR IGNORE INTO blobs",
  "INSERT INTO files",
  "INSERT INTO bundles",
  "INSERT INTO bundle_files",
  "INSERT INTO documents",
  "INSERT INTO events",
];

for (const statement of STATEMENTS) {
  Deno.test(`putBundle shows nothing when it ends before ${statement}, and a rerun completes it`, async () => {
    const database = new FaultyDatabase();
    await using store = await LocalStore.open({ openDatabase: database.open });
    await store.add({ uuid: uuidOf(2) });
    const before = store.dss.counts();
    database.failsOn = statement;
    const bundle = { uuid: BUNDLE, files: FILES };
    await assert.rejects(store.add(bundle), { message: "the disk is on fire" });
    database.failsOn = undefined;

    // Another process finds a store that works, without the bundle.
    const other = await store.reopen();
    assert.deepEqual(other.counts(), before);
    assert.deepEqual(store.dss.counts(), before);
    const absent = await store.request(`/v1/bundles/${BUNDLE}?replica=aws`);
    assert.equal(absent.status, 404);
    const present = await store.request(
      `/v1/bundles/${uuidOf(2)}?replica=aws`,
    );
    assert.equal(present.status, 200);

    assert.equal((await store.add(bundle, other)).isNew, true);
    assert.deepEqual(await bundleNames(store), ["a", "b", "c"]);
    assert.equal(store.blobFiles().length, 4);
    assert.equal((await store.add(bundle)).isNew, false);
  });
}

Deno.test("putBundle names the file that changed while it was read", async () => {
  let isLarger = false;
  const files: FileSystem = {
    ...denoFiles,
    async *readChunks(path, range) {
      yield* denoFiles.readChunks(path, range);
      if (isLarger) yield new Uint8Array(5);
    },
  };
  await using store = await LocalStore.open({ files });
  isLarger = true;
  await assert.rejects(
    store.add({ uuid: BUNDLE, files: [{ name: "a", content: "123" }] }),
    (error) => {
      assert.ok(error instanceof IntegrityError);
      assert.equal(
        error.message,
        "'a' changed while it was read: the content has more than 3 bytes",
      );
      return true;
    },
  );
  assert.deepEqual(store.blobFiles(), []);
});

Deno.test("putBundle leaves nothing when a file goes away before it is read", async () => {
  await using store = await LocalStore.open({
    files: {
      ...denoFiles,
      async *readChunks(path, range) {
        if (path.endsWith("/b")) await Deno.remove(path);
        yield* denoFiles.readChunks(path, range);
      },
    },
  });
  await assert.rejects(
    store.add({ uuid: BUNDLE, files: FILES }),
    (error) => error instanceof LocalError && error.reason === "not_found",
  );
  assert.deepEqual(store.blobFiles(), []);
  assert.equal(store.dss.counts().bundles, 0);
});

Deno.test("putBundle indexes JSON as it is, and survives JSON that is none", async () => {
  await using store = await LocalStore.open();
  const report = await store.add({
    uuid: BUNDLE,
    files: [
      { name: "donor_0.json", content: '{"a": 1}' },
      { name: "donor_1.json", content: "{not JSON" },
      { name: "donor_2.json", content: "" },
      { name: "donor_3.json", content: "[".repeat(100_000) },
    ],
  });
  assert.equal(report.files, 4);
  const answer = await store.request(
    "/v1/search?replica=aws&output_format=raw",
    {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"es_query": {}}',
    },
  );
  const { results: [hit] } = await answer.json();
  assert.deepEqual(hit.metadata.files, { donor_json: [{ a: 1 }] });
  assert.equal(hit.metadata.manifest.files.length, 4);
});

Deno.test("two stores on one directory take the same and other bundles at once", async () => {
  await using store = await LocalStore.open();
  const other = await store.reopen();
  const shared = { uuid: BUNDLE, files: FILES };
  const reports = await Promise.all([
    store.add(shared),
    store.add(shared, other),
    ...[2, 3, 4, 5].map((number) =>
      store.add(
        { uuid: uuidOf(number), files: FILES },
        number % 2 === 0 ? other : undefined,
      )
    ),
  ]);
  assert.deepEqual(
    reports.slice(0, 2).map((report) => report.isNew).sort(),
    [false, true],
  );
  assert.ok(reports.slice(2).every((report) => report.isNew));
  for (const dss of [store.dss, other]) {
    assert.deepEqual(dss.counts(), {
      bundles: 5,
      files: 15,
      blobs: 3,
      sizeBytes: 3,
    });
  }
  assert.equal(store.blobFiles().length, 3);
  assert.ok(store.blobFiles().every((name) => !name.endsWith(".part")));
});

Deno.test("two stores on one directory keep the first of two different bundles", async () => {
  await using store = await LocalStore.open();
  const other = await store.reopen();
  const bundle = (content: string) => ({
    uuid: BUNDLE,
    files: [{ name: content, content }],
  });
  const results = await Promise.allSettled([
    store.add(bundle("one")),
    store.add(bundle("two"), other),
  ]);
  const refused = results.flatMap((result) =>
    result.status === "rejected" ? [result.reason] : []
  );
  assert.equal(refused.length, 1);
  assert.ok(refused[0] instanceof LocalError);
  assert.equal(refused[0].reason, "exists");
  assert.equal(store.dss.counts().bundles, 1);
});

Deno.test("putBundle leaves the directory that it reads as it was", async () => {
  await using store = await LocalStore.open();
  const directory = await store.source({ a: "a", "b/c": "c" });
  const before = namesBelow(directory);
  await store.dss.importDirectory({ directory });
  const manifest = manifestOf({ uuid: BUNDLE, files: [{ name: "a" }] });
  await store.dss.importDirectory({ directory, manifest });
  assert.deepEqual(namesBelow(directory), before);
  assert.equal(await Deno.readTextFile(`${directory}/b/c`), "c");
});
