import assert from "node:assert/strict";
import { statfsSync } from "node:fs";
import type { FileSystem } from "../../src/base/mod.ts";
import { blockingFiles, denoFiles } from "../../src/platform/mod.ts";
import { identityOf } from "../../src/platform/_file_info.ts";
import { openForUpdate } from "../../src/platform/_open_file.ts";
import { inDirectory } from "./_directory.ts";

const IS_WINDOWS = Deno.build.os === "windows";
const SUBJECTS: Record<string, FileSystem> = { denoFiles, blockingFiles };

for (const [name, files] of Object.entries(SUBJECTS)) {
  Deno.test({
    name: `${name}.openForUpdate refuses a named pipe instead of waiting`,
    ignore: IS_WINDOWS,
    fn: () =>
      inDirectory(async (directory) => {
        const path = `${directory}/pipe`;
        await new Deno.Command("mkfifo", { args: [path] }).output();
        await assert.rejects(files.openForUpdate(path, { create: false }), {
          name: "LocalError",
          reason: "other",
          message: `cannot open ${path}: it is not a regular file`,
        });
      }),
  });

  Deno.test({
    name: `${name}.openForUpdate says that a link is one`,
    ignore: IS_WINDOWS,
    fn: () =>
      inDirectory(async (directory) => {
        const path = `${directory}/link`;
        await Deno.symlink("victim", path);
        await assert.rejects(files.openForUpdate(path, { create: false }), {
          message: `cannot open ${path}: it is a symbolic link`,
        });
      }),
  });

  Deno.test({
    name: `${name} gives what it creates the mode that was asked for`,
    ignore: IS_WINDOWS,
    fn: () =>
      inDirectory(async (directory) => {
        const path = `${directory}/a`;
        (await files.create(path, { mode: 0o600 })).close();
        assert.equal((await Deno.stat(path)).mode, 0o100600);
        await files.remove(path);
        const options = { create: true, mode: 0o600 };
        (await files.openForUpdate(path, options)).close();
        assert.equal((await Deno.stat(path)).mode, 0o100600);
      }),
  });

  Deno.test(`${name}.openForUpdate writes a piece larger than one write, far out`, () =>
    inDirectory(async (directory) => {
      const path = `${directory}/a`;
      const start = 5 * 2 ** 30;
      const bytes = new Uint8Array(3_000_000).map((_, at) => at % 251);
      const file = await files.openForUpdate(path, { create: true });
      await file.writeAt(start, bytes);
      await file.syncData();
      file.close();
      assert.equal((await Deno.stat(path)).size, start + bytes.length);
      using reader = await Deno.open(path);
      await reader.seek(start + 2_999_990, Deno.SeekMode.Start);
      const end = new Uint8Array(20);
      assert.equal(await reader.read(end), 10);
      assert.deepEqual(end.subarray(0, 10), bytes.subarray(2_999_990));
    }));

  Deno.test(`${name}.freeBytes is what the system gives to users`, () =>
    inDirectory(async (directory) => {
      const { bavail, bsize } = statfsSync(directory);
      const sizeBytes = await files.freeBytes(`${directory}/none/x`) ?? NaN;
      // Others write meanwhile.
      assert.ok(Math.abs(sizeBytes - bavail * bsize) < 2 ** 30);
    }));
}

Deno.test({
  name: "openForUpdate refuses a file that was replaced after it was seen",
  ignore: IS_WINDOWS,
  fn: () =>
    inDirectory(async (directory) => {
      const path = `${directory}/a`;
      await Deno.writeTextFile(path, "old");
      await Deno.writeTextFile(`${directory}/victim`, "mine");
      const opening = openForUpdate(path, { create: false }, {
        open: Deno.openSync,
        lstat: (seen) => {
          const info = Deno.lstatSync(seen);
          Deno.renameSync(seen, `${directory}/b`);
          Deno.symlinkSync("victim", seen);
          return info;
        },
      });
      await assert.rejects(opening, {
        name: "LocalError",
        message: `cannot open ${path}: it was replaced while it was opened`,
      });
    }),
});

Deno.test("identityOf knows no inode that a number cannot hold", () => {
  // A file of NTFS: how often its record was used, then its number.
  const ino = (40n << 48n) + 1_000_000n;
  assert.equal(Number(ino), Number(ino + 1n));
  assert.equal(identityOf({ dev: 5, ino: Number(ino) }), "");
  assert.equal(identityOf({ dev: 5, ino: null }), "");
  assert.equal(identityOf({ dev: 5, ino: 7 }), "5:7");
});

Deno.test("freeBytes asks nobody when the permission for it is missing", () =>
  inDirectory(async (directory) => {
    const module = new URL("../../src/platform/mod.ts", import.meta.url);
    const script = `${directory}/script.ts`;
    await Deno.writeTextFile(
      script,
      `import { denoFiles } from ${JSON.stringify(module.href)};
console.log(typeof await denoFiles.freeBytes("."));`,
    );
    const run = async (...flags: string[]) => {
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-prompt", "--allow-read", ...flags, script],
      }).output();
      return new TextDecoder().decode(stdout) ||
        new TextDecoder().decode(stderr);
    };
    assert.equal(await run(), "undefined\n");
    assert.equal(await run("--allow-sys=statfs"), "number\n");
  }));

Deno.test({
  name: "denoFiles says what to do when too many files are open",
  ignore: IS_WINDOWS,
  fn: () =>
    inDirectory(async (directory) => {
      const module = new URL("../../src/platform/mod.ts", import.meta.url);
      const script = `${directory}/script.ts`;
      await Deno.writeTextFile(
        script,
        `import { denoFiles } from ${JSON.stringify(module.href)};
try {
  for (let at = 0;; at++) await denoFiles.create(import.meta.dirname + "/" + at);
} catch (error) {
  console.log(error.message.replace(/ \\S*:/, ":") + "|" + error.hint);
}`,
      );
      const { stdout } = await new Deno.Command("sh", {
        args: [
          "-c",
          'ulimit -n 100; exec "$0" run -A "$1"',
          Deno.execPath(),
          script,
        ],
      }).output();
      assert.equal(
        new TextDecoder().decode(stdout),
        "cannot create: too many open files|" +
          "Lower --jobs, or raise the limit of open files (ulimit -n).\n",
      );
    }),
});
