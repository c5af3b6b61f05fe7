import assert from "node:assert/strict";
import { dirname, resolve } from "node:path";
import {
  type FileSystem,
  LocalError,
  type LocalReason,
} from "../../src/base/mod.ts";
import { blockingFiles, denoFiles } from "../../src/platform/mod.ts";
import { failEvery, failOnce, MemoryFiles } from "../support/memory_files.ts";

const IS_WINDOWS = Deno.build.os === "windows";

interface Subject {
  files: FileSystem;
  /** An empty directory. */
  root: string;
  symlink(target: string, path: string): Promise<void>;
}

const SUBJECTS: Record<
  string,
  (work: (subject: Subject) => Promise<void>) => Promise<void>
> = {
  MemoryFiles: async (work) => {
    const files = new MemoryFiles({ currentDirectory: "/some/where" });
    const symlink = (target: string, path: string) =>
      Promise.resolve(files.putLink(target, path));
    await work({ files, root: "/some/where", symlink });
  },
  denoFiles: (work) => inTemporaryDirectory(denoFiles, work),
  blockingFiles: (work) => inTemporaryDirectory(blockingFiles, work),
};

async function inTemporaryDirectory(
  files: FileSystem,
  work: (subject: Subject) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  const symlink = async (target: string, path: string) => {
    // Windows wants to know what it leads to.
    const info = await Deno.stat(resolve(dirname(path), target))
      .catch(() => undefined);
    const type = info?.isDirectory ? "dir" : "file";
    await Deno.symlink(target, path, { type });
  };
  try {
    await work({ files, root, symlink });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const text = (content: string) => new TextEncoder().encode(content);

async function write(
  files: FileSystem,
  path: string,
  ...pieces: string[]
): Promise<void> {
  const file = await files.create(path);
  for (const piece of pieces) await file.write(text(piece));
  await file.sync();
  file.close();
}

async function readText(files: FileSystem, path: string): Promise<string> {
  return new TextDecoder().decode(await files.read(path));
}

async function refuses(
  work: Promise<unknown>,
  ...reasons: LocalReason[]
): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof LocalError, String(error));
    assert.ok(reasons.includes(error.reason), error.reason);
    return true;
  });
}

