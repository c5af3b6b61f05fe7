import assert from "node:assert/strict";
import { LocalError } from "../../src/base/mod.ts";
import { denoFiles } from "../../src/platform/mod.ts";
import { DirectorySyncer } from "../../src/store/directory_syncer.ts";
import { SafeDirectories } from "../../src/store/safe_directories.ts";
import { MemoryFiles } from "../support/memory_files.ts";
import {
  contentOf,
  createStoreCase,
  patternBytes,
  rejection,
  STORE,
} from "./_store_case.ts";

const IS_WINDOWS = Deno.build.os === "windows";

function directoriesOn(files: MemoryFiles, root = "/dd"): SafeDirectories {
  return new SafeDirectories(root, files, new DirectorySyncer(files));
}

function kindOf(files: MemoryFiles, path: string) {
  return files.lstat(path).then((info) => info?.kind);
}

Deno.test("SafeDirectories.ensure makes what is between and says that it is new", async () => {
  const files = new MemoryFiles();
  const directories = directoriesOn(files);
  assert.equal(await directories.ensure("/dd/a/b/c"), true);
  assert.equal(await kindOf(files, "/dd/a/b/c"), "directory");
  assert.equal(await directories.ensure("/dd/a/b/c"), false);
  assert.equal(await directories.ensure("/dd/a/b"), false);
  assert.equal(await directoriesOn(files).ensure("/dd/a/b/c"), false);
});

Deno.test("SafeDirectories.settle syncs each directory in which one was made, once", async () => {
  const files = new MemoryFiles();
  files.put("/dd/there/x", "");
  const directories = directoriesOn(files);
  for (const name of ["a/b/c", "a/b/d", "there/e", "there"]) {
    await directories.ensure(`/dd/${name}`);
  }
  assert.deepEqual(
    files.operations.filter((line) => line.startsWith("sync")),
    [],
  );
  const synced = async () => {
    files.operations.length = 0;
    await directories.settle();
    return [...files.operations].sort();
  };
  assert.deepEqual(
    await synced(),
    ["/dd", "/dd/a", "/dd/a/b", "/dd/there"].map((path) =>
      `syncDirectory ${path}`
    ),
  );
  assert.deepEqual(await synced(), []);
  await directories.ensure("/dd/there/f");
  assert.deepEqual(await synced(), ["syncDirectory /dd/there"]);
});

Deno.test("SafeDirectories.ensure makes a directory once however many ask, and tells one of them", async () => {
  const files = new MemoryFiles();
  const directories = directoriesOn(files);
  const isNew = await Promise.all(
    Array.from({ length: 20 }, () => directories.ensure("/dd/a/b")),
  );
  assert.equal(isNew.filter(Boolean).length, 1);
  assert.deepEqual(
    files.operations.filter((line) => line.startsWith("createDirectory")),
    ["createDirectory /dd/a", "createDirectory /dd/a/b"],
  );
});

Deno.test("SafeDirectories.ensure knows the current directory and the root", async () => {
  const files = new MemoryFiles({ currentDirectory: "/home/me" });
  assert.equal(await directoriesOn(files, "").ensure("bundle/sub"), true);
  assert.equal(await kindOf(files, "/home/me/bundle/sub"), "directory");
  assert.equal(await directoriesOn(files, "/").ensure("/bundle/sub"), true);
  assert.equal(await kindOf(files, "/bundle/sub"), "directory");
});

Deno.test("SafeDirectories.ensure makes a root whose name ends with a backslash", async () => {
  const files = new MemoryFiles({ currentDirectory: "/home/me" });
  const directories = directoriesOn(files, "x\\");
  assert.equal(await directories.ensure("x\\/bundle/sub"), true);
  assert.equal(await kindOf(files, "/home/me/x\\/bundle/sub"), "directory");
  assert.equal(await kindOf(files, "/home/me/x"), undefined);
});

Deno.test("SafeDirectories.ensure says what stands where the root should be", {
  ignore: IS_WINDOWS,
}, async () => {
  const place = await Deno.makeTempDir({ prefix: "hca-store-" });
  try {
    await Deno.writeTextFile(`${place}/file`, "");
    await Deno.symlink(`${place}/nowhere`, `${place}/link`);
    for (
      const [name, what] of [
        ["file", "not a directory"],
        ["link", "a symbolic link that leads to no directory"],
      ]
    ) {
      const root = `${place}/${name}`;
      const directories = new SafeDirectories(
        root,
        denoFiles,
        new DirectorySyncer(denoFiles),
      );
      const error = await rejection(directories.ensure(`${root}/.hca`));
      assert.ok(error instanceof LocalError);
      assert.equal(error.message, `'${root}' is ${what}`);
      assert.equal(error.reason, "not_directory");
      assert.match(error.hint ?? "", /choose another --download-dir/);
    }
  } finally {
    await Deno.remove(place, { recursive: true });
  }
});

Deno.test("SafeDirectories.ensure goes through a link that is the root itself", async () => {
  const files = new MemoryFiles();
  files.put("/big-disk/x", "");
  files.putLink("/big-disk", "/dd");
  assert.equal(await directoriesOn(files).ensure("/dd/a"), true);
  assert.equal(await kindOf(files, "/big-disk/a"), "directory");
});

