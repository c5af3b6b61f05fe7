import { type FileSystem, joinPath, LocalError, quote } from "../base/mod.ts";
import { remainsIn } from "./remains.ts";
import { SECRET_FILES } from "./secret_files.ts";
import {
  BLOBS_NAME,
  CHECKOUT_NAME,
  DATABASE_NAME,
  DATABASE_SUFFIXES,
} from "./store_names.ts";

const DATABASE_NAMES = [...DATABASE_SUFFIXES, ""]
  .map((suffix) => DATABASE_NAME + suffix);
const OTHER_NAMES = [BLOBS_NAME, CHECKOUT_NAME, ...SECRET_FILES];

/**
 * Removes what is of a store in its directory, remains of an unfinished
 * backup or restore included, and nothing else. The database goes last: ended
 * on the way, it can be done again.
 *
 * @throws {LocalError} when there is no store, nor what tells of one
 */
export async function resetStore(
  files: FileSystem,
  dataDir: string,
): Promise<void> {
  for (const name of await findStore(files, dataDir)) {
    await files.remove(joinPath(dataDir, name), { recursive: true });
  }
  await files.syncDirectory(dataDir);
}

async function findStore(
  files: FileSystem,
  dataDir: string,
): Promise<string[]> {
  const isThere = (await files.stat(dataDir))?.kind === "directory";
  const names = isThere
    ? (await files.list(dataDir)).map(({ name }) => name)
    : [];
  const database = DATABASE_NAMES.filter((name) => names.includes(name));
  const remains = isThere ? await remainsIn(files, dataDir) : [];
  // Other names are not only ours.
  if (database.length > 0 || remains.length > 0) {
    const others = OTHER_NAMES.filter((name) => names.includes(name));
    return [...others, ...remains, ...database];
  }
  throw new LocalError(`there is no embedded store in ${quote(dataDir)}`, {
    path: dataDir,
    reason: "not_found",
  });
}
