import {
  type CreateHash,
  type Database,
  type FileSystem,
  joinPath,
  LocalError,
  quote,
  type Random,
  RefusedError,
} from "../../base/mod.ts";
import { ContentStore } from "../../store/mod.ts";
import { untilAborted } from "../until_aborted.ts";
import { makeStoreDirectory } from "../private_store.ts";
import { restoreName } from "../remains.ts";
import {
  BLOBS_NAME,
  DATABASE_NAME,
  DATABASE_SUFFIXES,
} from "../store_names.ts";
import { type BackupReport, DATABASE_ENTRY } from "./back_up.ts";
import { checkComplete } from "./check_complete.ts";
import { placeStore } from "./place_store.ts";
import { readTar } from "./read_tar.ts";
import { restoreBlob, writeDatabase } from "./restore_entries.ts";

/** What a restore works with. */
export interface RestoreTools {
  /** The machine. */
  runtime: { files: FileSystem; random: Random; createHash: CreateHash };
  /** Opens the database that comes out. */
  openDatabase: (path: string) => Database;
  /** Ends it while the archive is read. */
  signal?: AbortSignal;
}

/**
 * Makes a store of an archive. It is put together and checked in a directory
 * of its own; then its contents go to their places, and the database last, by
 * a link that takes nobody's place. So of what was ended before there is no
 * store, and of several restores at once one makes it. A refused archive
 * leaves nothing, not even a directory.
 *
 * @param dataDir the directory of the store
 * @throws {LocalError} with reason `exists` when there is a store already
 * @throws {RefusedError} when the file is no backup
 * @throws {IntegrityError} when a content is not what its name says, or one
 * that the database names is not there
 * @throws {CancelledError} when the signal is aborted; nothing stays then
 */
export async function restore(
  tools: RestoreTools,
  path: string,
  dataDir: string,
): Promise<BackupReport> {
  const { files, random } = tools.runtime;
  await refuseStore(files, dataDir);
  const made = await makeStoreDirectory(files, dataDir);
  const token = random().toString(36).slice(2);
  const staging = joinPath(dataDir, restoreName(token));
  try {
    await files.makeDirectory(staging, { mode: 0o700 });
    const report = await unpack(tools, path, staging);
    // Another one may have been made meanwhile; then nothing is to be left.
    await refuseStore(files, dataDir);
    await placeStore(files, staging, dataDir);
    await files.remove(staging, { recursive: true });
    return report;
  } catch (error) {
    await files.remove(staging, { recursive: true });
    // One that is not empty has become somebody else's, too.
    for (const one of made) await files.remove(one).catch(() => {});
    throw error;
  }
}

async function refuseStore(files: FileSystem, dataDir: string): Promise<void> {
  const isThere = async (name: string): Promise<boolean> =>
    await files.lstat(joinPath(dataDir, name)) !== undefined;
  if (await isThere(DATABASE_NAME)) {
    throw new LocalError(`${quote(dataDir, 200)} holds a store`, {
      path: dataDir,
      reason: "exists",
      hint: "Restore into another --data-dir, or 'hca local reset' first.",
    });
  }
  // SQLite would take them for those of the restored database.
  for (const suffix of DATABASE_SUFFIXES) {
    if (!await isThere(DATABASE_NAME + suffix)) continue;
    throw new LocalError(`${quote(dataDir, 200)} holds remains of a store`, {
      path: dataDir,
      reason: "exists",
      hint: "Restore into another --data-dir, or 'hca local reset' first.",
    });
  }
}

async function unpack(
  tools: RestoreTools,
  path: string,
  staging: string,
): Promise<BackupReport> {
  const { files } = tools.runtime;
  const report: BackupReport = { blobs: 0, sizeBytes: 0 };
  const database = joinPath(staging, DATABASE_NAME);
  const blobs = new ContentStore(joinPath(staging, BLOBS_NAME), tools.runtime);
  let hasDatabase = false;
  const chunks = untilAborted(files.readChunks(path), tools.signal);
  for await (const file of readTar(chunks)) {
    if (file.name === DATABASE_ENTRY && !hasDatabase) {
      await writeDatabase(files, file, database);
      hasDatabase = true;
    } else {
      await restoreBlob(tools.runtime, blobs, file);
      report.blobs++;
      report.sizeBytes += file.sizeBytes;
    }
  }
  if (!hasDatabase) throw new RefusedError(`${quote(path, 200)} is no backup`);
  await checkComplete(tools, { path, database, blobs, count: report.blobs });
  return report;
}
