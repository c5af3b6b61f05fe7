/**
 * The file system, through the runtime. Stands for `@std/fs` (ensureDir,
 * exists, walk and friends are what {@linkcode denoFiles} gives).
 *
 * @module
 */

import type { FileSystem } from "../base/mod.ts";
import { resolve } from "node:path";
import {
  attempt,
  attemptNow,
  ignoreMissing,
  ignoreMissingNow,
  isNew,
} from "./_attempt.ts";
import { fileInfo, fileInfoNow, kindOf } from "./_file_info.ts";
import { freeBytes } from "./_free_bytes.ts";
import { createWritable, openForUpdate } from "./_open_file.ts";
import { syncOpened } from "./_sync_directory.ts";
import { checkNewName } from "./_windows_name.ts";

const CHUNK_BYTES = 1 << 20;

/** The real file system. */
export const denoFiles: FileSystem = {
  stat: (path) => fileInfo(path, Deno.stat),
  lstat: (path) => fileInfo(path, Deno.lstat),
  lstatNow: fileInfoNow,

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
    const size = Math.max(0, Math.min(end - start, CHUNK_BYTES));
    const buffer = new Uint8Array(size);
    for (let left = end - start; left > 0;) {
      const part = buffer.subarray(0, Math.min(left, CHUNK_BYTES));
      const count = await attempt("cannot read", path, () => file.read(part));
      if (count === null) return;
      left -= count;
      yield part.subarray(0, count);
    }
  },

  create: (path, { mode } = {}) => createWritable(path, mode, Deno),

  openForUpdate: (path, options) => openForUpdate(path, options, Deno),

  async createDirectory(path) {
    checkNewName("cannot make the directory", path);
    return await attempt(
      "cannot make the directory",
      path,
      () => isNew(() => Deno.mkdir(path === "" ? "." : path)),
    );
  },

  freeBytes,

  makeDirectory: (path, { mode } = {}) =>
    attempt(
      "cannot make the directory",
      path,
      () => Deno.mkdir(path === "" ? "." : path, { recursive: true, mode }),
    ),

  async rename(from, to) {
    checkNewName("cannot rename to", to);
    await attempt("cannot rename to", to, () => Deno.rename(from, to));
  },

  async link(from, to) {
    checkNewName("cannot link", to);
    await attempt("cannot link", to, () => Deno.link(from, to));
  },

  async remove(path, { recursive = false } = {}) {
    await attempt(
      "cannot remove",
      path,
      () => ignoreMissing(() => Deno.remove(path, { recursive })),
    );
  },

  removeNow: (path) =>
    attemptNow(
      "cannot remove",
      path,
      () => ignoreMissingNow(() => Deno.removeSync(path)),
    ),

  async setMode(path, mode) {
    if (Deno.build.os === "windows") return;
    await attempt("cannot set the mode of", path, () => Deno.chmod(path, mode));
  },

  async syncDirectory(path) {
    const open = () => Deno.open(path === "" ? "." : path);
    using directory = await open().catch(() => undefined);
    await syncOpened(path, directory);
  },

  absolute: (path) => resolve(path),
};