const CONTRACT: Record<string, (subject: Subject) => Promise<void>> = {
  "create() writes piece after piece into a new file": async (
    { files, root },
  ) => {
    await write(files, `${root}/a`, "one ", "", "two");
    assert.equal(await readText(files, `${root}/a`), "one two");
    assert.equal((await files.stat(`${root}/a`))?.sizeBytes, 7);
    assert.equal((await files.stat(`${root}/a`))?.kind, "file");
  },
  "lstatNow() says what lstat() says": async ({ files, root, symlink }) => {
    await write(files, `${root}/a`, "xyz");
    await symlink(`${root}/a`, `${root}/l`);
    for (const name of ["a", "l", "none", ""]) {
      const path = `${root}/${name}`;
      assert.deepEqual(files.lstatNow(path), await files.lstat(path), name);
    }
    assert.throws(() => files.lstatNow(`${root}/a/b`), {
      name: "LocalError",
      reason: "not_directory",
    });
  },
  "removeNow() removes a file, a link and nothing else": async (
    { files, root, symlink },
  ) => {
    await write(files, `${root}/a`, "x");
    await symlink(`${root}/a`, `${root}/l`);
    files.removeNow(`${root}/l`);
    assert.equal(await files.lstat(`${root}/l`), undefined);
    assert.equal(await readText(files, `${root}/a`), "x");
    files.removeNow(`${root}/a`);
    assert.equal(await files.lstat(`${root}/a`), undefined);
    files.removeNow(`${root}/a`);
    await files.createDirectory(`${root}/d`);
    await write(files, `${root}/d/a`, "x");
    assert.throws(() => files.removeNow(`${root}/d`), { name: "LocalError" });
    assert.equal(await readText(files, `${root}/d/a`), "x");
  },
  "setMode() sets the mode of files and directories": async (
    { files, root },
  ) => {
    await write(files, `${root}/a`, "x");
    await files.createDirectory(`${root}/d`);
    await files.setMode(`${root}/a`, 0o640);
    await files.setMode(`${root}/d`, 0o710);
    const modes = [
      (await files.stat(`${root}/a`))?.mode,
      (await files.stat(`${root}/d`))?.mode,
    ];
    if (IS_WINDOWS) return;
    assert.deepEqual(modes, [0o640, 0o710]);
    await refuses(files.setMode(`${root}/none`, 0o600), "not_found");
  },
  "create() refuses a name that is taken, a dangling link included": async (
    { files, root, symlink },
  ) => {
    await write(files, `${root}/a`, "x");
    await symlink(`${root}/victim`, `${root}/l`);
    await refuses(files.create(`${root}/a`), "exists");
    await refuses(files.create(`${root}/l`), "exists");
    assert.equal(await files.lstat(`${root}/victim`), undefined);
    assert.equal(await readText(files, `${root}/a`), "x");
  },
  "create() refuses a directory that is not there, or is a file": async (
    { files, root },
  ) => {
    await write(files, `${root}/a`, "x");
    await refuses(files.create(`${root}/none/b`), "not_found");
    await refuses(files.create(`${root}/a/b`), "not_directory");
  },
  "WritableFile.reset() starts again at nothing": async ({ files, root }) => {
    const file = await files.create(`${root}/a`);
    await file.write(text("a long text"));
    await file.reset();
    await file.write(text("short"));
    file.close();
    assert.equal(await readText(files, `${root}/a`), "short");
  },
  "WritableFile.write() refuses once it is closed": async (
    { files, root },
  ) => {
    const file = await files.create(`${root}/a`);
    file.close();
    await refuses(file.write(text("x")), "other");
  },
  "WritableFile.write() goes on when the name is gone": async (
    { files, root },
  ) => {
    const file = await files.create(`${root}/a`);
    await files.remove(`${root}/a`);
    await file.write(text("x"));
    file.close();
    assert.equal(await files.lstat(`${root}/a`), undefined);
  },
  "openForUpdate() creates a file that is written in any order": async (
    { files, root },
  ) => {
    const file = await files.openForUpdate(`${root}/a`, { create: true });
    await file.writeAt(8, text("world"));
    await file.writeAt(0, text("hello"));
    await file.writeAt(3, text("p, "));
    await file.writeAt(40, text(""));
    await file.syncData();
    file.close();
    assert.equal(await readText(files, `${root}/a`), "help, \0\0world");
  },
  "openForUpdate() takes up a file that is there as it is": async (
    { files, root },
  ) => {
    await write(files, `${root}/a`, "0123456789");
    const before = await files.lstat(`${root}/a`);
    const file = await files.openForUpdate(`${root}/a`, { create: false });
    await file.writeAt(4, text("xy"));
    file.close();
    assert.equal(await readText(files, `${root}/a`), "0123xy6789");
    assert.equal(
      (await files.lstat(`${root}/a`))?.identity,
      before?.identity,
    );
  },
  "openForUpdate() creates only what is not there, and opens only what is":
    async ({ files, root, symlink }) => {
      await write(files, `${root}/a`, "x");
      await symlink(`${root}/victim`, `${root}/l`);
      const open = (name: string, create: boolean) =>
        files.openForUpdate(`${root}/${name}`, { create });
      await refuses(open("a", true), "exists");
      await refuses(open("l", true), "exists");
      await refuses(open("none", false), "not_found");
      await refuses(open("none/b", true), "not_found");
      await refuses(open("a/b", true), "not_directory");
      assert.equal(await files.lstat(`${root}/victim`), undefined);
      assert.equal(await readText(files, `${root}/a`), "x");
    },
  "openForUpdate() never goes through a link, nor opens a directory": async (
    { files, root, symlink },
  ) => {
    await write(files, `${root}/victim`, "mine");
    await symlink(`${root}/victim`, `${root}/l`);
    const open = (path: string) => files.openForUpdate(path, { create: false });
    await refuses(open(`${root}/l`), "other");
    await refuses(open(root), "is_directory");
    assert.equal(await readText(files, `${root}/victim`), "mine");
  },
  "RandomAccessFile.truncate() cuts, and extends by zeros": async (
    { files, root },
  ) => {
    const file = await files.openForUpdate(`${root}/a`, { create: true });
    await file.writeAt(0, text("0123456789"));
    await file.truncate(4);
    assert.equal((await files.stat(`${root}/a`))?.sizeBytes, 4);
    await file.truncate(6);
    file.close();
    assert.equal(await readText(files, `${root}/a`), "0123\0\0");
  },
  "RandomAccessFile.writeAt() keeps each piece whole when many are under way":
    async ({ files, root }) => {
      const file = await files.openForUpdate(`${root}/a`, { create: true });
      const pieces = Array.from({ length: 50 }, (_, at) => 49 - at);
      await Promise.all([
        ...pieces.map((at) => file.writeAt(at * 2, text(`${at % 10};`))),
        file.syncData(),
      ]);
      file.close();
      assert.equal(
        await readText(files, `${root}/a`),
        "0;1;2;3;4;5;6;7;8;9;".repeat(5),
      );
    },
  "RandomAccessFile refuses everything once it is closed": async (
    { files, root },
  ) => {
    const file = await files.openForUpdate(`${root}/a`, { create: true });
    file.close();
    await refuses(file.writeAt(0, text("x")), "other");
    await refuses(file.truncate(0), "other");
    await refuses(file.syncData(), "other");
  },
  "createDirectory() makes one level and tells whether it did": async (
    { files, root },
  ) => {
    assert.equal(await files.createDirectory(`${root}/d`), true);
    assert.equal((await files.lstat(`${root}/d`))?.kind, "directory");
    assert.equal(await files.createDirectory(`${root}/d`), false);
    assert.equal(await files.createDirectory(root), false);
    assert.equal(await files.createDirectory(""), false);
    await refuses(files.createDirectory(`${root}/none/d`), "not_found");
    assert.equal(await files.lstat(`${root}/none`), undefined);
  },
  "createDirectory() leaves alone what is no directory": async (
    { files, root, symlink },
  ) => {
    await write(files, `${root}/a`, "x");
    await symlink("nowhere", `${root}/l`);
    assert.equal(await files.createDirectory(`${root}/a`), false);
    assert.equal(await files.createDirectory(`${root}/l`), false);
    assert.equal((await files.lstat(`${root}/l`))?.kind, "symlink");
    assert.equal(await files.lstat(`${root}/nowhere`), undefined);
    await refuses(files.createDirectory(`${root}/a/d`), "not_directory");
  },
  "freeBytes() tells it for a path that is not there yet too": async (
    { files, root },
  ) => {
    for (const path of [root, `${root}/none/deep`, ""]) {
      const sizeBytes = await files.freeBytes(path);
      assert.ok(Number.isSafeInteger(sizeBytes), String(sizeBytes));
      assert.ok(Number(sizeBytes) > 0);
    }
  },
  "stat() and lstat() give undefined when there is nothing": async (
    { files, root, symlink },
  ) => {
    await symlink("nowhere", `${root}/l`);
    assert.equal(await files.stat(`${root}/a`), undefined);
    assert.equal(await files.lstat(`${root}/a/b`), undefined);
    assert.equal(await files.stat(`${root}/l`), undefined);
    assert.equal((await files.lstat(`${root}/l`))?.kind, "symlink");
  },
  "stat() follows a link and lstat() does not": async (
    { files, root, symlink },
  ) => {
    await files.makeDirectory(`${root}/d`);
    await write(files, `${root}/d/a`, "abc");
    await symlink("d/a", `${root}/l`);
    await symlink(`${root}/d`, `${root}/m`);
    assert.equal((await files.stat(`${root}/l`))?.sizeBytes, 3);
    assert.equal((await files.lstat(`${root}/l`))?.kind, "symlink");
    assert.equal((await files.lstat(`${root}/m/a`))?.kind, "file");
    assert.equal((await files.stat(`${root}/m`))?.kind, "directory");
    assert.equal(await readText(files, `${root}/m/a`), "abc");
  },
  "stat() refuses a path that goes through a file": async (
    { files, root },
  ) => {
    await write(files, `${root}/a`, "x");
    await refuses(files.stat(`${root}/a/b`), "not_directory");
    await refuses(files.lstat(`${root}/a/b`), "not_directory");
  },
  "list() sorts names and tells links from what they lead to": async (
    { files, root, symlink },
  ) => {
    await files.makeDirectory(`${root}/d`);
    await write(files, `${root}/d/b`, "");
    await write(files, `${root}/d/a`, "");
    await files.makeDirectory(`${root}/d/c/deep`);
    await symlink("c", `${root}/d/B`);
    assert.deepEqual(await files.list(`${root}/d`), [
      { name: "B", kind: "symlink" },
      { name: "a", kind: "file" },
      { name: "b", kind: "file" },
      { name: "c", kind: "directory" },
    ]);
    await refuses(files.list(`${root}/none`), "not_found");
    await refuses(files.list(`${root}/d/a`), "not_directory");
  },
  "read() refuses what is not a file": async ({ files, root }) => {
    await refuses(files.read(`${root}/none`), "not_found");
    await refuses(files.read(root), "is_directory");
  },
  "readChunks() gives the bytes of a range": async ({ files, root }) => {
    await write(files, `${root}/a`, "0123456789abcdef");
    const chunks = async (range?: { start?: number; end?: number }) => {
      let found = "";
      for await (const chunk of files.readChunks(`${root}/a`, range)) {
        assert.ok(chunk.length > 0);
        found += new TextDecoder().decode(chunk);
      }
      return found;
    };
    assert.equal(await chunks(), "0123456789abcdef");
    assert.equal(await chunks({ start: 3 }), "3456789abcdef");
    assert.equal(await chunks({ start: 3, end: 12 }), "3456789ab");
    assert.equal(await chunks({ end: 0 }), "");
    assert.equal(await chunks({ start: 12, end: 99 }), "cdef");
    assert.equal(await chunks({ start: 99 }), "");
    await refuses(
      Array.fromAsync(files.readChunks(`${root}/none`)),
      "not_found",
    );
    await refuses(Array.fromAsync(files.readChunks(root)), "is_directory");
  },
  "makeDirectory() makes parents and takes what is there": async (
    { files, root, symlink },
  ) => {
    await files.makeDirectory(`${root}/a/b/c`);
    await files.makeDirectory(`${root}/a/b/c`);
    await symlink("a", `${root}/l`);
    await files.makeDirectory(`${root}/l`);
    await files.makeDirectory(`${root}/l/d`);
    assert.equal((await files.lstat(`${root}/a/d`))?.kind, "directory");
    assert.equal((await files.lstat(`${root}/l`))?.kind, "symlink");
  },
  "makeDirectory() refuses a file in its way": async ({ files, root }) => {
    await write(files, `${root}/a`, "x");
    await refuses(files.makeDirectory(`${root}/a`), "exists");
    await refuses(files.makeDirectory(`${root}/a/b`), "not_directory");
  },
  "rename() replaces a file at once": async ({ files, root }) => {
    await write(files, `${root}/a`, "new");
    await write(files, `${root}/b`, "old");
    await files.rename(`${root}/a`, `${root}/b`);
    assert.equal(await readText(files, `${root}/b`), "new");
    assert.equal(await files.lstat(`${root}/a`), undefined);
  },
  "rename() replaces a link and leaves what it led to": async (
    { files, root, symlink },
  ) => {
    await write(files, `${root}/victim`, "mine");
    await write(files, `${root}/a`, "new");
    await symlink(`${root}/victim`, `${root}/l`);
    await files.rename(`${root}/a`, `${root}/l`);
    assert.equal(await readText(files, `${root}/victim`), "mine");
    assert.equal((await files.lstat(`${root}/l`))?.kind, "file");
  },
  "rename() moves a directory with what is in it": async (
    { files, root },
  ) => {
    await files.makeDirectory(`${root}/d/e`);
    await write(files, `${root}/d/e/a`, "x");
    await files.rename(`${root}/d`, `${root}/f`);
    assert.equal(await readText(files, `${root}/f/e/a`), "x");
    assert.equal(await files.lstat(`${root}/d`), undefined);
  },
  "rename() refuses what is missing or of another kind": async (
    { files, root },
  ) => {
    await write(files, `${root}/a`, "x");
    await files.makeDirectory(`${root}/d`);
    await refuses(files.rename(`${root}/none`, `${root}/b`), "not_found");
    await refuses(files.rename(`${root}/a`, `${root}/none/b`), "not_found");
    await refuses(files.rename(`${root}/a`, `${root}/d`), "is_directory");
    await refuses(files.rename(`${root}/d`, `${root}/a`), "not_directory");
  },
  "link() gives one file a second name": async ({ files, root }) => {
    await write(files, `${root}/a`, "x");
    await write(files, `${root}/other`, "x");
    await files.link(`${root}/a`, `${root}/b`);
    const [a, b, other] = await Promise.all(
      ["a", "b", "other"].map((name) => files.lstat(`${root}/${name}`)),
    );
    assert.equal(a?.identity, b?.identity);
    // Some inodes of Windows are too large to be told apart.
    if (!IS_WINDOWS || a?.identity !== "") {
      assert.notEqual(a?.identity, "");
      assert.notEqual(a?.identity, other?.identity);
    }
    await files.remove(`${root}/a`);
    assert.equal(await readText(files, `${root}/b`), "x");
  },
  "link() refuses a name that is taken, a dangling link included": async (
    { files, root, symlink },
  ) => {
    await write(files, `${root}/a`, "x");
    await write(files, `${root}/b`, "y");
    await symlink(`${root}/victim`, `${root}/l`);
    await refuses(files.link(`${root}/a`, `${root}/b`), "exists");
    await refuses(files.link(`${root}/a`, `${root}/l`), "exists");
    await refuses(files.link(`${root}/none`, `${root}/c`), "not_found");
    await refuses(files.link(`${root}/a`, `${root}/none/c`), "not_found");
    assert.equal(await readText(files, `${root}/b`), "y");
    assert.equal(await files.lstat(`${root}/victim`), undefined);
  },
  "remove() takes a file, an empty directory, or nothing": async (
    { files, root },
  ) => {
    await write(files, `${root}/a`, "x");
    await files.makeDirectory(`${root}/d`);
    await files.remove(`${root}/a`);
    await files.remove(`${root}/a`);
    await files.remove(`${root}/none/b`);
    await files.remove(`${root}/d`);
    assert.deepEqual(await files.list(root), []);
  },
  "remove() takes a tree only when told so, and no link's victim": async (
    { files, root, symlink },
  ) => {
    await files.makeDirectory(`${root}/d/e`);
    await files.makeDirectory(`${root}/victim`);
    await write(files, `${root}/victim/a`, "mine");
    await symlink(`${root}/victim`, `${root}/d/e/l`);
    await symlink(`${root}/victim`, `${root}/m`);
    await refuses(files.remove(`${root}/d`), "other");
    assert.equal((await files.lstat(`${root}/d/e`))?.kind, "directory");
    await files.remove(`${root}/d`, { recursive: true });
    await files.remove(`${root}/m`, { recursive: true });
    assert.deepEqual(await files.list(root), [
      { name: "victim", kind: "directory" },
    ]);
    assert.equal(await readText(files, `${root}/victim/a`), "mine");
  },
  "syncDirectory() is quiet, whatever the path": async ({ files, root }) => {
    await files.syncDirectory(root);
    await files.syncDirectory(`${root}/none`);
  },
  "absolute() cleans a path and leaves links alone": async (
    { files, root, symlink },
  ) => {
    await symlink("nowhere", `${root}/l`);
    assert.equal(files.absolute(`${root}/a/../l/./b`), `${root}/l/b`);
    const here = files.absolute("");
    assert.equal(files.absolute("x/y"), `${here}/x/y`);
    assert.equal(files.absolute("."), here);
  },
};

