import type { FileSystem } from "../base/mod.ts";
import type { ServiceAccountKey } from "./authorization/mod.ts";
import type { BackupReport } from "./backup/mod.ts";
import type { LocalDss } from "./local_dss.ts";
import type { LocalDssOptions } from "./local_dss_options.ts";

// The store with its SQL, routes and search is loaded when one is opened:
// most runs of the program, help and completion above all, open none.
const load = async (): Promise<typeof LocalDss> =>
  (await import("./local_dss.ts")).LocalDss;

/**
 * Opens the store of a directory, which is made when it is not there.
 *
 * @throws {LocalError} when it cannot be made or read, or is of a newer hca.
 */
export async function openLocalDss(
  options: LocalDssOptions,
): Promise<LocalDss> {
  return await (await load()).open(options);
}

/** Whether a directory holds a store. */
export async function hasLocalDss(
  files: FileSystem,
  dataDir: string,
): Promise<boolean> {
  return await (await load()).exists(files, dataDir);
}

/**
 * Removes a store and nothing else of its directory.
 *
 * @throws {LocalError} when there is no store.
 */
export async function resetLocalDss(
  files: FileSystem,
  dataDir: string,
): Promise<void> {
  await (await load()).reset(files, dataDir);
}

/**
 * Reads the key file of a service account, without its private key.
 *
 * @param text the whole file
 * @throws {RefusedError} when it is something else; nothing of it is quoted
 */
export async function parseKeyFile(text: string): Promise<ServiceAccountKey> {
  const { parseServiceAccountKey } = await import("./authorization/mod.ts");
  return await parseServiceAccountKey(text);
}

/**
 * Makes a store of a backup; see `LocalDss.restore`.
 *
 * @throws {LocalError} with reason `exists` when there is a store already
 * @throws {RefusedError | IntegrityError} when it is no backup, or damaged
 */
export async function restoreLocalDss(
  options: Parameters<typeof LocalDss.restore>[0],
  path: string,
): Promise<BackupReport> {
  return await (await load()).restore(options, path);
}
