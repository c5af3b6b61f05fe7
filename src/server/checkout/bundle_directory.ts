import {
  type CreateHash,
  type FileSystem,
  IntegrityError,
  joinPath,
  LocalError,
  quote,
  throwIfAborted,
  toHex,
} from "../../base/mod.ts";
import type { ContentStore } from "../../store/mod.ts";
import type { BundleFileRecord } from "../records.ts";

/** What {@linkcode BundleDirectory} works with. */
export interface BundleDirectoryOptions {
  /** The file system. */
  files: FileSystem;
  /** Where the contents come from. */
  blobs: ContentStore;
  /** Digests. */
  createHash: CreateHash;
  /** The directory of the bundle; it is there. */
  path: string;
  /** A directory on the same file system for what is not whole yet. */
  workPath: string;
}

/**
 * The directory of a bundle while it is filled. A file gets its name when it
 * is whole and has the right hash; one that has both already is left alone.
 */
export class BundleDirectory {
  readonly #options: BundleDirectoryOptions;
  readonly #directories: Set<string>;

  /** Does nothing yet. */
  constructor(options: BundleDirectoryOptions) {
    this.#options = options;
    this.#directories = new Set([options.path]);
  }

  /**
   * Puts the files of a bundle into place; their names have been checked.
   *
   * @throws {IntegrityError} when the store's content is not what it should be
   * @throws {LocalError} when the disk refuses, or something is in the way
   */
  async fill(
    members: readonly BundleFileRecord[],
    signal: AbortSignal,
  ): Promise<void> {
    for (const member of members) {
      throwIfAborted(signal);
      await this.#place(member, signal);
    }
    for (const directory of this.#directories) {
      await this.#options.files.syncDirectory(directory);
    }
  }

  async #place(member: BundleFileRecord, signal: AbortSignal): Promise<void> {
    const { files, path, workPath } = this.#options;
    await this.#makeParents(member.name);
    const target = joinPath(path, member.name);
    if (await this.#isWhole(target, member, signal)) return;
    const part = joinPath(workPath, crypto.randomUUID());
    await this.#copy(member, part, signal);
    await files.rename(part, target);
  }

  /** Nothing is written through a link. */
  async #makeParents(name: string): Promise<void> {
    const { files } = this.#options;
    let { path } = this.#options;
    for (const part of name.split("/").slice(0, -1)) {
      path = joinPath(path, part);
      if (this.#directories.has(path)) continue;
      const isNew = await files.createDirectory(path);
      if (!isNew && (await files.lstat(path))?.kind !== "directory") {
        throw new LocalError(
          `${quote(part)}, where ${quote(name)} should be, is no directory`,
          { path, reason: "not_directory" },
        );
      }
      this.#directories.add(path);
    }
  }

  async #isWhole(
    path: string,
    { sizeBytes, sha256 }: BundleFileRecord,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { files, createHash } = this.#options;
    const info = await files.lstat(path);
    if (info?.kind !== "file" || info.sizeBytes !== sizeBytes) return false;
    const hash = createHash("sha256");
    for await (const chunk of files.readChunks(path)) {
      throwIfAborted(signal);
      hash.update(chunk);
    }
    return toHex(hash.digest()) === sha256;
  }

  async #copy(
    { name, sha256, sizeBytes }: BundleFileRecord,
    part: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { files, blobs, createHash } = this.#options;
    const isThere = await blobs.state(sha256, sizeBytes) === "present";
    const hash = createHash("sha256");
    const file = await files.create(part);
    try {
      if (isThere) {
        for await (const chunk of files.readChunks(blobs.pathOf(sha256))) {
          throwIfAborted(signal);
          hash.update(chunk);
          await file.write(chunk);
        }
      }
      await file.sync();
    } finally {
      file.close();
    }
    if (isThere && toHex(hash.digest()) === sha256) return;
    throw new IntegrityError(
      `The content of ${quote(name)} is missing or damaged in the store`,
    );
  }
}
