import type { FileSystem } from "../base/mod.ts";
import { attempt, ignoreMissing, isNew } from "./_attempt.ts";
import { fileInfo } from "./_file_info.ts";
import { createWritable, type Opener, openForUpdate } from "./_open_file.ts";
import { denoFiles } from "./deno_files.ts";
import { syncOpened } from "./_sync_directory.ts";
import { checkNewName } from "./_windows_name.ts";

const OPENER: Opener = { lstat: Deno.lstatSync, open: Deno.openSync };

/**
 * The real file system for a thread that does nothing else: what only looks
 * at names blocks it for the few microseconds that takes, instead of a way
 * through the runtime's thread pool that takes longer. Reading and syncing do
 * not block, so that many files are synced at once.
 */
export const blockingFiles: FileSystem = {
  ...denoFiles,

  lstat: (path) => fileInfo(path, Deno.lstatSync),

  create: (path, { mode } = {}) => createWritable(path, mode, OPENER),

  openForUpdate: (path, options) => openForUpdate(path, options, OPENER),

  async createDirectory(path) {
    checkNewName("cannot make the directory", path);
    return await attempt(
      "cannot make the directory",
      path,
      () => isNew(() => Deno.mkdirSync(path === "" ? "." : path)),
    );
  },

  makeDirectory: (path, { mode } = {}) =>
    attempt(
      "cannot make the directory",
      path,
      () => Deno.mkdirSync(path === "" ? "." : path, { recursive: true, mode }),
    ),

  async syncDirectory(path) {
    using directory = openedOrNot(path);
    await syncOpened(path, directory);
  },

  async rename(from, to) {
    checkNewName("cannot rename to", to);
    await attempt("cannot rename to", to, () => Deno.renameSync(from, to));
  },

  async link(from, to) {
    checkNewName("cannot link", to);
    await attempt("cannot link", to, () => Deno.linkSync(from, to));
  },

  async remove(path, { recursive = false } = {}) {
    await attempt(
      "cannot remove",
      path,
      () => ignoreMissing(() => Deno.removeSync(path, { recursive })),
    );
  },
};

function openedOrNot(path: string): Deno.FsFile | undefined {
  try {
    return Deno.openSync(path === "" ? "." : path);
  } catch {
    return undefined;
  }
}
