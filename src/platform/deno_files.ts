/**
 * The file system, through the runtime. Stands for `@std/fs` (ensureDir,
 * exists, walk and friends are what {@linkcode denoFiles} gives).
 *
 * @module
 */

import type { FileInfo, FileSystem, WritableFile } from "../base/mod.ts";
import { resolve } from "node:path";
import { localError } from "./local_error.ts";

const CHUNK_BYTES = 1 << 20;
// Its permissions are access control lists; a mode would only be a guess.
const IS_WINDOWS = Deno.build.os === "windows";

/** The real file system. */
export const denoFiles: FileSystem = {
  stat: (path) => inform(path, () => Deno.stat(path)),
  lstat: (path) => inform(path, () => Deno.lstat(path)),

  async list(path) {
    return await attempt("cannot list", path, async () => {
      const entries = await Array.fromAsync(Deno.readDir(path));
      return entries
        .map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    });
  },

  read: (path) => attempt("cannot read", path, () => Deno.readFile(path)),

  async *readChunks(path, { start = 0, end = Infinity } = {}) {
    const file = await attempt("cannot open", path, () => Deno.open(path));
    using _closing = file;
    if (start > 0) await file.seek(start, Deno.SeekMode.Start);
    const buffer = new Uint8Array(CHUNK_BYTES);
    for (let left = end - start; left > 0;) {
      const part = buffer.subarray(0, Math.min(left, CHUNK_BYTES));
      const count = await attempt("cannot read", path, () => file.read(part));
      if (count === null) return;
      left -= count;
      yield part.subarray(0, count);
    }
  },

  async create(path, { mode } = {}) {
    const file = await attempt(
      "cannot create",
      path,
      () => Deno.open(path, { write: true, createNew: true, mode }),
    );
    return writable(path, file);
  },

  makeDirectory: (path, { mode } = {}) =>
    attempt(
      "cannot make the directory",
      path,
      () => Deno.mkdir(path === "" ? "." : path, { recursive: true, mode }),
    ),

  rename: (from, to) =>
    attempt("cannot rename to", to, () => Deno.rename(from, to)),

  link: (from, to) => attempt("cannot link", to, () => Deno.link(from, to)),

  async remove(path, { recursive = false } = {}) {
    await attempt(
      "cannot remove",
      path,
      () => ignoreMissing(() => Deno.remove(path, { recursive })),
    );
  },

  async syncDirectory(path) {
    // Windows cannot open a directory, and some network file systems refuse
    // to sync one; nothing more can be done there.
    try {
      using directory = await Deno.open(path === "" ? "." : path);
      await directory.sync();
    } catch {
      return;
    }
  },

  absolute: (path) => resolve(path),
};

function writable(path: string, file: Deno.FsFile): WritableFile {
  return {
    // Synchronous on purpose: twice the rate of an awaited write per chunk,
    // and the page cache takes a chunk in well under a millisecond.
    write: (bytes) =>
      attempt("cannot write", path, () => {
        for (let done = 0; done < bytes.length;) {
          done += file.writeSync(bytes.subarray(done));
        }
      }),
    reset: () =>
      attempt("cannot empty", path, async () => {
        await file.truncate(0);
        await file.seek(0, Deno.SeekMode.Start);
      }),
    sync: () => attempt("cannot write", path, () => file.sync()),
    close: () => file.close(),
  };
}

async function inform(
  path: string,
  ask: () => Promise<Deno.FileInfo>,
): Promise<FileInfo | undefined> {
  const info = await attempt("cannot look at", path, () => ignoreMissing(ask));
  return info && {
    kind: kindOf(info),
    sizeBytes: info.size,
    identity: info.ino === null ? "" : `${info.dev}:${info.ino}`,
    modifiedAtMs: info.mtime?.getTime(),
    mode: IS_WINDOWS || info.mode === null ? undefined : info.mode & 0o7777,
  };
}

function kindOf(
  entry: { isFile: boolean; isDirectory: boolean; isSymlink: boolean },
): FileInfo["kind"] {
  if (entry.isFile) return "file";
  if (entry.isDirectory) return "directory";
  return entry.isSymlink ? "symlink" : "other";
}

async function attempt<T>(
  action: string,
  path: string,
  work: () => T | Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw localError(action, path, cause);
  }
}

async function ignoreMissing<T>(
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
