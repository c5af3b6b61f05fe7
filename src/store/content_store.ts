import {
  directoryName,
  type FileInfo,
  type FileSystem,
  joinPath,
  LocalError,
  type Random,
  type WritableFile,
} from "../base/mod.ts";
import { DirectorySyncer } from "./directory_syncer.ts";

/** Whether a store has a content, and in what state. */
export type ContentState = "absent" | "present" | "damaged";

/** Content being written into a store, not visible yet. */
export interface StagedContent {
  /** Where the bytes go. */
  file: WritableFile;
  /** Makes the bytes durable and closes the file; they stay invisible. */
  seal(): Promise<void>;
  /**
   * Seals the bytes and makes them visible under their SHA-256, which the
   * caller has verified. What stood there is replaced at once.
   */
  publish(sha256: string): Promise<void>;
  /** Removes the bytes; nothing of them stays. */
  discard(): Promise<void>;
}

/**
 * Files named by the SHA-256 of their content, `ab/cdef/<sha256>` below one
 * directory (the layout of dcp-cli's `.hca/v2/files_2_4`). A file is under
 * its name only when it is whole and was verified.
 */
export class ContentStore {
  readonly #root: string;
  readonly #files: FileSystem;
  readonly #random: Random;
  readonly #syncer: DirectorySyncer;
  /** Directories of the first level that are there after a power cut. */
  readonly #settled = new Set<string>();

  /** A store in the directory `root`, which is made when it is needed. */
  constructor(root: string, runtime: { files: FileSystem; random: Random }) {
    this.#root = root;
    this.#files = runtime.files;
    this.#random = runtime.random;
    this.#syncer = new DirectorySyncer(runtime.files);
  }

  /** The file that holds, or would hold, a content (64 hex digits). */
  pathOf(sha256: string): string {
    return joinPath(this.#directoryOf(sha256), sha256);
  }

  /** Looks at size and kind; the bytes are not read. */
  async state(sha256: string, sizeBytes: number): Promise<ContentState> {
    const info = await this.#files.lstat(this.pathOf(sha256))
      .catch(absentWithoutStore);
    return stateOf(info, sizeBytes);
  }

  /**
   * As {@linkcode ContentStore.state}, without letting anything of this
   * process happen meanwhile.
   */
  stateNow(sha256: string, sizeBytes: number): ContentState {
    try {
      return stateOf(this.#files.lstatNow(this.pathOf(sha256)), sizeBytes);
    } catch (error) {
      return stateOf(absentWithoutStore(error), sizeBytes);
    }
  }

  /** Starts to write a content whose hash need not be known yet. */
  async stage(): Promise<StagedContent> {
    const files = this.#files;
    await files.makeDirectory(this.#root);
    // The name is ours, not the server's, and O_EXCL: nobody can plant it.
    const path = joinPath(this.#root, `${this.#token()}.part`);
    const file = await files.create(path);
    let isOpen = true;
    const close = () => {
      if (isOpen) file.close();
      isOpen = false;
    };
    const seal = async () => {
      try {
        if (isOpen) await file.sync();
      } finally {
        close();
      }
    };
    return {
      file,
      seal,
      publish: async (sha256) => {
        await seal();
        const directory = this.#directoryOf(sha256);
        await files.makeDirectory(directory);
        await files.rename(path, this.pathOf(sha256));
        await this.#settle(directory);
      },
      discard: async () => {
        close();
        await files.remove(path);
      },
    };
  }

  /**
   * Makes durable what is in a directory of contents, and what leads to it:
   * another process may have made that just now and not come further.
   */
  async #settle(directory: string): Promise<void> {
    const middle = directoryName(directory);
    const above = [middle, this.#root, directoryName(this.#root)]
      .filter((_, index) => index === 0 || !this.#settled.has(middle));
    await Promise.all(
      [directory, ...above].map((one) => this.#syncer.sync(one)),
    );
    this.#settled.add(middle);
  }

  #directoryOf(sha256: string): string {
    return joinPath(this.#root, sha256.slice(0, 2), sha256.slice(2, 6));
  }

  #token(): string {
    const digits = () => this.#random().toString(36).slice(2, 12);
    return `${digits()}${digits()}`;
  }
}

function stateOf(info: FileInfo | undefined, sizeBytes: number): ContentState {
  if (info === undefined) return "absent";
  return info.kind === "file" && info.sizeBytes === sizeBytes
    ? "present"
    : "damaged";
}

/**
 * A file where the store should be: nothing is in it, and the first content
 * that is written says so.
 */
function absentWithoutStore(error: unknown): undefined {
  const isExpected = error instanceof LocalError &&
    error.reason === "not_directory";
  if (!isExpected) throw error;
}