Deno.test("SafeDirectories.ensure refuses what is no directory, and tries again when it was moved away", async () => {
  const files = new MemoryFiles();
  files.put("/dd/a", "a file");
  const directories = directoriesOn(files);
  const error = await rejection(directories.ensure("/dd/a/b"));
  assert.ok(error instanceof LocalError);
  assert.equal(error.reason, "not_directory");
  assert.equal(
    error.message,
    "'/dd/a' is not a directory, and nothing is written through it",
  );
  assert.equal(error.hint, "Move it away, or choose another --download-dir.");
  await files.remove("/dd/a");
  assert.equal(await directories.ensure("/dd/a/b"), true);
});

const BYTES = patternBytes(50);
const CONTENT = contentOf(BYTES);
const [AB, CDEF] = [CONTENT.sha256.slice(0, 2), CONTENT.sha256.slice(2, 6)];

Deno.test("a store writes through no link that was planted anywhere below its directory", async () => {
  const places = [
    "/dd/.hca",
    "/dd/.hca/v2",
    STORE,
    `${STORE}/${AB}`,
    `${STORE}/${AB}/${CDEF}`,
  ];
  for (const planted of places) {
    for (const target of ["/home/victim", "/home/nothing"]) {
      const { files, store } = createStoreCase();
      files.put("/home/victim/mine", "mine");
      files.putLink(target, planted);
      const placing = { targets: ["/dd/bundle/f"], force: true };
      const works = [
        () => store.put(CONTENT, BYTES.slice(), placing),
        () => store.open(CONTENT),
      ];
      for (const work of works) {
        const error = await rejection(work());
        assert.ok(error instanceof LocalError, planted);
        assert.equal(error.reason, "not_directory");
        assert.match(error.message, /is a symbolic link, and nothing is/);
        assert.equal(error.path, planted);
      }
      assert.deepEqual([...files.contents().keys()], ["/home/victim/mine"]);
    }
  }
});

Deno.test("a store places nothing through a link that was planted as a bundle's directory", async () => {
  for (const planted of ["/dd/bundle", "/dd/bundle/sub"]) {
    const { files, store } = createStoreCase();
    files.put("/home/victim/f", "mine");
    files.putLink("/home/victim", planted);
    const placing = { targets: ["/dd/bundle/sub/f"], force: true };
    const error = await rejection(store.put(CONTENT, BYTES.slice(), placing));
    assert.ok(error instanceof LocalError);
    assert.equal(error.path, planted);
    assert.equal(files.text("/home/victim/f"), "mine");
    assert.deepEqual(
      [...files.contents().keys()].sort(),
      [
        store.pathOf(CONTENT.sha256),
        "/home/victim/f",
      ].sort(),
    );
  }
});

Deno.test("a store replaces a link that was planted under a content's name", async () => {
  const { files, store } = createStoreCase();
  files.put("/home/victim", BYTES);
  files.putLink("/home/victim", store.pathOf(CONTENT.sha256));
  assert.equal(await store.state(CONTENT), "damaged");
  await store.put(CONTENT, BYTES.slice(), { targets: [], force: false });
  assert.equal(await store.state(CONTENT), "present");
  assert.deepEqual(files.contents().get("/home/victim"), BYTES);
});

Deno.test("SafeDirectories.linkTo names the first link below the root, and asks once for what is none", async () => {
  const files = new MemoryFiles();
  files.put("/big-disk/a/b/c", "");
  files.put("/elsewhere/d/e", "");
  files.putLink("/big-disk", "/dd");
  files.putLink("/elsewhere", "/big-disk/a/link");
  const directories = directoriesOn(files);
  assert.equal(await directories.linkTo("/dd/a/b"), undefined);
  files.operations.length = 0;
  assert.equal(await directories.linkTo("/dd/a/b"), undefined);
  assert.deepEqual(files.operations, []);
  assert.equal(await directories.linkTo("/dd/a/gone/x"), undefined);
  assert.equal(await directories.linkTo("/dd"), undefined);
  assert.equal(await directories.linkTo("/dd/a/link"), "/dd/a/link");
  assert.equal(await directories.linkTo("/dd/a/link/d"), "/dd/a/link");
});

for (const depth of [0, 1, 2]) {
  Deno.test(`LocalTransferStore takes and removes nothing behind a link (${depth} above the contents)`, async () => {
    const { files, store } = createStoreCase();
    const bytes = patternBytes(100);
    const content = contentOf(bytes);
    const path = store.pathOf(content.sha256);
    files.put(path, bytes);
    files.put(`${path}.k3.part`, "precious");
    const link = path.split("/").slice(0, -1 - depth).join("/");
    await files.rename(link, "/elsewhere");
    files.putLink("/elsewhere", link);
    const before = files.contents();
    assert.equal(await store.state(content), "absent");
    assert.equal(await store.verify(content), "absent");
    assert.equal(await store.leftoverBytes(content), 0);
    await store.tidy(content);
    assert.deepEqual(files.contents(), before);
    const error = await rejection(
      store.put(content, bytes, { targets: ["/dd/x"], force: false }),
    );
    assert.match(error.message, /is a symbolic link, and nothing is written /);
    assert.deepEqual(files.contents(), before);
  });
}
