import {
  type Database,
  type FileSystem,
  HcaError,
  IntegrityError,
  LocalError,
  quote,
  RefusedError,
} from "../../base/mod.ts";
import type { ContentStore } from "../../store/mod.ts";
import { schemaVersionOf } from "../schema.ts";
import { DATABASE_SUFFIXES } from "../store_names.ts";
import { allBlobs } from "./all_blobs.ts";

/** What came out of an archive. */
export interface Unpacked {
  /** The archive. */
  path: string;
  /** The path of the database. */
  database: string;
  /** The contents. */
  blobs: ContentStore;
  /** How many contents there are. */
  count: number;
}

interface CheckTools {
  runtime: { files: FileSystem };
  openDatabase: (path: string) => Database;
}

/**
 * Sees that the database of an archive is sound and names the contents that
 * came with it, no more and no less.
 *
 * @throws {RefusedError} when it is not that of a store
 * @throws {IntegrityError} when it is damaged, or contents are missing
 * @throws {LocalError} when a newer hca made it
 */
export async function checkComplete(
  { openDatabase, runtime: { files } }: CheckTools,
  unpacked: Unpacked,
): Promise<void> {
  const database = open(openDatabase, unpacked.database);
  try {
    await check(database, unpacked);
  } catch (cause) {
    // What SQLite stumbles over.
    const isOther = cause instanceof HcaError && !isDamaged(cause);
    throw isOther ? cause : damaged(cause);
  } finally {
    database.close();
    for (const suffix of DATABASE_SUFFIXES) {
      await files.remove(unpacked.database + suffix);
    }
  }
}

function open(
  openDatabase: (path: string) => Database,
  path: string,
): Database {
  try {
    return openDatabase(path);
  } catch (cause) {
    const isDisk = cause instanceof LocalError && cause.reason !== "other";
    throw isDisk && !isDamaged(cause) ? cause : damaged(cause);
  }
}

function isDamaged(error: unknown): boolean {
  return error instanceof LocalError && error.reason === "damaged";
}

async function check(
  database: Database,
  { path, blobs, count }: Unpacked,
): Promise<void> {
  const { integrity_check: found } =
    database.prepare("PRAGMA integrity_check").get() ?? {};
  if (found !== "ok") throw damaged();
  if (schemaVersionOf(database, path) === 0) {
    throw new RefusedError(`${quote(path, 200)} is no backup`);
  }
  let named = 0;
  for (const { sha256, sizeBytes } of allBlobs(database)) {
    const state = await blobs.state(sha256, sizeBytes);
    if (state !== "present") {
      throw new IntegrityError(`the archive lacks the content ${sha256}`);
    }
    named++;
  }
  if (named === count) return;
  throw new RefusedError(
    `the archive holds ${count - named} contents of no file`,
  );
}

function damaged(cause?: unknown): IntegrityError {
  return new IntegrityError("the database of the archive is damaged", {
    cause,
  });
}
