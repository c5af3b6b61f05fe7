// Big ones make messages, writes and hashes few; with smaller ones for smaller
// contents sixteen connections at once stay below 48 MiB.
const BIG_BYTES = 1024 * 1024;
const SMALL_BYTES = 256 * 1024;
const BIG_CONTENT_BYTES = 64 * 1024 * 1024;

// One being filled, one being written, one on its way.
const MOST_BUFFERS = 3;

/**
 * The buffers of one connection: as many as keep network and disk busy at the
 * same time, and no more, so that a slow disk slows the network.
 */
export class PieceBuffers {
  readonly #free: ArrayBuffer[] = [];
  readonly #lent = new Set<Promise<void>>();
  readonly #sizeBytes: number;
  #made = 0;
  #fault: { error: unknown } | undefined;

  /** Buffers for a content of `contentBytes` bytes. */
  constructor(contentBytes: number) {
    this.#sizeBytes = contentBytes >= BIG_CONTENT_BYTES
      ? BIG_BYTES
      : SMALL_BYTES;
  }

  /**
   * A free buffer, when there is one.
   *
   * @throws what became of a buffer that was lent
   */
  async take(): Promise<ArrayBuffer> {
    while (true) {
      if (this.#fault !== undefined) throw this.#fault.error;
      const buffer = this.#free.pop();
      if (buffer !== undefined) return buffer;
      if (this.#made < MOST_BUFFERS || this.#lent.size === 0) break;
      await Promise.race(this.#lent);
    }
    this.#made++;
    return new ArrayBuffer(this.#sizeBytes);
  }

  /** Gives a buffer back that was not used. */
  give(buffer: ArrayBuffer): void {
    // One that was handed over to another thread and lost has no bytes.
    if (buffer.byteLength === this.#sizeBytes) this.#free.push(buffer);
    else this.#made--;
  }

  /** Leaves a buffer to somebody who gives it back, or says what failed. */
  lend(work: Promise<ArrayBuffer>): void {
    const lent: Promise<void> = work.then(
      (buffer) => this.give(buffer),
      (error) => {
        this.#fault ??= { error };
      },
    ).finally(() => this.#lent.delete(lent));
    this.#lent.add(lent);
  }

  /**
   * Resolves when every buffer is back.
   *
   * @throws what became of one that is not
   */
  async settled(): Promise<void> {
    await Promise.all(this.#lent);
    if (this.#fault !== undefined) throw this.#fault.error;
  }
}
