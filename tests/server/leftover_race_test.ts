/**
 * Contents of no file are removed while somebody puts the same contents.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { FileSystem } from "../../src/base/mod.ts";
import { denoFiles } from "../../src/platform/mod.ts";
import { LocalStore, uuidOf } from "../support/local_store.ts";

const TEXT = "123456789";
// sha256sum of it.
const SHA256 =
  "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225";

/** Real files that do something before or after a step. */
function watched(
  hooks: {
    afterRename?: () => Promise<void>;
    beforeStatus?: (path: string) => void;
  },
): FileSystem {
  return {
    ...denoFiles,
    async rename(from, to) {
      await denoFiles.rename(from, to);
      await hooks.afterRename?.();
    },
    lstatNow(path) {
      hooks.beforeStatus?.(path);
      return denoFiles.lstatNow(path);
    },
  };
}

function leave(store: LocalStore): string {
  const directory = `${store.dataDir}/blobs/15/e2b0`;
  Deno.mkdirSync(directory, { recursive: true });
  Deno.writeTextFileSync(`${directory}/${SHA256}`, TEXT);
  return `${directory}/${SHA256}`;
}

const REMOVING = { removesLeftovers: true, olderThanMs: -Infinity };

Deno.test("a content that is removed between its arrival and its record is not acknowledged", async () => {
  let hasRun = false;
  const cleaner: { store?: LocalStore } = {};
  const files = watched({
    afterRename: async () => {
      if (hasRun || cleaner.store === undefined) return;
      hasRun = true;
      const found = await Array.fromAsync(cleaner.store.dss.check(REMOVING));
      assert.deepEqual(found.map(({ isRemoved }) => isRemoved), [true]);
    },
  });
  await using store = await LocalStore.open();
  cleaner.store = store;
  const dss = await store.reopen({ files });
  const bundle = {
    uuid: uuidOf(1),
    files: [{ name: "a", content: TEXT }],
  };
  await assert.rejects(store.add(bundle, dss), {
    name: "LocalError",
    message: `the content ${SHA256} was removed while it was being stored`,
  });
  assert.deepEqual(store.dss.counts(), {
    bundles: 0,
    files: 0,
    blobs: 0,
    sizeBytes: 0,
  });
  await store.add(bundle, dss);
  assert.deepEqual(await Array.fromAsync(store.dss.check()), []);
  assert.deepEqual(store.blobFiles(), [`15/e2b0/${SHA256}`]);
});

Deno.test("a content of no file that is recorded while it is looked at stays", async () => {
  await using store = await LocalStore.open();
  const path = leave(store);
  let recorded: Promise<unknown> | undefined;
  const found: string[] = [];
  const bundle = { uuid: uuidOf(1), files: [{ name: "a", content: TEXT }] };
  for await (
    const problem of (await store.reopen({
      files: {
        ...denoFiles,
        // The cleaner has seen that no file has it, and looks at its age.
        lstat: async (asked) => {
          if (asked === path) await (recorded ??= store.add(bundle));
          return await denoFiles.lstat(asked);
        },
      },
    })).check(REMOVING)
  ) found.push(`${problem.kind} ${problem.isRemoved}`);
  assert.ok(recorded !== undefined);
  assert.deepEqual(found, ["orphan false"]);
  assert.deepEqual(await Array.fromAsync(store.dss.check()), []);
});

Deno.test("a content of no file is at its place until it is gone for good", async () => {
  await using store = await LocalStore.open();
  const path = leave(store);
  const operations: string[] = [];
  const files: FileSystem = {
    ...denoFiles,
    rename: (from, to) => {
      operations.push("rename");
      return denoFiles.rename(from, to);
    },
    removeNow: (asked) => {
      operations.push("remove");
      denoFiles.removeNow(asked);
    },
  };
  const dss = await store.reopen({ files });
  await Array.fromAsync(dss.check(REMOVING));
  // A name in between would be all that is left after a crash.
  assert.deepEqual(operations, ["remove"]);
  assert.equal(await denoFiles.lstat(path), undefined);
});

Deno.test("checkStore removes what unfinished backups, restores and secrets have left", async () => {
  await using store = await LocalStore.open();
  const { dataDir } = store;
  Deno.mkdirSync(`${dataDir}/restore-a1/blobs/ab`, { recursive: true });
  Deno.writeTextFileSync(`${dataDir}/restore-a1/blobs/ab/c`, "x");
  for (
    const name of ["backup-a1.sqlite", "signing_key.pem.a1.part", "mine.txt"]
  ) Deno.writeTextFileSync(`${dataDir}/${name}`, "x");
  Deno.mkdirSync(`${dataDir}/blobs`, { recursive: true });
  Deno.writeTextFileSync(`${dataDir}/blobs/README`, "mine");
  const found = await Array.fromAsync(store.dss.check(REMOVING));
  assert.deepEqual(found.map(({ subject }) => subject), [
    "backup-a1.sqlite",
    "restore-a1",
    "signing_key.pem.a1.part",
  ]);
  const names = [...Deno.readDirSync(dataDir)].map(({ name }) => name)
    .filter((name) => !name.startsWith("dss.sqlite"));
  assert.deepEqual(names.sort(), ["blobs", "mine.txt"]);
  assert.deepEqual(store.blobFiles(), ["README"]);
});
