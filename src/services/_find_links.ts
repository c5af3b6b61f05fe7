import { type FileSystem, joinPath } from "../base/mod.ts";

/** A file that is a link to one of those that were looked for. */
export interface FoundLink {
  /** Its path. */
  path: string;
  /** Its name. */
  name: string;
  /** SHA-256 of the content. */
  sha256: string;
}

/**
 * The files in the directories of a directory that are links to known
 * contents; none if it is not there. Symbolic links are not followed.
 *
 * @param hashes SHA-256 by device and inode
 */
export async function* findLinks(
  files: FileSystem,
  root: string,
  hashes: ReadonlyMap<string, string>,
): AsyncGenerator<FoundLink, void, void> {
  if ((await files.lstat(root))?.kind !== "directory") return;
  for (const directory of await files.list(root)) {
    if (directory.kind !== "directory") continue;
    const parent = joinPath(root, directory.name);
    for (const { name, kind } of await files.list(parent)) {
      if (kind !== "file") continue;
      const path = joinPath(parent, name);
      const sha256 = hashes.get((await files.lstat(path))?.identity ?? "");
      if (sha256 !== undefined) yield { path, name, sha256 };
    }
  }
}
