import assert from "node:assert/strict";
import {
  type FileSystem,
  LocalError,
  writeFileAtomically,
} from "../../src/base/mod.ts";
import { denoFiles } from "../../src/platform/mod.ts";

const random = () => 0.5;

/** Runs `work` in a fresh directory and removes it. */
async function inDirectory(
  work: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await work(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function names(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map((entry) => entry.name).sort();
}

Deno.test("writeFileAtomically replaces the content and leaves nothing else", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/a.json`;
    await Deno.writeTextFile(path, "old");
    await writeFileAtomically({ files: denoFiles, random }, path, "né");
    assert.equal(await Deno.readTextFile(path), "né");
    async function* pieces(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array([1, 2]);
      yield await Promise.resolve(new Uint8Array([3]));
    }
    await writeFileAtomically({ files: denoFiles, random }, path, pieces());
    assert.deepEqual(await Deno.readFile(path), new Uint8Array([1, 2, 3]));
    assert.deepEqual(names(directory), ["a.json"]);
  }));

Deno.test("writeFileAtomically keeps the old content when the content breaks off", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/a.json`;
    await Deno.writeTextFile(path, "old");
    async function* pieces(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(new Uint8Array([1]));
      throw new Error("cut");
    }
    await assert.rejects(
      writeFileAtomically({ files: denoFiles, random }, path, pieces()),
      { message: "cut" },
    );
    assert.equal(await Deno.readTextFile(path), "old");
    assert.deepEqual(names(directory), ["a.json"]);
  }));

Deno.test("writeFileAtomically leaves nothing when the rename is refused", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/a.json`;
    const files: FileSystem = {
      ...denoFiles,
      rename: () => Promise.reject(new LocalError("no", { reason: "busy" })),
    };
    await assert.rejects(writeFileAtomically({ files, random }, path, "x"), {
      name: "LocalError",
      reason: "busy",
    });
    assert.deepEqual(names(directory), []);
  }));

Deno.test("writeFileAtomically syncs the file before the rename and the directory after", () =>
  inDirectory(async (directory) => {
    const steps: string[] = [];
    const files: FileSystem = {
      ...denoFiles,
      async create(path, options) {
        const file = await denoFiles.create(path, options);
        return {
          ...file,
          write: (bytes) => (steps.push("write"), file.write(bytes)),
          sync: () => (steps.push("sync"), file.sync()),
          close: () => (steps.push("close"), file.close()),
        };
      },
      rename: (from, to) => (steps.push("rename"), denoFiles.rename(from, to)),
      syncDirectory: (path) => {
        steps.push(`sync ${path === directory}`);
        return denoFiles.syncDirectory(path);
      },
    };
    await writeFileAtomically({ files, random }, `${directory}/a`, "x");
    assert.deepEqual(steps, ["write", "sync", "close", "rename", "sync true"]);
  }));

Deno.test("writeFileAtomically removes what processes left there a week ago, and nothing else", () =>
  inDirectory(async (directory) => {
    const day = 24 * 3_600_000;
    const old = new Date(Date.now() - 8 * day);
    const young = new Date(Date.now() - 6 * day);
    const put = async (name: string, time: Date) => {
      await Deno.writeTextFile(`${directory}/${name}`, "");
      await Deno.utime(`${directory}/${name}`, time, time);
    };
    await put(".hca-k3x.part", old);
    await put(".hca-k4x.part", young);
    await put(".hca-K3.part", old);
    await put(".hca-k3.part.json", old);
    await put("x.hca-k3.part", old);
    await Deno.mkdir(`${directory}/.hca-k5.part`);
    await Deno.utime(`${directory}/.hca-k5.part`, old, old);
    await put("target", old);
    await Deno.symlink(`${directory}/target`, `${directory}/.hca-k6.part`);
    const before = names(directory);
    const path = `${directory}/a.json`;
    await writeFileAtomically({ files: denoFiles, random }, path, "new");
    assert.deepEqual(
      names(directory),
      [...before, "a.json"].filter((name) => name !== ".hca-k3x.part").sort(),
    );
  }));

Deno.test("writeFileAtomically has written the file when the directory cannot be listed", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/a.json`;
    const files: FileSystem = {
      ...denoFiles,
      list: () => Promise.reject(new LocalError("refused")),
    };
    await writeFileAtomically({ files, random }, path, "new");
    assert.equal(await Deno.readTextFile(path), "new");
  }));
