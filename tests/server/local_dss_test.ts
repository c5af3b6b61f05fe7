import assert from "node:assert/strict";
import { LocalError } from "../../src/base/mod.ts";
import { denoFiles, openSqlite } from "../../src/platform/mod.ts";
import { LocalDss } from "../../src/server/local_dss.ts";
import { LocalStore, namesBelow, uuidOf } from "../support/local_store.ts";
import { WritingStore } from "./_writing_store.ts";

/** A store in another directory. */
function openAt({ clock }: LocalStore, dataDir: string): Promise<LocalDss> {
  return LocalDss.open({
    dataDir,
    runtime: {
      files: denoFiles,
      clock,
      random: Math.random,
      createHash: () => assert.fail("nothing is hashed"),
    },
    openDatabase: openSqlite,
    version: "1",
  });
}

Deno.test("LocalDss.open makes the directory and finds again what was put", async () => {
  await using store = await LocalStore.open();
  assert.equal(await LocalDss.exists(denoFiles, store.dataDir), true);
  await store.add({ uuid: uuidOf(1) });
  const again = await store.reopen();
  assert.deepEqual(again.counts(), store.dss.counts());
  assert.equal(again.counts().bundles, 1);
  assert.equal(again.dataDir, store.dataDir);
});

Deno.test("LocalDss.open refuses a store that a newer hca made, and leaves it as it is", async () => {
  await using store = await LocalStore.open();
  const path = `${store.dataDir}/dss.sqlite`;
  const database = openSqlite(path);
  database.execute("PRAGMA user_version = 4");
  database.close();
  await assert.rejects(store.reopen(), (error) => {
    assert.ok(error instanceof LocalError);
    assert.equal(error.path, path);
    assert.equal(
      error.message,
      `the embedded store ${path} has schema version 4; this hca knows 3`,
    );
    assert.match(error.hint ?? "", /--data-dir/);
    return true;
  });
  const after = openSqlite(path);
  const row = after.prepare("PRAGMA user_version").get();
  after.close();
  assert.equal(row?.user_version, 4);
});

for (const how of ["is gone", "was cut to nothing"]) {
  Deno.test(`LocalDss.open makes no new store of contents whose database ${how}`, async () => {
    await using store = await LocalStore.open();
    const dataDir = `${store.root}/other`;
    const content = `${dataDir}/blobs/ab/cdef/abcdef`;
    await Deno.mkdir(`${dataDir}/blobs/ab/cdef`, { recursive: true });
    await Deno.writeTextFile(content, "precious");
    const path = `${dataDir}/dss.sqlite`;
    if (how !== "is gone") await Deno.writeTextFile(path, "");
    await assert.rejects(openAt(store, dataDir), (error) => {
      assert.ok(error instanceof LocalError);
      assert.equal(error.reason, "damaged");
      assert.equal(
        error.message,
        `the database '${path}' is empty, and there are contents beside it`,
      );
      return true;
    });
    assert.equal(await Deno.readTextFile(content), "precious");
  });
}

Deno.test("LocalDss.open refuses a file that is no database", async () => {
  await using store = await LocalStore.open();
  const dataDir = `${store.root}/other`;
  await Deno.mkdir(dataDir);
  const path = `${dataDir}/dss.sqlite`;
  await Deno.writeTextFile(path, "something else entirely, and long enough");
  await assert.rejects(
    openAt(store, dataDir),
    (error) => error instanceof LocalError && error.path === path,
  );
});

Deno.test("LocalDss.exists does not make what it looks for", async () => {
  await using store = await LocalStore.open();
  const dataDir = `${store.root}/nowhere`;
  assert.equal(await LocalDss.exists(denoFiles, dataDir), false);
  assert.equal(await denoFiles.stat(dataDir), undefined);
  await Deno.mkdir(`${dataDir}/dss.sqlite`, { recursive: true });
  assert.equal(await LocalDss.exists(denoFiles, dataDir), false);
});

