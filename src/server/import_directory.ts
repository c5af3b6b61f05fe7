import {
  type Clock,
  type FileSystem,
  formatVersion,
  joinPath,
  LocalError,
  quote,
  RefusedError,
  whyUnsafeName,
} from "../base/mod.ts";
import type { FileEntry, ImportManifest } from "./file_entries.ts";
import { guessMediaType } from "./media_type.ts";
import type { IncomingBundle, IncomingFile } from "./put_bundle.ts";

/** A directory that becomes a bundle. */
export interface DirectoryImport {
  /** The directory. */
  directory: string;
  /** What is said of its files; without it every file is taken. */
  manifest?: ImportManifest;
  /** The bundle's uuid; default: the manifest's, else a new one. */
  uuid?: string;
  /** The bundle's version; default: the manifest's, else now. */
  version?: string;
}

/** A bundle made of a directory, and what could not be in it. */
export interface PlannedImport {
  /** The bundle. */
  bundle: IncomingBundle;
  /** Names in the manifest that have no bytes in the directory. */
  leftOut: string[];
}

/**
 * Looks at a directory and decides what bundle it becomes; the bytes are not
 * read yet.
 *
 * @throws {LocalError} when the directory cannot be read or has none of the
 * files
 * @throws {RefusedError} when a name of the manifest would leave it
 */
export async function planImport(
  files: FileSystem,
  clock: Clock,
  options: DirectoryImport,
): Promise<PlannedImport> {
  const { directory, manifest } = options;
  const info = await files.stat(directory);
  if (info?.kind !== "directory") {
    throw new LocalError(
      `${quote(directory)} ${
        info === undefined ? "does not exist" : "is not a directory"
      }`,
      { path: directory, reason: "not_found" },
    );
  }
  const version = options.version ?? manifest?.version ??
    formatVersion(clock.now());
  const entries = manifest?.files ??
    (await walk(files, directory)).map((name) => describe(name, version));
  const leftOut: string[] = [];
  const incoming: IncomingFile[] = [];
  for (const entry of entries) {
    const file = await findFile(files, directory, entry);
    if (file === undefined) leftOut.push(entry.name);
    else incoming.push(file);
  }
  if (incoming.length === 0) {
    throw new LocalError(
      manifest === undefined
        ? `${quote(directory)} has no files`
        : `${quote(directory)} has none of the files of the manifest`,
      { path: directory, hint: "Name the directory that holds the files." },
    );
  }
  const uuid = options.uuid ?? manifest?.uuid ?? crypto.randomUUID();
  return {
    bundle: {
      uuid: uuid.toLowerCase(),
      version,
      creatorUid: 0,
      files: incoming,
    },
    leftOut,
  };
}

async function findFile(
  files: FileSystem,
  directory: string,
  entry: FileEntry,
): Promise<IncomingFile | undefined> {
  // Before the name becomes a path: it could lead out of the directory.
  const why = whyUnsafeName(entry.name);
  if (why !== undefined) {
    throw new RefusedError(`the file name ${quote(entry.name)}: ${why}`);
  }
  const path = joinPath(directory, entry.name);
  const info = await files.stat(path);
  if (info?.kind !== "file") return undefined;
  return {
    ...entry,
    sizeBytes: info.sizeBytes,
    chunks: () => files.readChunks(path),
  };
}

/** What the old client said of an uploaded file: JSON is metadata. */
function describe(name: string, version: string): FileEntry {
  return {
    name,
    uuid: crypto.randomUUID(),
    version,
    contentType: guessMediaType(name),
    indexed: name.endsWith(".json"),
    stated: {},
  };
}

async function walk(
  files: FileSystem,
  directory: string,
  prefix = "",
): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await files.list(joinPath(directory, prefix))) {
    const name = joinPath(prefix, entry.name);
    if (entry.kind === "directory") {
      names.push(...await walk(files, directory, name));
    } else if (entry.kind === "file") {
      names.push(name);
    } else {
      throw new LocalError(
        `${quote(joinPath(directory, name))} is not a plain file`,
        { hint: "Replace links by what they point at, then import again." },
      );
    }
  }
  return names;
}
