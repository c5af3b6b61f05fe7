import type { Random } from "../base/mod.ts";
import {
  createFingerprint,
  type Fingerprint,
  FINGERPRINT_WORDS,
} from "./_fingerprint.ts";

// Entries come in segments, so that growth copies none of them.
const SEGMENT_BITS = 16;
const SEGMENT = 1 << SEGMENT_BITS;

interface Segment {
  fingerprints: Uint32Array<ArrayBuffer>;
  lines: Uint32Array<ArrayBuffer>;
  sizes: Float64Array<ArrayBuffer>;
}

/**
 * The contents of a manifest, numbered from 0 as they come: an open-addressing
 * hash table over typed arrays, 24 bytes for a content and 5 to 11 for its
 * slots. It knows contents by a fingerprint; see {@linkcode createFingerprint}.
 */
export class ContentIndex implements Disposable {
  readonly #fingerprint: Fingerprint;
  readonly #wanted = new Uint32Array(FINGERPRINT_WORDS);
  readonly #segments: Segment[] = [];
  /** A content's number plus one; 0 is free. The length is a power of two. */
  #slots = new Uint32Array(1 << 10);
  #count = 0;

  /** An empty index whose fingerprints are drawn from `random`. */
  constructor(random: Random) {
    this.#fingerprint = createFingerprint(random);
  }

  /** How many contents there are. */
  get count(): number {
    return this.#count;
  }

  /**
   * The number of a content, which is put in if it is new.
   *
   * @param sha256 64 hex digits
   * @param sizeBytes NaN if it is not known
   * @param line where it is first
   */
  add(sha256: string, sizeBytes: number, line: number): number {
    this.#fingerprint(sha256, this.#wanted);
    const slot = this.#findSlot();
    const number = (this.#slots[slot] ?? 0) - 1;
    if (number >= 0) return number;
    this.#append(sizeBytes, line);
    this.#slots[slot] = this.#count;
    // Three quarters full at most.
    if (4 * this.#count > 3 * this.#slots.length) this.#grow();
    return this.#count - 1;
  }

  /** The line in which a content, or its size, is first. */
  lineOf(number: number): number {
    return this.#segmentOf(number)?.lines[number % SEGMENT] ?? 0;
  }

  /** The size of a content in bytes; NaN if it is not known. */
  sizeOf(number: number): number {
    return this.#segmentOf(number)?.sizes[number % SEGMENT] ?? NaN;
  }

  /** Says the size of a content that had none, and in which line it is. */
  setSize(number: number, sizeBytes: number, line: number): void {
    const segment = this.#segmentOf(number);
    if (segment === undefined) return;
    segment.sizes[number % SEGMENT] = sizeBytes;
    segment.lines[number % SEGMENT] = line;
  }

  /** Gives the memory back at once, not when it is collected some time. */
  [Symbol.dispose](): void {
    release(this.#slots);
    for (const { fingerprints, lines, sizes } of this.#segments) {
      for (const array of [fingerprints, lines, sizes]) release(array);
    }
  }

  /** The slot of the wanted content, or a free one for it. */
  #findSlot(): number {
    const mask = this.#slots.length - 1;
    for (let slot = (this.#wanted[0] ?? 0) & mask;; slot = slot + 1 & mask) {
      const number = (this.#slots[slot] ?? 0) - 1;
      if (number < 0 || this.#isWanted(number)) return slot;
    }
  }

  #isWanted(number: number): boolean {
    const known = this.#segmentOf(number)?.fingerprints;
    const at = number % SEGMENT * FINGERPRINT_WORDS;
    return known !== undefined && known[at] === this.#wanted[0] &&
      known[at + 1] === this.#wanted[1] && known[at + 2] === this.#wanted[2];
  }

  #append(sizeBytes: number, line: number): void {
    const at = this.#count % SEGMENT;
    if (at === 0) this.#segments.push(createSegment());
    const segment = this.#segmentOf(this.#count);
    this.#count++;
    if (segment === undefined) return;
    segment.fingerprints.set(this.#wanted, at * FINGERPRINT_WORDS);
    segment.lines[at] = line;
    segment.sizes[at] = sizeBytes;
  }

  #grow(): void {
    const slots = new Uint32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (let number = 0; number < this.#count; number++) {
      const known = this.#segmentOf(number)?.fingerprints;
      let slot = (known?.[number % SEGMENT * FINGERPRINT_WORDS] ?? 0) & mask;
      while (slots[slot] !== 0) slot = slot + 1 & mask;
      slots[slot] = number + 1;
    }
    release(this.#slots);
    this.#slots = slots;
  }

  #segmentOf(number: number): Segment | undefined {
    return this.#segments[number >>> SEGMENT_BITS];
  }
}

function createSegment(): Segment {
  return {
    fingerprints: new Uint32Array(SEGMENT * FINGERPRINT_WORDS),
    lines: new Uint32Array(SEGMENT),
    sizes: new Float64Array(SEGMENT),
  };
}

function release(
  { buffer }: Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>,
): void {
  buffer.transfer(0);
}
