/** Documents in a chunk; a place in it is one byte. */
export const CHUNK_SIZE = 256;

const WORDS_PER_CHUNK = CHUNK_SIZE / 32;

/** A set of document numbers below a limit, one bit for each. */
export class DocumentSet {
  readonly #words: Uint32Array;

  private constructor(words: Uint32Array) {
    this.#words = words;
  }

  /** An empty set that has room for the documents of so many chunks. */
  static ofChunks(chunks: number): DocumentSet {
    return new DocumentSet(new Uint32Array(chunks * WORDS_PER_CHUNK));
  }

  /** Adds a document. */
  add(number: number): void {
    this.#setBit(number >>> 5, number);
  }

  /** Adds the documents of a chunk whose places are given in hexadecimal. */
  addPlaces(chunk: number, hex: string): void {
    const start = chunk * WORDS_PER_CHUNK;
    for (let at = 0; at + 1 < hex.length; at += 2) {
      const place = hexDigit(hex, at) << 4 | hexDigit(hex, at + 1);
      this.#setBit(start + (place >> 5), place);
    }
  }

  /** Adds the documents of a chunk whose places are given as bytes. */
  addBytes(chunk: number, places: Uint8Array): void {
    const start = chunk * WORDS_PER_CHUNK;
    for (const place of places) this.#setBit(start + (place >> 5), place);
  }

  // The lowest five bits of `bit` say which one it is.
  #setBit(word: number, bit: number): void {
    this.#words[word] = (this.#words[word] ?? 0) | 1 << (bit & 31);
  }

  /** Whether a document is in the set. */
  has(number: number): boolean {
    return ((this.#words[number >>> 5] ?? 0) >>> (number & 31) & 1) === 1;
  }

  /** Takes a document out. */
  delete(number: number): void {
    const word = this.#words[number >>> 5];
    if (word !== undefined) {
      this.#words[number >>> 5] = word & ~(1 << (number & 31));
    }
  }

  /** Adds what another set has. */
  unite(other: DocumentSet): void {
    other.#words.forEach((word, at) => {
      this.#words[at] = (this.#words[at] ?? 0) | word;
    });
  }

  /** Keeps only what another set has too. */
  intersect(other: DocumentSet): void {
    this.#words.forEach((word, at) => {
      this.#words[at] = word & (other.#words[at] ?? 0);
    });
  }

  /** Takes out what another set has. */
  subtract(other: DocumentSet): void {
    other.#words.forEach((word, at) => {
      this.#words[at] = (this.#words[at] ?? 0) & ~word;
    });
  }

  /** A set of its own with the same documents. */
  copy(): DocumentSet {
    return new DocumentSet(this.#words.slice());
  }

  /** How many documents there are. */
  get size(): number {
    return this.#words.reduce((sum, word) => sum + countBits(word), 0);
  }

  /** Whether there is none. */
  get isEmpty(): boolean {
    return this.#words.every((word) => word === 0);
  }

  /** The documents, rising. */
  *[Symbol.iterator](): IterableIterator<number> {
    for (const [at, word] of this.#words.entries()) {
      for (let rest = word; rest !== 0; rest &= rest - 1) {
        yield at * 32 + 31 - Math.clz32(rest & -rest);
      }
    }
  }
}

function hexDigit(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code <= 0x39 ? code - 0x30 : (code & 0xf) + 9;
}

// Adds up bits in pairs, fours and bytes, then the bytes by a product.
function countBits(word: number): number {
  let sum = word - (word >>> 1 & 0x55555555);
  sum = (sum & 0x33333333) + (sum >>> 2 & 0x33333333);
  sum = (sum + (sum >>> 4)) & 0x0f0f0f0f;
  return Math.imul(sum, 0x01010101) >>> 24;
}