for (const [subject, given] of Object.entries(SUBJECTS)) {
  for (const [name, check] of Object.entries(CONTRACT)) {
    Deno.test(`${subject} ${name}`, () => given(check));
  }
}

Deno.test("denoFiles stat() tells when a file was modified", () =>
  SUBJECTS.denoFiles?.(async ({ files, root }) => {
    await write(files, `${root}/a`, "x");
    await Deno.utime(`${root}/a`, 1_000, 1_564_689_707);
    const info = await files.stat(`${root}/a`);
    assert.equal(info?.modifiedAtMs, 1_564_689_707_000);
  }));

Deno.test("MemoryFiles fails at the operation it was told, and counts", async () => {
  const files = new MemoryFiles({
    failures: (_operation, number) => number === 2 ? "no_space" : undefined,
  });
  const file = await files.create("/a");
  await refuses(file.write(text("x")), "no_space");
  await file.write(text("y"));
  file.close();
  assert.equal(files.text("/a"), "y");
  assert.deepEqual(files.operations, ["create /a", "write /a", "write /a"]);
});

Deno.test("MemoryFiles loses in a power cut what was not synced", async () => {
  const files = new MemoryFiles();
  const file = await files.create("/a");
  await file.write(text("safe"));
  await file.sync();
  await file.write(text(", not safe"));
  file.close();
  const left = files.contents({ durable: true }).get("/a");
  assert.equal(new TextDecoder().decode(left), "safe");
});

