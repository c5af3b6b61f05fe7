import {
  directoryName,
  type FileSystem,
  joinPath,
  LocalError,
} from "../base/mod.ts";
import { DATABASE_NAME, DATABASE_SUFFIXES } from "./store_names.ts";

const OWNER_ONLY = 0o600;
const WITH_GROUP = 0o660;
const GROUP_MAY_WRITE = 0o020;

/**
 * Makes the directory of a store, for its owner only and durably, if it is
 * not there. One that is there is somebody's choice and is left as it is.
 *
 * @returns the directories that were made, innermost first
 * @throws {LocalError} when it cannot be made
 */
export async function makeStoreDirectory(
  files: FileSystem,
  dataDir: string,
): Promise<string[]> {
  const made: string[] = [];
  let path = files.absolute(dataDir);
  while (await files.stat(path) === undefined) {
    made.push(path);
    path = directoryName(path);
  }
  await files.makeDirectory(dataDir, { mode: 0o700 });
  for (const one of made) await files.syncDirectory(directoryName(one));
  return made;
}

/**
 * Sees that nobody else reads the database of a store, in which there are
 * secrets: a new one is made for its owner only, and SQLite gives what it
 * puts beside it the same mode. One that is there loses what others may do,
 * and what its group may do, unless that may write: then it is shared.
 *
 * @throws {LocalError} when it cannot be made
 */
export async function makePrivateDatabase(
  files: FileSystem,
  dataDir: string,
): Promise<void> {
  const path = joinPath(dataDir, DATABASE_NAME);
  if (await files.stat(path) === undefined) {
    return await createEmpty(files, path);
  }
  for (const suffix of ["", ...DATABASE_SUFFIXES]) {
    await tighten(files, path + suffix);
  }
}

/** An empty file is an empty database. */
async function createEmpty(files: FileSystem, path: string): Promise<void> {
  try {
    (await files.create(path, { mode: OWNER_ONLY })).close();
  } catch (error) {
    // Another process was faster.
    if (!(error instanceof LocalError && error.reason === "exists")) {
      throw error;
    }
  }
}

async function tighten(files: FileSystem, path: string): Promise<void> {
  const { mode } = await files.stat(path) ?? {};
  if (mode === undefined) return;
  const allowed = (mode & GROUP_MAY_WRITE) === 0 ? OWNER_ONLY : WITH_GROUP;
  if ((mode & allowed) === mode) return;
  try {
    await files.setMode(path, mode & allowed);
  } catch (error) {
    // It is another user's, or the disk is read-only.
    if (!(error instanceof LocalError)) throw error;
  }
}
