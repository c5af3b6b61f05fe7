import type { FileSystem } from "../base/mod.ts";

/**
 * Tells whether a store was removed, or another one put in its place. What is
 * written to a database that was opened before is lost then, and SQLite does
 * not notice.
 *
 * @param path its database, which is there now
 */
export function watchStore(
  files: Pick<FileSystem, "lstatNow">,
  path: string,
): () => boolean {
  const opened = files.lstatNow(path)?.identity;
  return () => files.lstatNow(path)?.identity !== opened;
}
