import { type FileSystem, LocalError, quote } from "../base/mod.ts";
import type { DirectorySyncer } from "./directory_syncer.ts";

/**
 * Makes directories below one that the user named. Whatever is below it may
 * have been put there by somebody else, so a symbolic link is not followed:
 * it could lead anywhere. The directory itself may be one.
 */
export class SafeDirectories {
  readonly #files: FileSystem;
  readonly #root: string;
  readonly #syncer: DirectorySyncer;
  readonly #known = new Map<string, Promise<boolean>>();
  readonly #changed = new Set<string>();

  /** Directories below `root`, `""` being the current directory. */
  constructor(root: string, files: FileSystem, syncer: DirectorySyncer) {
    this.#root = root;
    this.#files = files;
    this.#syncer = syncer;
  }

  /**
   * Makes a directory and those between it and the root.
   *
   * @returns whether it was made just now, so that nothing can be in it
   * @throws {LocalError} when a link or another thing is in the way
   */
  async ensure(directory: string): Promise<boolean> {
    const known = this.#known.get(directory);
    if (known !== undefined) return await known.then(() => false);
    const making = this.#make(directory);
    this.#remember(directory, making);
    try {
      return await making;
    } catch (error) {
      // It may be put right before the next try.
      this.#known.delete(directory);
      throw error;
    }
  }

  /**
   * The first symbolic link on the way from the root to a directory, the
   * directory included; undefined if there is none. What is behind one is not
   * ours: it is neither taken for what it seems to be, nor removed.
   *
   * @throws {LocalError} when it cannot be told
   */
  async linkTo(directory: string): Promise<string | undefined> {
    if (!this.#isBelow(directory) || await this.#isKnown(directory)) {
      return undefined;
    }
    const above = await this.linkTo(this.#parentOf(directory));
    if (above !== undefined) return above;
    const kind = (await this.#files.lstat(directory))?.kind;
    if (kind === "directory") this.#remember(directory, Promise.resolve(false));
    return kind === "symlink" ? directory : undefined;
  }

  /**
   * Makes the entries of the directories that were made durable. Nearly every
   * content has a directory of its own in one of a few, so this is for the
   * end: one sync for each of those few.
   */
  async settle(): Promise<void> {
    const changed = [...this.#changed];
    this.#changed.clear();
    await Promise.all(changed.map((parent) => this.#syncer.sync(parent)));
  }

  #isKnown(directory: string): Promise<boolean> | boolean {
    return this.#known.get(directory)?.then(() => true, () => false) ?? false;
  }

  #remember(directory: string, making: Promise<boolean>): void {
    // Leaf directories of a store are as many as its contents.
    if (this.#known.size > KNOWN_LIMIT) this.#known.clear();
    this.#known.set(directory, making);
  }

  async #make(directory: string): Promise<boolean> {
    if (!this.#isBelow(directory)) return await this.#makeRoot(directory);
    const parent = this.#parentOf(directory);
    await this.ensure(parent);
    if (await this.#files.createDirectory(directory)) {
      this.#changed.add(parent);
      return true;
    }
    const kind = (await this.#files.lstat(directory))?.kind;
    if (kind === "directory") return false;
    throw new LocalError(
      `${quote(directory, 200)} is ` +
        (kind === "symlink" ? "a symbolic link" : "not a directory") +
        ", and nothing is written through it",
      {
        path: directory,
        reason: "not_directory",
        hint: "Move it away, or choose another --download-dir.",
      },
    );
  }

  async #makeRoot(directory: string): Promise<boolean> {
    try {
      await this.#files.makeDirectory(directory);
      return false;
    } catch (cause) {
      const isTaken = cause instanceof LocalError && cause.reason === "exists";
      if (!isTaken) throw cause;
      const kind = (await this.#files.lstat(directory))?.kind;
      throw new LocalError(
        `${quote(directory, 200)} is ` +
          (kind === "symlink"
            ? "a symbolic link that leads to no directory"
            : "not a directory"),
        {
          path: directory,
          reason: "not_directory",
          hint: "Move it away, or choose another --download-dir.",
          cause,
        },
      );
    }
  }

  // Paths are put together with a slash. The root is as the user wrote it, and
  // may end with a backslash, which is part of a name here.
  #parentOf(directory: string): string {
    const parent = directory.slice(0, Math.max(0, directory.lastIndexOf("/")));
    return this.#isBelow(parent) ? parent : this.#root;
  }

  #isBelow(directory: string): boolean {
    if (this.#root === "") return !/^[\\/]|^$/.test(directory);
    const prefix = `${this.#root.replace(/\/+$/, "")}/`;
    return directory.startsWith(prefix) && directory.length > prefix.length;
  }
}

const KNOWN_LIMIT = 2_000;
