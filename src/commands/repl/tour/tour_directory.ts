import { type FileSystem, LocalError } from "../../../base/mod.ts";

const TRIES = 100;

/** A directory that a tour made, and nobody else has. */
export class TourDirectory {
  /** Its path. */
  readonly path: string;
  readonly #files: FileSystem;
  #isThere = false;

  private constructor(files: FileSystem, path: string) {
    this.#files = files;
    this.path = path;
  }

  /**
   * Finds a name that nothing has: the wanted one, or one with a number.
   * Nothing is made yet.
   *
   * @throws {LocalError} when a hundred names are taken
   */
  static async find(files: FileSystem, wanted: string): Promise<TourDirectory> {
    for (let number = 1; number <= TRIES; number++) {
      const path = number === 1 ? wanted : `${wanted}-${number}`;
      if (await files.lstat(path) === undefined) {
        return new TourDirectory(files, path);
      }
    }
    throw new LocalError(`cannot make ${wanted}: that name is taken`, {
      path: wanted,
      reason: "exists",
      hint: `Remove ${wanted}, or start elsewhere.`,
    });
  }

  /** Whether it was made and is there. */
  get isThere(): boolean {
    return this.#isThere;
  }

  /**
   * Makes it, once.
   *
   * @throws {LocalError} when it cannot be made, or somebody made it meanwhile
   */
  async make(): Promise<void> {
    if (this.#isThere) return;
    if (!await this.#files.createDirectory(this.path)) {
      throw new LocalError(`cannot make ${this.path}: it is there already`, {
        path: this.path,
        reason: "exists",
        hint: "'tour' takes another name.",
      });
    }
    this.#isThere = true;
  }

  /** Removes it with all that is in it, if it was made here. */
  async remove(): Promise<void> {
    if (!this.#isThere) return;
    await this.#files.remove(this.path, { recursive: true });
    this.#isThere = false;
  }
}
