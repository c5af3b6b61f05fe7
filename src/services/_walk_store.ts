import { type FileSystem, joinPath } from "../base/mod.ts";
import { parsePartName } from "../store/mod.ts";

/** A directory of the store that holds contents, or what else there is. */
export type StorePlace =
  | { kind: "leaf"; path: string; prefix: string }
  | { kind: "part"; path: string }
  | { kind: "stray"; path: string };

/** What is in a leaf of the store. */
export interface LeafEntry {
  /** What its name says it is. */
  kind: "content" | "part" | "journal" | "stray";
  /** Where it is. */
  path: string;
  /** Its name. */
  name: string;
}

const SHA256 = /^[0-9a-f]{64}$/;

/**
 * The directories `ab/cdef` of a store, one after the other, and what stands
 * above them that is none of these; nothing if there is no store. Symbolic
 * links are not followed.
 *
 * @throws {LocalError} when the directories cannot be read
 */
export async function* walkStore(
  files: FileSystem,
  root: string,
): AsyncGenerator<StorePlace, void, void> {
  if ((await files.stat(root))?.kind !== "directory") return;
  for (const { name, kind } of await files.list(root)) {
    const path = joinPath(root, name);
    if (kind === "directory" && /^[0-9a-f]{2}$/.test(name)) {
      yield* walkSecond(files, path, name);
    } else {
      yield { kind: name.endsWith(".part") ? "part" : "stray", path };
    }
  }
}

async function* walkSecond(
  files: FileSystem,
  directory: string,
  first: string,
): AsyncGenerator<StorePlace, void, void> {
  for (const { name, kind } of await files.list(directory)) {
    const path = joinPath(directory, name);
    const isLeaf = kind === "directory" && /^[0-9a-f]{4}$/.test(name);
    yield isLeaf
      ? { kind: "leaf", path, prefix: first + name }
      : { kind: "stray", path };
  }
}

/** What stands in a leaf of the store, by its names. */
export async function listLeaf(
  files: FileSystem,
  path: string,
  prefix: string,
): Promise<LeafEntry[]> {
  const entries = await files.list(path);
  return entries.map(({ name }) => {
    const part = parsePartName(name);
    const kind = SHA256.test(name) && name.startsWith(prefix)
      ? "content"
      : part === undefined
      ? "stray"
      : part.part === name
      ? "part"
      : "journal";
    return { kind, name, path: joinPath(path, name) };
  });
}
