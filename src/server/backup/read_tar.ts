import { RefusedError } from "../../base/mod.ts";
import { BLOCK_BYTES, parseTarHeader, type TarEntry } from "./tar_header.ts";

/** A file of an archive and its bytes, which must be read before the next. */
export interface TarFile extends TarEntry {
  /** Its bytes. */
  chunks(): AsyncGenerator<Uint8Array>;
}

/**
 * The files of an archive, one after the other.
 *
 * @throws {RefusedError} when it is no archive of files, or ends too early
 */
export async function* readTar(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<TarFile> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    yield* filesOf(new ByteReader(iterator));
  } finally {
    // It ends at its last block or at a fault, not where the source does.
    await iterator.return?.();
  }
}

async function* filesOf(bytes: ByteReader): AsyncGenerator<TarFile> {
  while (true) {
    const header = await bytes.take(BLOCK_BYTES);
    const entry = parseTarHeader(header);
    if (entry === undefined) return;
    const chunks = bytes.stream(entry.sizeBytes);
    yield { ...entry, chunks: () => chunks };
    // What the consumer left.
    for await (const _chunk of chunks) { /* skipped */ }
    const rest = entry.sizeBytes % BLOCK_BYTES;
    if (rest > 0) await bytes.take(BLOCK_BYTES - rest);
  }
}

class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #buffer: Uint8Array = new Uint8Array();

  constructor(source: AsyncIterator<Uint8Array>) {
    this.#source = source;
  }

  /** Exactly so many bytes; few. */
  async take(count: number): Promise<Uint8Array> {
    const taken = new Uint8Array(count);
    let filled = 0;
    for await (const chunk of this.stream(count)) {
      taken.set(chunk, filled);
      filled += chunk.length;
    }
    return taken;
  }

  /** So many bytes as they come. */
  async *stream(count: number): AsyncGenerator<Uint8Array> {
    let left = count;
    while (left > 0) {
      if (this.#buffer.length === 0) await this.#fill();
      const chunk = this.#buffer.subarray(0, left);
      this.#buffer = this.#buffer.subarray(chunk.length);
      left -= chunk.length;
      yield chunk;
    }
  }

  async #fill(): Promise<void> {
    const next = await this.#source.next();
    if (next.done) throw new RefusedError("the archive ends too early");
    // The source may use its buffer again.
    this.#buffer = next.value.slice();
  }
}
