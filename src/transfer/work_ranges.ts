import type { ByteRange } from "../store/mod.ts";

// A request for less costs more than it brings.
const LEAST_BYTES = 2 * 1024 * 1024;

/**
 * The bytes of a content that are still to be received, handed out to
 * connections. The lowest come first, so that the start, which is hashed in
 * order, closes early.
 */
export class WorkRanges {
  readonly #chunkBytes: number;
  #gaps: ByteRange[];
  readonly #active = new Set<ByteRange>();

  /** Hands out `gaps`, in pieces of `chunkBytes` where several share. */
  constructor(gaps: readonly ByteRange[], chunkBytes: number) {
    this.#gaps = gaps.map((gap) => ({ ...gap }));
    this.#chunkBytes = chunkBytes;
  }

  /** Bytes that nobody has received yet. */
  get leftBytes(): number {
    return [...this.#gaps, ...this.#active].reduce(
      (sum, { start, end }) => sum + end - start,
      0,
    );
  }

  /**
   * A range to work on: whoever does moves its `start` along and looks at its
   * `end`, which may come closer when another connection takes a part over.
   *
   * @param isShared whether other connections work on this content too
   * @returns undefined when there is nothing to do
   */
  take(isShared: boolean): ByteRange | undefined {
    if (this.#gaps.length === 0 && isShared) this.#split();
    const gap = this.#gaps.shift();
    if (gap === undefined) return undefined;
    const end = isShared
      ? Math.min(gap.end, gap.start + this.#chunkBytes)
      : gap.end;
    if (end < gap.end) this.#gaps.unshift({ start: end, end: gap.end });
    const range = { start: gap.start, end };
    this.#active.add(range);
    return range;
  }

  /** Begins again, with all of `sizeBytes` bytes in one range under work. */
  restart(range: ByteRange, sizeBytes: number): void {
    range.start = 0;
    range.end = sizeBytes;
    this.#gaps = [];
    this.#active.clear();
    this.#active.add(range);
  }

  /** Ends the work on a range; what is left of it is to be done again. */
  giveBack(range: ByteRange): void {
    this.#active.delete(range);
    if (range.start >= range.end) return;
    this.#gaps.push({ start: range.start, end: range.end });
    this.#gaps.sort((a, b) => a.start - b.start);
  }

  /** Makes a gap of the later part of the longest range under work. */
  #split(): void {
    let longest: ByteRange | undefined;
    const lengthOf = ({ start, end }: ByteRange) => end - start;
    for (const range of this.#active) {
      if (longest === undefined || lengthOf(range) > lengthOf(longest)) {
        longest = range;
      }
    }
    if (longest === undefined || lengthOf(longest) < 2 * LEAST_BYTES) return;
    const { start, end } = longest;
    const half = Math.ceil((end - start) / 2);
    longest.end = start + Math.min(half, this.#chunkBytes);
    this.#gaps.push({ start: longest.end, end });
  }
}
