import {
  concatBytes,
  directoryName,
  HcaError,
  joinPath,
  messageOf,
  writeFileAtomically,
} from "../../base/mod.ts";
import {
  type FileLock,
  type LockTools,
  stateFolder,
  type UserEnvironment,
  withFileLock,
} from "../../config/mod.ts";
import { isAbsolute } from "../completion/private_file.ts";
import {
  decodeHistory,
  encodeLine,
  HISTORY_LIMIT_BYTES,
  HISTORY_LIMIT_LINES,
  isCutShort,
  isHistoryFull,
  trimHistory,
} from "./history_text.ts";

/** The file `history` of the user's state folder. */
export function historyPath(environment: UserEnvironment): string {
  return joinPath(stateFolder(environment), "history");
}

/**
 * The lines of earlier sessions, in a file that only the user may read (0600,
 * in a directory of 0700). Several sessions may use it at once: a line is
 * added under a lock, behind those of the others. What a crash leaves of a
 * line is not read. Failing is no error: a session goes on without history,
 * and a warning is logged once.
 */
export class HistoryFile {
  readonly #tools: LockTools;
  readonly #path: string;
  #isWarned = false;
  #last: string | undefined;
  #queue: Promise<void> = Promise.resolve();

  /** Reads nothing yet; a path that is not absolute is never used. */
  constructor(tools: LockTools, path: string) {
    this.#tools = tools;
    this.#path = path;
  }

  /** The lines, oldest first: at most 10,000, and the last 1 MiB. */
  async read(): Promise<string[]> {
    if (!isAbsolute(this.#path)) return [];
    try {
      const lines = decodeHistory(await this.#readEnd());
      return lines.slice(-HISTORY_LIMIT_LINES);
    } catch (error) {
      this.#warn("read", error);
      return [];
    }
  }

  /**
   * Adds a line at the end; not one that was just added, or is longer than
   * 64 KiB. Calls need not be awaited, they keep their order.
   *
   * @param line its secrets removed already; see `keptLine`
   */
  append(line: string): Promise<void> {
    const encoded = encodeLine(line);
    const isWanted = isAbsolute(this.#path) && line !== this.#last;
    if (encoded === undefined || !isWanted) return this.#queue;
    this.#last = line;
    this.#queue = this.#queue.then(async () => {
      try {
        await this.#addLocked(encoded);
      } catch (error) {
        this.#warn("kept", error);
      }
    });
    return this.#queue;
  }

  /** Resolves when all lines that were added are kept. */
  settle(): Promise<void> {
    return this.#queue;
  }

  async #addLocked(line: Uint8Array): Promise<void> {
    const { files } = this.#tools;
    await files.makeDirectory(directoryName(this.#path), { mode: 0o700 });
    await withFileLock(
      this.#tools,
      `${this.#path}.lock`,
      (lock) => this.#add(lock, line),
    );
  }

  async #add(lock: FileLock, line: Uint8Array): Promise<void> {
    const info = await this.#tools.files.lstat(this.#path);
    const bytes = await this.#readEnd();
    // A link is not written through, and others' eyes are shut out.
    const isOurs = info === undefined ||
      info.kind === "file" && ((info.mode ?? 0) & 0o077) === 0;
    await lock.check();
    if (isOurs && !isHistoryFull(bytes, line)) {
      const start = isCutShort(bytes) ? [new Uint8Array([0x0a])] : [];
      await this.#write(info?.sizeBytes, concatBytes([...start, line]));
    } else {
      const kept = trimHistory(decodeHistory(concatBytes([bytes, line])));
      await writeFileAtomically(
        this.#tools,
        this.#path,
        concatBytes(kept),
        { mode: 0o600 },
      );
    }
  }

  /**
   * Writes at the end. Not synced: a power cut may cost the last lines, and
   * each Enter would wait for the disk.
   */
  async #write(
    sizeBytes: number | undefined,
    bytes: Uint8Array,
  ): Promise<void> {
    const file = await this.#tools.files.openForUpdate(this.#path, {
      create: sizeBytes === undefined,
      mode: 0o600,
    });
    try {
      await file.writeAt(sizeBytes ?? 0, bytes);
    } finally {
      file.close();
    }
  }

  /** The file, or of one that is too large the end. */
  async #readEnd(): Promise<Uint8Array> {
    const { files } = this.#tools;
    const info = await files.stat(this.#path);
    if (info?.kind !== "file") return new Uint8Array();
    const start = Math.max(0, info.sizeBytes - HISTORY_LIMIT_BYTES);
    const chunks: Uint8Array[] = [];
    for await (const chunk of files.readChunks(this.#path, { start })) {
      chunks.push(chunk.slice());
    }
    return concatBytes(chunks);
  }

  #warn(what: "read" | "kept", error: unknown): void {
    if (!(error instanceof HcaError)) throw error;
    // Once is enough: it would be said again after every line.
    const level = this.#isWarned ? "DEBUG" : "WARNING";
    this.#isWarned = true;
    this.#tools.log(level, `the history was not ${what}: ${messageOf(error)}`);
  }
}
