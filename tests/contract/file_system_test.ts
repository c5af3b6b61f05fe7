import assert from "node:assert/strict";
import {
  type FileSystem,
  LocalError,
  type LocalReason,
} from "../../src/base/mod.ts";
import { denoFiles } from "../../src/platform/mod.ts";
import { MemoryFiles } from "../support/memory_files.ts";

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
  denoFiles: async (work) => {
    const root = await Deno.makeTempDir();
    try {
      await work({
        files: denoFiles,
        root,
        symlink: (target, path) => Deno.symlink(target, path),
      });
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
};

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
    assert.notEqual(a?.identity, "");
    assert.equal(a?.identity, b?.identity);
    assert.notEqual(a?.identity, other?.identity);
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
