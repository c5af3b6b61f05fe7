/** What is known of a path. */
export interface FileInfo {
  /** What it is; a symbolic link only when it was not followed. */
  kind: "file" | "directory" | "symlink" | "other";
  /** Size in bytes. */
  sizeBytes: number;
  /** Device and inode, equal for two links to one file; "" if unknown. */
  identity: string;
  /** Time of last modification, epoch milliseconds; undefined if unknown. */
  modifiedAtMs: number | undefined;
  /** POSIX permission bits, as 0o600; undefined where there are none. */
  mode?: number;
}

/** One name in a directory. */
export interface DirectoryEntry {
  /** The name, without the directory. */
  name: string;
  /** What it is; links are not followed. */
  kind: FileInfo["kind"];
}

/** A new file being written from its start to its end. */
export interface WritableFile {
  /** Writes all of `bytes` at the current end. */
  write(bytes: Uint8Array): Promise<void>;
  /** Empties the file and starts again at offset 0. */
  reset(): Promise<void>;
  /** Resolves when content and size are on stable storage (fsync). */
  sync(): Promise<void>;
  /** Closes the file; must be called exactly once. */
  close(): void;
}

/** A file that is written anywhere, as the pieces of a content arrive. */
export interface RandomAccessFile {
  /** Writes all of `bytes` at `offset`; a hole before it reads as zeros. */
  writeAt(offset: number, bytes: Uint8Array): Promise<void>;
  /** Cuts the file or extends it by a hole. */
  truncate(sizeBytes: number): Promise<void>;
  /** Resolves when content and size are on stable storage (fdatasync). */
  syncData(): Promise<void>;
  /** Closes the file; must be called exactly once. */
  close(): void;
}

/**
 * The file system, as everything below the terminal sees it. Paths may use
 * `/` on every system. Every method rejects with a `LocalError` whose
 * `reason` says why.
 */
export interface FileSystem {
  /** What `path` is, links followed; undefined if there is nothing. */
  stat(path: string): Promise<FileInfo | undefined>;
  /** What `path` is, links not followed; undefined if there is nothing. */
  lstat(path: string): Promise<FileInfo | undefined>;
  /**
   * As {@linkcode lstat}, without letting anything of this process happen
   * meanwhile: for what must hold within a transaction of a database.
   *
   * @throws {LocalError} when it cannot be told
   */
  lstatNow(path: string): FileInfo | undefined;
  /** The entries of a directory, sorted by name. */
  list(path: string): Promise<DirectoryEntry[]>;
  /** The whole content. */
  read(path: string): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * The bytes from `start` (inclusive) to `end` (exclusive; default: the end
   * of the file). Each chunk is valid only until the next one is asked for.
   */
  readChunks(
    path: string,
    range?: { start?: number; end?: number },
  ): AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** Creates a file that must not exist yet (O_EXCL), to be written. */
  create(path: string, options?: { mode?: number }): Promise<WritableFile>;
  /**
   * Opens a file to be written anywhere: a new one that must not exist yet
   * (O_EXCL) with `create`, else one that must exist. Never through a
   * symbolic link at its end.
   */
  openForUpdate(
    path: string,
    options: { create: boolean; mode?: number },
  ): Promise<RandomAccessFile>;
  /**
   * Makes one directory, not its parents; false if something stands there
   * already, whatever it is.
   */
  createDirectory(path: string): Promise<boolean>;
  /**
   * Bytes that may still be written to the file system of `path`, by us
   * (statvfs `f_bavail`); undefined where that cannot be told.
   */
  freeBytes(path: string): Promise<number | undefined>;
  /** Makes a directory and its parents; not an error if it is there. */
  makeDirectory(path: string, options?: { mode?: number }): Promise<void>;
  /** Renames, replacing what stands at `to`. */
  rename(from: string, to: string): Promise<void>;
  /** Makes a hard link; rejects with reason `exists` if `to` is there. */
  link(from: string, to: string): Promise<void>;
  /** Removes a file, or with `recursive` a whole tree; absent is fine. */
  remove(path: string, options?: { recursive?: boolean }): Promise<void>;
  /**
   * Removes a file without letting anything of this process happen meanwhile;
   * absent is fine.
   *
   * @throws {LocalError} when the system refuses
   */
  removeNow(path: string): void;
  /** Sets POSIX permission bits, as 0o600; where there are none, nothing. */
  setMode(path: string, mode: number): Promise<void>;
  /** Makes the entries of a directory durable, where the system can. */
  syncDirectory(path: string): Promise<void>;
  /** The absolute form of a path, links not resolved. */
  absolute(path: string): string;
}