Deno.test("LocalDss.reset removes the store and nothing else of the directory", async () => {
  const root = await Deno.makeTempDir();
  try {
    const dataDir = `${root}/data`;
    const open = async (): Promise<LocalDss> =>
      await LocalDss.open({
        dataDir,
        runtime: await realRuntime(),
        openDatabase: openSqlite,
        version: "1",
      });
    const dss = await open();
    await Deno.mkdir(`${root}/source`);
    await Deno.writeTextFile(`${root}/source/a.txt`, "a");
    await dss.importDirectory({ directory: `${root}/source` });
    await dss.issueTokens({ email: "a@b" });
    await dss.loginPassword();
    assert.ok(namesBelow(dataDir).includes("signing_key.pem"));
    assert.ok(namesBelow(dataDir).includes("login_password"));
    dss[Symbol.dispose]();
    await Deno.writeTextFile(`${dataDir}/notes.txt`, "mine");
    await Deno.writeTextFile(`${dataDir}/dss.sqlite.bak`, "mine");
    await Deno.mkdir(`${dataDir}/blobs2`);
    await Deno.writeTextFile(`${dataDir}/blobs2/a`, "mine");
    // What a crash leaves beside the database.
    await Deno.writeTextFile(`${dataDir}/dss.sqlite-wal`, "");
    await Deno.writeTextFile(`${dataDir}/dss.sqlite-shm`, "");
    await Deno.writeTextFile(`${dataDir}/signing_key.pem.x1y2.part`, "");
    await Deno.writeTextFile(`${dataDir}/signing_key.pem.mine`, "mine");
    await Deno.mkdir(`${dataDir}/restore-x1y2/blobs`, { recursive: true });
    await Deno.mkdir(`${dataDir}/checkout/aws`, { recursive: true });
    await Deno.writeTextFile(`${dataDir}/checkout/aws/a`, "");
    await Deno.writeTextFile(`${dataDir}/backup-x1y2.sqlite`, "");
    await Deno.writeTextFile(`${dataDir}/backup-x1y2.sqlite-wal`, "");
    await Deno.writeTextFile(`${dataDir}/backup-mine.tar`, "mine");
    await LocalDss.reset(denoFiles, dataDir);
    assert.deepEqual(namesBelow(dataDir), [
      "backup-mine.tar",
      "blobs2/a",
      "dss.sqlite.bak",
      "notes.txt",
      "signing_key.pem.mine",
    ]);
    assert.deepEqual(namesBelow(`${root}/source`), ["a.txt"]);
    using fresh = await open();
    assert.equal(fresh.counts().bundles, 0);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

async function realRuntime(): Promise<
  Parameters<typeof LocalDss.open>[0]["runtime"]
> {
  const { createNodeHash, denoClock } = await import(
    "../../src/platform/mod.ts"
  );
  return {
    files: denoFiles,
    clock: denoClock,
    random: Math.random,
    createHash: createNodeHash,
  };
}

Deno.test({
  name: "LocalDss.reset does not follow a link out of the directory",
  ignore: Deno.build.os === "windows",
  async fn() {
    const root = await Deno.makeTempDir();
    try {
      await Deno.mkdir(`${root}/data`);
      await Deno.mkdir(`${root}/precious`);
      await Deno.writeTextFile(`${root}/precious/a`, "mine");
      await Deno.writeTextFile(`${root}/data/dss.sqlite`, "");
      await Deno.symlink(`${root}/precious`, `${root}/data/blobs`);
      await LocalDss.reset(denoFiles, `${root}/data`);
      assert.deepEqual(namesBelow(root), ["precious/a"]);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
});

Deno.test("LocalDss.reset takes the database away first, and outlasts contents that are put meanwhile", async () => {
  await using store = await LocalStore.open();
  await store.add({ uuid: uuidOf(1) });
  const { dataDir, dss } = store;
  const during: number[] = [];
  const remove: typeof denoFiles.remove = async (path, options) => {
    const answer = await store.request("/v1/bundles/all?replica=aws");
    during.push(answer.status);
    if (!path.endsWith("/blobs") || during.length > 6) {
      return await denoFiles.remove(path, options);
    }
    await Deno.writeTextFile(`${path}/late`, "put meanwhile");
    throw new LocalError("the directory is not empty");
  };
  assert.equal(dss.counts().bundles, 1);
  await LocalDss.reset({ ...denoFiles, remove }, dataDir);
  assert.deepEqual(namesBelow(dataDir), []);
  assert.ok(during.length > 6);
  assert.deepEqual([...new Set(during)], [503]);
});

Deno.test("LocalDss does no task of a store that was removed", async () => {
  await using store = await WritingStore.open({
    settings: { asyncAboveBytes: 0 },
  });
  const url = await store.source("a.txt", "text");
  assert.equal((await store.putFile(uuidOf(1, "f"), url)).status, 202);
  await LocalDss.reset(denoFiles, store.dataDir);
  await store.dss.runDueTasks(new AbortController().signal);
  assert.deepEqual(namesBelow(store.dataDir), []);
});

Deno.test("LocalDss.reset can be done again when it was ended on the way", async () => {
  const root = await Deno.makeTempDir();
  try {
    for (const count of [1, 2, 3, 4]) {
      await Deno.mkdir(`${root}/blobs/ab`, { recursive: true });
      await Deno.mkdir(`${root}/checkout/aws`, { recursive: true });
      await Deno.writeTextFile(`${root}/login_password`, "x");
      await Deno.writeTextFile(`${root}/dss.sqlite`, "");
      let left = count;
      const files = {
        ...denoFiles,
        remove: (path: string, options?: { recursive?: boolean }) =>
          --left < 0
            ? Promise.reject(new LocalError("ended"))
            : denoFiles.remove(path, options),
      };
      if (count < 4) {
        await assert.rejects(LocalDss.reset(files, root), { message: "ended" });
      }
      await LocalDss.reset(denoFiles, root);
      assert.deepEqual(namesBelow(root), []);
    }
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("LocalDss.reset refuses a directory without a store, and leaves it as it is", async () => {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${root}/blobs`);
    await Deno.writeTextFile(`${root}/blobs/a`, "mine");
    await assert.rejects(LocalDss.reset(denoFiles, root), (error) => {
      assert.ok(error instanceof LocalError);
      assert.equal(error.reason, "not_found");
      assert.equal(error.message, `there is no embedded store in '${root}'`);
      return true;
    });
    assert.deepEqual(namesBelow(root), ["blobs/a"]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

async function latestVersions(dss: LocalDss): Promise<string[]> {
  const answer = await dss.handler(
    new Request("http://dss.test/v1/bundles/all?replica=aws"),
  );
  const { bundles } = await answer.json();
  return bundles.map((one: { uuid: string; version: string }) =>
    `${one.uuid}.${one.version}`
  );
}

Deno.test("LocalDss.decideSamples puts the samples once", async () => {
  await using store = await LocalStore.open();
  assert.equal(await store.dss.decideSamples(true, 4), true);
  const { bundles } = store.dss.counts();
  assert.equal(bundles, 3);
  assert.equal((await latestVersions(store.dss)).length, 3);
  assert.equal(await store.dss.decideSamples(true, 4), false);
  assert.equal(await store.dss.decideSamples(false), false);
  const again = await store.reopen();
  assert.equal(await again.decideSamples(true, 4), false);
  assert.equal(again.counts().bundles, 3);
});

Deno.test("LocalDss.decideSamples does not come back to a store that has none", async () => {
  await using store = await LocalStore.open();
  assert.equal(await store.dss.decideSamples(false), false);
  assert.equal(await store.dss.decideSamples(true, 4), false);
  const again = await store.reopen();
  assert.equal(await again.decideSamples(true, 4), false);
  assert.equal(store.dss.counts().bundles, 0);
  assert.deepEqual(store.blobFiles(), []);
});

Deno.test("LocalDss.decideSamples by two at once puts each sample once", async () => {
  await using store = await LocalStore.open();
  const other = await store.reopen();
  await Promise.all([
    store.dss.decideSamples(true, 4),
    other.decideSamples(true, 4),
  ]);
  assert.equal(store.dss.counts().bundles, 3);
  assert.equal((await latestVersions(other)).length, 3);
});

Deno.test("LocalDss.decideSamples completes what was interrupted", async () => {
  let left = 20;
  await using store = await LocalStore.open({
    files: {
      ...denoFiles,
      async rename(from, to) {
        if (--left === 0) throw new LocalError("full", { reason: "no_space" });
        await denoFiles.rename(from, to);
      },
    },
  });
  await assert.rejects(store.dss.decideSamples(true, 4), { message: "full" });
  assert.ok(store.dss.counts().bundles < 3);
  const again = await store.reopen();
  assert.equal(await again.decideSamples(true, 4), true);
  assert.equal(again.counts().bundles, 3);
});

Deno.test("the sample bundles can be listed, found and read whole", async () => {
  await using store = await LocalStore.open();
  await store.dss.decideSamples(true, 4);
  const { files: known, blobs } = store.dss.counts();
  assert.equal(store.blobFiles().length, blobs);
  const seen = new Set<string>();
  for (const fqid of await latestVersions(store.dss)) {
    const [uuid] = fqid.split(".", 1);
    const query = "replica=aws&presignedurls=true";
    const answer = await store.request(`/v1/bundles/${uuid}?${query}`);
    for (const file of (await answer.json()).bundle.files) {
      const bytes = await (await store.request(file.url)).bytes();
      assert.equal(bytes.length, file.size, file.name);
      const digest = await crypto.subtle.digest("SHA-256", bytes);
      assert.equal(new Uint8Array(digest).toHex(), file.sha256, file.name);
      seen.add(`${file.uuid}.${file.version}`);
    }
  }
  assert.equal(seen.size, known);
});
