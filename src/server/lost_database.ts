import { type FileSystem, joinPath, LocalError, quote } from "../base/mod.ts";
import { BLOBS_NAME } from "./store_names.ts";

// Contents lie in directories named by the start of their SHA-256.
const CONTENT_DIRECTORY = /^[0-9a-f]{2}$/;

/** Whether a directory holds contents of a store, known to it or not. */
export async function hasContents(
  files: FileSystem,
  dataDir: string,
): Promise<boolean> {
  const path = joinPath(dataDir, BLOBS_NAME);
  if ((await files.stat(path))?.kind !== "directory") return false;
  const entries = await files.list(path);
  return entries.some(({ name }) => CONTENT_DIRECTORY.test(name));
}

/**
 * The database is new and the contents are not: it was lost, or cut to
 * nothing. With new tables every content would be one that nobody knows, to
 * be removed as a leftover.
 */
export function lostDatabase(path: string): LocalError {
  return new LocalError(
    `the database ${quote(path, 200)} is empty, and there are contents ` +
      "beside it",
    {
      path,
      reason: "damaged",
      hint: "Restore a backup into another directory; 'hca local reset' " +
        "removes what is here.",
    },
  );
}
