import type { FileSystem } from "../base/mod.ts";
import { isSecretPart } from "./secret_files.ts";

const BACKUP = /^backup-[0-9a-z]+\.sqlite(-wal|-shm|-journal)?$/;
const RESTORE = /^restore-[0-9a-z]+$/;
const RESET = /^reset-[0-9a-z]+$/;

/** The name of the copy of a database that a backup is made of. */
export function backupName(token: string): string {
  return `backup-${token}.sqlite`;
}

/** The name of the directory in which a restore puts a store together. */
export function restoreName(token: string): string {
  return `restore-${token}`;
}

/** The name of the database of a store that is being removed. */
export function resetName(token: string): string {
  return `reset-${token}`;
}

/**
 * What is in the directory of a store because somebody makes a backup, a
 * restore, a reset or a secret just now, or has ended on the way.
 *
 * @returns names, sorted
 */
export async function remainsIn(
  files: FileSystem,
  dataDir: string,
): Promise<string[]> {
  return (await files.list(dataDir)).map(({ name }) => name)
    .filter((name) =>
      BACKUP.test(name) || RESTORE.test(name) || RESET.test(name) ||
      isSecretPart(name)
    );
}