Deno.test("MemoryFiles loses in a power cut what was written anywhere after syncData", async () => {
  const files = new MemoryFiles();
  const file = await files.openForUpdate("/a", { create: true });
  const left = () =>
    new TextDecoder().decode(files.contents({ durable: true }).get("/a"));
  await file.writeAt(0, text("0123456789"));
  assert.equal(left(), "");
  await file.syncData();
  await file.writeAt(2, text("xy"));
  await file.truncate(4);
  assert.equal(left(), "0123456789");
  assert.equal(files.text("/a"), "01xy");
  await file.syncData();
  assert.equal(left(), "01xy");
  file.close();
  assert.throws(() => file.close(), { message: "/a is closed a second time" });
});

Deno.test("MemoryFiles counts and fails what is done to open files and directories", async () => {
  const files = new MemoryFiles({ failures: failOnce(2, "no_space") });
  const file = await files.openForUpdate("/a", { create: true });
  await refuses(file.writeAt(0, text("x")), "no_space");
  await file.writeAt(0, text("y"));
  await file.truncate(1);
  await file.syncData();
  file.close();
  await files.createDirectory("/d");
  await files.freeBytes("/d");
  assert.deepEqual(files.operations, [
    "openForUpdate /a",
    "writeAt /a",
    "writeAt /a",
    "truncate /a",
    "syncData /a",
    "createDirectory /d",
    "freeBytes /d",
  ]);
});

Deno.test("MemoryFiles cannot tell its free bytes when told to fail there", async () => {
  const files = new MemoryFiles({ failures: failEvery("freeBytes", "other") });
  files.freeSpaceBytes = 5;
  assert.equal(await files.freeBytes("/"), undefined);
  files.failures = () => undefined;
  assert.equal(await files.freeBytes("/"), 5);
});
