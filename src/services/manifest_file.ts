import {
  type FileInfo,
  type FileSystem,
  LocalError,
  quote,
} from "../base/mod.ts";
import { readTable, type TableBatch } from "./tab_separated.ts";

/**
 * A manifest on disk. It is read as often as it is needed and never held, so
 * that a million rows take no more memory than one.
 */
export class ManifestFile {
  /** Its path. */
  readonly path: string;
  /** What errors call it. */
  readonly what: string;
  readonly #files: FileSystem;
  readonly #info: FileInfo;

  private constructor(files: FileSystem, path: string, info: FileInfo) {
    this.path = path;
    this.what = `manifest ${quote(path, 200)}`;
    this.#files = files;
    this.#info = info;
  }

  /**
   * Looks at a manifest, to be read later.
   *
   * @throws {LocalError} when it is not a file that can be read again
   */
  static async open(files: FileSystem, path: string): Promise<ManifestFile> {
    const info = await files.stat(path);
    if (info?.kind === "file") return new ManifestFile(files, path, info);
    const why = {
      "none": "does not exist",
      "directory": "is a directory",
      "symlink": "is not a regular file",
      "other": "is not a regular file",
    }[info?.kind ?? "none"];
    throw new LocalError(`manifest ${quote(path, 200)} ${why}`, {
      path,
      reason: info === undefined ? "not_found" : "other",
      hint: info === undefined || info.kind === "directory"
        ? undefined
        : "It is read more than once: save what comes from a pipe to a file.",
    });
  }

  /**
   * Reads it from its start; see {@linkcode readTable}.
   *
   * @throws {LocalError} when it is not the same as when it was opened
   * @throws {RefusedError} when it is not a table
   */
  async *read(): AsyncGenerator<TableBatch, void, void> {
    await this.#checkUnchanged();
    yield* readTable(this.#files.readChunks(this.path), this.what);
    await this.#checkUnchanged();
  }

  async #checkUnchanged(): Promise<void> {
    const now = await this.#files.stat(this.path);
    const isSame = now !== undefined &&
      now.sizeBytes === this.#info.sizeBytes &&
      now.modifiedAtMs === this.#info.modifiedAtMs &&
      now.identity === this.#info.identity;
    if (isSame) return;
    throw new LocalError(`${this.what} changed while it was in use`, {
      path: this.path,
      hint: "What is downloaded stays; run the command again.",
    });
  }
}
