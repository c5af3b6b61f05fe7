import assert from "node:assert/strict";
import { LocalError, type Random } from "../../src/base/mod.ts";
import { denoFiles } from "../../src/platform/mod.ts";
import { ContentStore } from "../../src/store/mod.ts";
import { namesBelow } from "../support/local_store.ts";

// sha256sum of "123456789".
const SHA256 =
  "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225";
const NAME = `15/e2b0/${SHA256}`;
const BYTES = new TextEncoder().encode("123456789");

/** Runs `work` with a store in a fresh directory, which is then removed. */
async function withStore(
  work: (store: ContentStore, root: string) => Promise<void>,
  random: Random = Math.random,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  const root = `${directory}/deep/store`;
  try {
    await work(new ContentStore(root, { files: denoFiles, random }), root);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("ContentStore.pathOf spreads contents over two levels", () =>
  withStore((store, root) => {
    assert.equal(store.pathOf(SHA256), `${root}/${NAME}`);
    return Promise.resolve();
  }));

Deno.test("ContentStore makes nothing until something is staged", () =>
  withStore(async (store, root) => {
    assert.equal(await store.state(SHA256, 9), "absent");
    assert.equal(await denoFiles.lstat(root), undefined);
  }));

Deno.test("ContentStore shows a content only when it is published", () =>
  withStore(async (store, root) => {
    const staged = await store.stage();
    await staged.file.write(BYTES.subarray(0, 4));
    await staged.file.write(BYTES.subarray(4));
    assert.equal(await store.state(SHA256, 9), "absent");
    await staged.seal();
    assert.equal(await store.state(SHA256, 9), "absent");
    const [part = "", ...others] = namesBelow(root);
    assert.match(part, /^[0-9a-z]+\.part$/);
    assert.deepEqual(others, []);
    await staged.publish(SHA256);
    assert.equal(await store.state(SHA256, 9), "present");
    assert.deepEqual(namesBelow(root), [NAME]);
    assert.deepEqual(await Deno.readFile(store.pathOf(SHA256)), BYTES);
  }));

Deno.test("ContentStore.publish makes a content and all that leads to it durable, in this order", () =>
  withStore(async (_store, root) => {
    const operations: string[] = [];
    const files: typeof denoFiles = {
      ...denoFiles,
      async create(path, options) {
        const file = await denoFiles.create(path, options);
        const sync = () => {
          operations.push("sync");
          return file.sync();
        };
        return { ...file, sync };
      },
      rename(from, to) {
        operations.push("rename");
        return denoFiles.rename(from, to);
      },
      syncDirectory(path) {
        operations.push(path.replace(root, "store"));
        return denoFiles.syncDirectory(path);
      },
    };
    const store = new ContentStore(root, { files, random: Math.random });
    const publish = async (): Promise<string[]> => {
      operations.length = 0;
      const staged = await store.stage();
      await staged.file.write(BYTES);
      await staged.publish(SHA256);
      return [...operations];
    };
    const above = root.replace(/\/store$/, "");
    const [sync, rename, ...directories] = await publish();
    assert.deepEqual([sync, rename], ["sync", "rename"]);
    assert.deepEqual(
      directories.sort(),
      [
        above,
        "store",
        "store/15",
        "store/15/e2b0",
      ].sort(),
    );
    // What leads there is there for good.
    assert.deepEqual((await publish()).sort(), [
      "rename",
      "store/15",
      "store/15/e2b0",
      "sync",
    ]);
  }));

Deno.test("ContentStore.stateNow says what state says", () =>
  withStore(async (store, root) => {
    const both = async (sizeBytes: number): Promise<string> => {
      const state = await store.state(SHA256, sizeBytes);
      assert.equal(store.stateNow(SHA256, sizeBytes), state);
      return state;
    };
    assert.equal(await both(9), "absent");
    const staged = await store.stage();
    await staged.file.write(BYTES);
    await staged.publish(SHA256);
    assert.equal(await both(9), "present");
    assert.equal(await both(8), "damaged");
    await Deno.remove(root, { recursive: true });
    await Deno.writeTextFile(root, "in the way");
    assert.equal(await both(9), "absent");
  }));

Deno.test("ContentStore.publish seals what was not sealed", () =>
  withStore(async (store) => {
    const staged = await store.stage();
    await staged.file.write(BYTES);
    await staged.publish(SHA256);
    assert.equal(await store.state(SHA256, 9), "present");
  }));

Deno.test("ContentStore takes a content of no bytes", () =>
  withStore(async (store) => {
    const empty =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    await (await store.stage()).publish(empty);
    assert.equal(await store.state(empty, 0), "present");
  }));

Deno.test("ContentStore.discard leaves nothing, whenever it is called", () =>
  withStore(async (store, root) => {
    const open = await store.stage();
    await open.file.write(BYTES);
    await open.discard();
    const sealed = await store.stage();
    await sealed.file.write(BYTES);
    await sealed.seal();
    await sealed.discard();
    await sealed.discard();
    assert.deepEqual(namesBelow(root), []);
  }));

Deno.test("ContentStore.discard does not take back what was published", () =>
  withStore(async (store, root) => {
    const staged = await store.stage();
    await staged.file.write(BYTES);
    await staged.publish(SHA256);
    await staged.discard();
    assert.deepEqual(namesBelow(root), [NAME]);
  }));

Deno.test("ContentStore.publish replaces a content that is damaged", () =>
  withStore(async (store, root) => {
    await Deno.mkdir(`${root}/15/e2b0`, { recursive: true });
    await Deno.writeTextFile(store.pathOf(SHA256), "damaged");
    assert.equal(await store.state(SHA256, 9), "damaged");
    const staged = await store.stage();
    await staged.file.write(BYTES);
    await staged.publish(SHA256);
    assert.equal(await store.state(SHA256, 9), "present");
    assert.deepEqual(await Deno.readFile(store.pathOf(SHA256)), BYTES);
    assert.deepEqual(namesBelow(root), [NAME]);
  }));

Deno.test({
  name: "ContentStore does not trust a link, and replaces it, not its target",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withStore(async (store, root) => {
      await Deno.mkdir(`${root}/15/e2b0`, { recursive: true });
      const target = `${root}/target`;
      await Deno.writeTextFile(target, "987654321");
      await Deno.symlink(target, store.pathOf(SHA256));
      assert.equal(await store.state(SHA256, 9), "damaged");
      const staged = await store.stage();
      await staged.file.write(BYTES);
      await staged.publish(SHA256);
      assert.equal(await store.state(SHA256, 9), "present");
      assert.equal(await Deno.readTextFile(target), "987654321");
      assert.deepEqual(await Deno.readFile(store.pathOf(SHA256)), BYTES);
    }),
});

Deno.test("ContentStore.state is damaged for a directory, and for a link to nowhere", () =>
  withStore(async (store) => {
    await Deno.mkdir(store.pathOf(SHA256), { recursive: true });
    assert.equal(await store.state(SHA256, 9), "damaged");
    assert.equal(await store.state(SHA256, 4096), "damaged");
    if (Deno.build.os === "windows") return;
    await Deno.remove(store.pathOf(SHA256));
    await Deno.symlink("nowhere", store.pathOf(SHA256));
    assert.equal(await store.state(SHA256, 9), "damaged");
  }));

Deno.test("ContentStore.publish leaves the part to be discarded when the place is taken", () =>
  withStore(async (store, root) => {
    await Deno.mkdir(`${store.pathOf(SHA256)}/x`, { recursive: true });
    const staged = await store.stage();
    await staged.file.write(BYTES);
    await assert.rejects(staged.publish(SHA256), LocalError);
    assert.equal(namesBelow(root).length, 1);
    await staged.discard();
    assert.deepEqual(namesBelow(root), []);
  }));

Deno.test("ContentStore.stage gives every content a name of its own", () =>
  withStore(async (store, root) => {
    const staged = await Promise.all(
      Array.from({ length: 20 }, () => store.stage()),
    );
    assert.equal(new Set(namesBelow(root)).size, 20);
    await Promise.all(staged.map((one) => one.discard()));
    assert.deepEqual(namesBelow(root), []);
  }));

Deno.test("ContentStore.stage makes its names of the randomness it is given", () => {
  const drawn = [0.5, 0.25];
  return withStore(async (store, root) => {
    const staged = await store.stage();
    // In base 36, a half is 0.i and a quarter 0.9.
    assert.deepEqual(namesBelow(root), ["i9.part"]);
    await staged.discard();
  }, () => drawn.shift() ?? 0);
});

Deno.test("ContentStore.stage does not open a file that is there", () =>
  withStore(async (store, root) => {
    const first = await store.stage();
    await first.file.write(BYTES);
    await assert.rejects(
      store.stage(),
      (error) => error instanceof LocalError && error.reason === "exists",
    );
    await first.seal();
    assert.deepEqual(await Deno.readFile(`${root}/ii.part`), BYTES);
    await first.discard();
  }, () => 0.5));

Deno.test({
  name: "ContentStore.stage does not write through a link that was planted",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withStore(async (store, root) => {
      await Deno.mkdir(root, { recursive: true });
      await Deno.symlink(`${root}/../victim`, `${root}/ii.part`);
      await assert.rejects(
        store.stage(),
        (error) => error instanceof LocalError && error.reason === "exists",
      );
      assert.equal(await denoFiles.stat(`${root}/../victim`), undefined);
    }, () => 0.5),
});

Deno.test("ContentStore publishes one content from two sides at once", () =>
  withStore(async (store, root) => {
    const put = async () => {
      const staged = await store.stage();
      await staged.file.write(BYTES);
      await staged.publish(SHA256);
    };
    await Promise.all([put(), put(), put()]);
    assert.deepEqual(namesBelow(root), [NAME]);
    assert.equal(await store.state(SHA256, 9), "present");
  }));
