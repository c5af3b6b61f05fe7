import {
  type CreateHash,
  type FileSystem,
  IntegrityError,
  quote,
  RefusedError,
  toHex,
} from "../../base/mod.ts";
import type { ContentStore } from "../../store/mod.ts";
import { BLOB_PREFIX } from "./back_up.ts";
import type { TarFile } from "./read_tar.ts";

/**
 * Writes the database of an archive, for its owner only.
 *
 * @throws {LocalError} when the disk refuses
 */
export async function writeDatabase(
  files: FileSystem,
  file: TarFile,
  path: string,
): Promise<void> {
  const target = await files.create(path, { mode: 0o600 });
  try {
    for await (const chunk of file.chunks()) await target.write(chunk);
    await target.sync();
  } finally {
    target.close();
  }
}

/**
 * Puts a content of an archive into a store.
 *
 * @throws {RefusedError} when it is none, or is there a second time
 * @throws {IntegrityError} when it is not what its name says
 * @throws {LocalError} when the disk refuses
 */
export async function restoreBlob(
  { createHash }: { createHash: CreateHash },
  store: ContentStore,
  file: TarFile,
): Promise<void> {
  const sha256 = nameOf(file);
  if (await store.state(sha256, file.sizeBytes) !== "absent") {
    throw new RefusedError(`the archive holds ${quote(file.name)} twice`);
  }
  const staged = await store.stage();
  try {
    const hash = createHash("sha256");
    for await (const chunk of file.chunks()) {
      hash.update(chunk);
      await staged.file.write(chunk);
    }
    if (toHex(hash.digest()) !== sha256) {
      throw new IntegrityError(
        `the archive is damaged: a content is not ${sha256}`,
      );
    }
    await staged.publish(sha256);
  } catch (error) {
    await staged.discard();
    throw error;
  }
}

/** The SHA-256 that a content has for its name; nothing else is a path. */
function nameOf({ name }: TarFile): string {
  const sha256 = name.startsWith(BLOB_PREFIX)
    ? name.slice(BLOB_PREFIX.length)
    : "";
  if (/^[0-9a-f]{64}$/.test(sha256)) return sha256;
  throw new RefusedError(
    `the archive holds ${quote(name)}, which is not of a backup`,
  );
}
