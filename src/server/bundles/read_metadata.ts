import { concatBytes, type FileSystem } from "../../base/mod.ts";
import type { ContentStore } from "../../store/mod.ts";
import type { BundleFileRecord } from "../records.ts";
import type { FileContent } from "../search/mod.ts";

// Metadata is small. A larger JSON file is data and is not searched; neither
// is what comes after so much, so that a bundle fits into memory and a row.
const FILE_LIMIT_BYTES = 16 * 1024 * 1024;
const BUNDLE_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * Reads the JSON files of a bundle from the store, up to 16 MiB of each and
 * 64 MiB of all; the others are left out.
 *
 * @throws {LocalError} when a content cannot be read
 */
export async function readMetadata(
  { blobs, files }: { blobs: ContentStore; files: FileSystem },
  members: readonly BundleFileRecord[],
): Promise<FileContent[]> {
  const known = new Map<string, Uint8Array>();
  const contents: FileContent[] = [];
  let sizeBytes = 0;
  for (const member of members) {
    const { sha256, contentType, name, indexed } = member;
    sizeBytes += isMetadata(member) ? member.sizeBytes : 0;
    if (!isMetadata(member) || sizeBytes > BUNDLE_LIMIT_BYTES) continue;
    const bytes = known.get(sha256) ?? await read(files, blobs.pathOf(sha256));
    known.set(sha256, bytes);
    contents.push({ name, indexed, contentType, bytes });
  }
  return contents;
}

function isMetadata({ contentType, sizeBytes }: BundleFileRecord): boolean {
  return contentType.startsWith("application/json") &&
    sizeBytes <= FILE_LIMIT_BYTES;
}

async function read(files: FileSystem, path: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  // The reader's buffer is used again for the next chunk.
  for await (const chunk of files.readChunks(path)) chunks.push(chunk.slice());
  return concatBytes(chunks);
}
