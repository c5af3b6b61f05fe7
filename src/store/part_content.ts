import {
  type Hash,
  IntegrityError,
  LocalError,
  type RandomAccessFile,
  type Runtime,
  toHex,
} from "../base/mod.ts";
import { ByteRanges } from "./byte_ranges.ts";
import { formatJournal, type Journal, writeJournal } from "./journal.ts";
import { journalName } from "./part_name.ts";
import type {
  ByteRange,
  PartialContent,
  Placement,
  Placing,
  StoredContent,
} from "./transfer_store.ts";

/** When a part is made durable while it is written. */
export interface FlushPolicy {
  /** After so many bytes. */
  everyBytes: number;
  /** After so many milliseconds. */
  everyMs: number;
}

/** At most so much is fetched again after a crash. */
export const DEFAULT_FLUSH: FlushPolicy = {
  everyBytes: 64 * 1024 * 1024,
  everyMs: 5_000,
};

/** What a part needs of its store. */
export interface PartTools {
  /** The machine. */
  runtime: Pick<
    Runtime,
    "clock" | "createHash" | "files" | "log" | "processes" | "random"
  >;
  /** When to flush. */
  flush: FlushPolicy;
  /** Gives a verified file its name and places. */
  publish(
    content: StoredContent,
    part: string,
    placing: Placing,
  ): Promise<Placement>;
}

/** A part on disk that this process alone writes. */
export class PartContent implements PartialContent {
  readonly found: readonly ByteRange[];
  readonly foundEtag: string | undefined;
  readonly #content: StoredContent;
  readonly #path: string;
  readonly #tools: PartTools;
  readonly #file: RandomAccessFile;
  readonly #ranges = new ByteRanges();
  #hash: Hash;
  #hashedBytes = 0;
  #etag: string | undefined;
  #unflushedBytes = 0;
  #flushedAtMs: number;
  #flushing: Promise<void> | undefined;
  #isOpen = true;
  // One thing at a time: the hash wants the bytes in order.
  #last: Promise<unknown> = Promise.resolve();

  private constructor(
    content: StoredContent,
    path: string,
    file: RandomAccessFile,
    tools: PartTools,
    earlier: Pick<Journal, "ranges" | "etag">,
  ) {
    this.#content = content;
    this.#path = path;
    this.#file = file;
    this.#tools = tools;
    this.#etag = earlier.etag;
    this.#hash = tools.runtime.createHash("sha256");
    this.#flushedAtMs = tools.runtime.clock.elapsed();
    for (const { start, end } of earlier.ranges) this.#ranges.add(start, end);
    this.found = this.#ranges.ranges;
    this.foundEtag = earlier.etag;
  }

  /**
   * Takes over an open file whose `earlier.ranges` are there; a prefix among
   * them is hashed.
   *
   * @throws {LocalError} when the disk refuses; the file is closed then
   */
  static async create(
    content: StoredContent,
    path: string,
    file: RandomAccessFile,
    tools: PartTools,
    earlier: Pick<Journal, "ranges" | "etag"> = { ranges: [], etag: undefined },
  ): Promise<PartContent> {
    const part = new PartContent(content, path, file, tools, earlier);
    try {
      await file.truncate(content.sizeBytes);
      await part.#hashPrefix();
    } catch (error) {
      part.#close();
      throw error;
    }
    return part;
  }

