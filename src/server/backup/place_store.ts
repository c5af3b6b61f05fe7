import {
  directoryName,
  type FileSystem,
  joinPath,
  LocalError,
  quote,
} from "../../base/mod.ts";
import { BLOBS_NAME, DATABASE_NAME } from "../store_names.ts";

// What linking says on file systems that have no hard links.
const NO_LINKS = ["permission", "unsupported", "too_many_links", "other"];

/**
 * Moves a whole store from the directory where it was put together to where
 * it belongs: contents first, the database last.
 *
 * @throws {LocalError} with reason `exists` when another store was faster;
 * that one is as it was, with contents more
 */
export async function placeStore(
  files: FileSystem,
  from: string,
  to: string,
): Promise<void> {
  await placeBlobs(files, joinPath(from, BLOBS_NAME), joinPath(to, BLOBS_NAME));
  await files.syncDirectory(to);
  const source = joinPath(from, DATABASE_NAME);
  const target = joinPath(to, DATABASE_NAME);
  try {
    await files.link(source, target);
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    const isTaken = error.reason === "exists" ||
      await files.lstat(target) !== undefined;
    if (isTaken) throw exists(to);
    if (!NO_LINKS.includes(error.reason)) throw error;
    await files.rename(source, target);
  }
  await files.syncDirectory(to);
}

/** Contents may be there already: of a store that was never finished. */
async function placeBlobs(
  files: FileSystem,
  from: string,
  to: string,
): Promise<void> {
  if (await files.lstat(from) === undefined) return;
  if (await files.lstat(to) === undefined) {
    try {
      return await files.rename(from, to);
    } catch (error) {
      // Another process has made it in the meantime.
      if (!(error instanceof LocalError)) throw error;
      if (await files.lstat(to) === undefined) throw error;
    }
  }
  await merge(files, from, to);
}

async function merge(
  files: FileSystem,
  from: string,
  to: string,
): Promise<void> {
  if (await files.createDirectory(to)) {
    await files.syncDirectory(directoryName(to));
  }
  for (const { name, kind } of await files.list(from)) {
    const [source, target] = [joinPath(from, name), joinPath(to, name)];
    if (kind === "directory") await merge(files, source, target);
    else await files.rename(source, target);
  }
  await files.syncDirectory(to);
}

function exists(dataDir: string): LocalError {
  return new LocalError(`${quote(dataDir, 200)} holds a store`, {
    path: dataDir,
    reason: "exists",
    hint: "Restore into another --data-dir, or 'hca local reset' first.",
  });
}
