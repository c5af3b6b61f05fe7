import {
  LocalError,
  printable,
  type RandomAccessFile,
  type WritableFile,
} from "../base/mod.ts";
import { attempt } from "./_attempt.ts";
import { identityOf, kindOf } from "./_file_info.ts";

/** How the runtime looks at paths and opens them, waiting or blocking. */
export interface Opener {
  /** What `path` is, links not followed. */
  lstat(path: string): Deno.FileInfo | Promise<Deno.FileInfo>;
  /** Opens a file. */
  open(
    path: string,
    options: Deno.OpenOptions,
  ): Deno.FsFile | Promise<Deno.FsFile>;
}

/**
 * Creates a file to be written from start to end.
 *
 * @throws {LocalError} when it is there or the system refuses
 */
export async function createWritable(
  path: string,
  mode: number | undefined,
  opener: Opener,
): Promise<WritableFile> {
  return writable(path, await createNew(path, mode, opener));
}

/**
 * Opens a file to be written anywhere: a new one, or the one that is there.
 *
 * @throws {LocalError} when it is there or missing, no regular file, or the
 * system refuses
 */
export async function openForUpdate(
  path: string,
  options: { create: boolean; mode?: number },
  opener: Opener,
): Promise<RandomAccessFile> {
  const file = options.create
    ? await createNew(path, options.mode, opener)
    : await openExisting(path, opener);
  return randomAccess(path, file);
}

function createNew(
  path: string,
  mode: number | undefined,
  opener: Opener,
): Promise<Deno.FsFile> {
  return attempt(
    "cannot create",
    path,
    () => opener.open(path, { write: true, createNew: true, mode }),
  );
}

// The runtime has no O_NOFOLLOW: what was opened must be what was looked at.
// Looking first also keeps from waiting for the reader of a named pipe.
async function openExisting(
  path: string,
  opener: Opener,
): Promise<Deno.FsFile> {
  const seen = await attempt("cannot open", path, () => opener.lstat(path));
  if (kindOf(seen) !== "file") throw notRegular(path, kindOf(seen));
  const file = await attempt(
    "cannot open",
    path,
    () => opener.open(path, { write: true }),
  );
  try {
    const opened = await attempt("cannot open", path, () => file.statSync());
    if (opened.isFile && identityOf(opened) === identityOf(seen)) return file;
    throw notRegular(path, "replaced");
  } catch (error) {
    file.close();
    throw error;
  }
}

function notRegular(path: string, kind: string): LocalError {
  const why = {
    directory: "it is a directory",
    symlink: "it is a symbolic link",
    replaced: "it was replaced while it was opened",
  }[kind] ?? "it is not a regular file";
  return new LocalError(`cannot open ${printable(path)}: ${why}`, {
    reason: kind === "directory" ? "is_directory" : "other",
    path,
  });
}

function writable(path: string, file: Deno.FsFile): WritableFile {
  return {
    write: (bytes) =>
      attempt("cannot write", path, () => writeAll(file, bytes)),
    reset: () =>
      attempt("cannot empty", path, async () => {
        await file.truncate(0);
        await file.seek(0, Deno.SeekMode.Start);
      }),
    sync: () => attempt("cannot write", path, () => file.sync()),
    close: () => file.close(),
  };
}

function randomAccess(path: string, file: Deno.FsFile): RandomAccessFile {
  return {
    // Nothing may come between the two: a file has one position.
    writeAt: (offset, bytes) =>
      attempt("cannot write", path, () => {
        file.seekSync(offset, Deno.SeekMode.Start);
        writeAll(file, bytes);
      }),
    truncate: (sizeBytes) =>
      attempt("cannot resize", path, () => file.truncate(sizeBytes)),
    syncData: () => attempt("cannot write", path, () => file.syncData()),
    close: () => file.close(),
  };
}

// Synchronous on purpose: twice the rate of an awaited write per chunk, and
// the page cache takes a chunk in well under a millisecond.
function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) {
    done += file.writeSync(bytes.subarray(done));
  }
}