  write(offset: number, bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
    return this.#queue(async () => {
      const end = offset + bytes.length;
      if (end > this.#content.sizeBytes) {
        throw new RangeError(`${end} is beyond the content`);
      }
      // What was hashed must not become something else.
      if (offset < this.#hashedBytes) {
        throw new RangeError(`${offset} was written before`);
      }
      const writing = this.#file.writeAt(offset, bytes);
      // The disk works meanwhile.
      if (offset === this.#hashedBytes) {
        this.#hash.update(bytes);
        this.#hashedBytes = end;
      }
      await writing;
      this.#ranges.add(offset, end);
      this.#unflushedBytes += bytes.length;
      await this.#hashPrefix();
      await this.#flushIfDue();
      return bytes.buffer;
    });
  }

  setEtag(etag: string | undefined): void {
    this.#etag = etag;
  }

  restart(etag: string | undefined): Promise<void> {
    return this.#queue(async () => {
      await this.#flushing;
      this.#hash = this.#tools.runtime.createHash("sha256");
      this.#hashedBytes = 0;
      this.#ranges.clear();
      this.#etag = etag;
      // A journal must never speak of bytes that are being replaced.
      await this.#tools.runtime.files.remove(journalName(this.#path));
    });
  }

  publish(placing: Placing): Promise<Placement> {
    return this.#queue(async () => {
      try {
        await this.#flushing;
        this.#check();
        await this.#file.syncData();
        this.#close();
        const { files } = this.#tools.runtime;
        const placement = await this.#tools.publish(
          this.#content,
          this.#path,
          placing,
        );
        await files.remove(journalName(this.#path));
        return placement;
      } catch (error) {
        // A target in the way does not make the content wrong; and what is
        // wrong must not be taken up again.
        await this.#remove();
        throw error;
      }
    });
  }

  suspend(): Promise<void> {
    return this.#queue(async () => {
      if (!this.#isOpen) return;
      const { files } = this.#tools.runtime;
      // Another process that published the content tidied up after us.
      const isGone = await files.lstat(this.#path) === undefined;
      if (isGone || this.#ranges.sizeBytes === 0) return await this.#remove();
      try {
        await this.#flushing;
        await this.#file.syncData();
        await writeJournal(this.#path, this.#journal(true), files);
      } finally {
        this.#close();
      }
    });
  }

  discard(): Promise<void> {
    return this.#queue(() => this.#remove());
  }

  /** Waits for what was asked before, whatever became of it. */
  #queue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work, work);
    this.#last = done;
    return done;
  }

  /** Takes in what was written ahead of the prefix and now belongs to it. */
  async #hashPrefix(): Promise<void> {
    const { files } = this.#tools.runtime;
    const { prefixEnd } = this.#ranges;
    if (prefixEnd <= this.#hashedBytes) return;
    const range = { start: this.#hashedBytes, end: prefixEnd };
    for await (const chunk of files.readChunks(this.#path, range)) {
      this.#hash.update(chunk);
      this.#hashedBytes += chunk.length;
    }
    if (this.#hashedBytes === prefixEnd) return;
    throw new LocalError(`${this.#path} was cut short by another program`, {
      path: this.#path,
      hint: "Run it again.",
    });
  }

  async #flushIfDue(): Promise<void> {
    const { flush, runtime: { clock } } = this.#tools;
    const isDue = this.#unflushedBytes >= flush.everyBytes ||
      clock.elapsed() - this.#flushedAtMs >= flush.everyMs;
    if (!isDue) return;
    // A disk that is slower than the network must not fall ever further
    // behind: the last flush ends before the next one begins.
    await this.#flushing;
    this.#unflushedBytes = 0;
    this.#flushedAtMs = clock.elapsed();
    const journal = this.#journal(false);
    const { files } = this.#tools.runtime;
    this.#flushing = this.#syncBeside().then(() =>
      writeJournal(this.#path, journal, files)
    );
    // Whoever waits for it is told; nobody need be waiting now.
    this.#flushing.catch(() => {});
  }

  /** A file that is being synced cannot be written: another descriptor can. */
  async #syncBeside(): Promise<void> {
    const { files } = this.#tools.runtime;
    const file = await files.openForUpdate(this.#path, { create: false });
    try {
      await file.syncData();
    } finally {
      file.close();
    }
  }

  #journal(released: boolean): string {
    return formatJournal({
      ...this.#content,
      etag: this.#etag,
      ranges: this.#ranges.ranges,
      owner: this.#tools.runtime.processes?.self,
      released,
    });
  }

  #check(): void {
    const { sha256, sizeBytes } = this.#content;
    // What was hashed need not have been written, when the disk refused it.
    if (this.#ranges.prefixEnd !== sizeBytes) {
      throw new IntegrityError(
        `has fewer than the stated ${sizeBytes} bytes`,
      );
    }
    const found = toHex(this.#hash.digest());
    if (found !== sha256) {
      throw new IntegrityError(
        `has the SHA-256 ${found} instead of ${sha256}`,
      );
    }
  }

  async #remove(): Promise<void> {
    const { files } = this.#tools.runtime;
    await this.#flushing?.catch(() => {});
    this.#close();
    const journal = journalName(this.#path);
    for (const path of [journal, `${journal}.new`, this.#path]) {
      // What failed before this is the news; a part is found again later.
      await files.remove(path).catch(() => {});
    }
  }

  #close(): void {
    if (this.#isOpen) this.#file.close();
    this.#isOpen = false;
  }
}
