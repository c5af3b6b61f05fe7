import { type FileSystem, joinPath, LocalError, quote } from "../base/mod.ts";
import { remainsIn, resetName } from "./remains.ts";
import { SECRET_FILES } from "./secret_files.ts";
import {
  BLOBS_NAME,
  CHECKOUT_NAME,
  DATABASE_NAME,
  DATABASE_SUFFIXES,
} from "./store_names.ts";

const BESIDE_DATABASE = DATABASE_SUFFIXES
  .map((suffix) => DATABASE_NAME + suffix);
// Who uses the store may put contents there until it sees what happened.
const MOST_TRIES = 20;
const OTHER_NAMES = [BLOBS_NAME, CHECKOUT_NAME, ...SECRET_FILES];

/**
 * Removes what is of a store in its directory, remains of an unfinished
 * backup or restore included, and nothing else. The database loses its name
 * first, so that nobody serves half a store, and goes last: ended on the way,
 * it can be done again.
 *
 * @throws {LocalError} when there is no store, nor what tells of one
 */
export async function resetStore(
  files: FileSystem,
  dataDir: string,
): Promise<void> {
  const at = (name: string): string => joinPath(dataDir, name);
  const { database, others } = await findStore(files, dataDir);
  const renamed = resetName(crypto.randomUUID().replaceAll("-", ""));
  if (database.includes(DATABASE_NAME)) {
    await files.rename(at(DATABASE_NAME), at(renamed));
    // SQLite would take them for those of the next database.
    for (const name of BESIDE_DATABASE) await files.remove(at(name));
  }
  const rest = database.filter((name) => name !== DATABASE_NAME);
  for (const name of [...others, ...rest, renamed]) {
    await removeAll(files, at(name));
  }
  await files.syncDirectory(dataDir);
}

async function removeAll(files: FileSystem, path: string): Promise<void> {
  for (let tries = 1;; tries++) {
    try {
      return await files.remove(path, { recursive: true });
    } catch (error) {
      const isLast = tries === MOST_TRIES || !(error instanceof LocalError);
      if (isLast) throw error;
    }
  }
}

async function findStore(
  files: FileSystem,
  dataDir: string,
): Promise<{ database: string[]; others: string[] }> {
  const isThere = (await files.stat(dataDir))?.kind === "directory";
  const names = isThere
    ? (await files.list(dataDir)).map(({ name }) => name)
    : [];
  const remains = isThere ? await remainsIn(files, dataDir) : [];
  const isOurs = (name: string): boolean => names.includes(name);
  const database = [DATABASE_NAME, ...BESIDE_DATABASE].filter(isOurs);
  // Other names are not only ours.
  if (database.length > 0 || remains.length > 0) {
    return { database, others: [...OTHER_NAMES.filter(isOurs), ...remains] };
  }
  throw new LocalError(`there is no embedded store in ${quote(dataDir)}`, {
    path: dataDir,
    reason: "not_found",
  });
}
