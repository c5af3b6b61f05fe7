import type { ByteRange } from "./transfer_store.ts";

/** A set of bytes of one content, as ascending ranges that do not touch. */
export class ByteRanges {
  #ranges: ByteRange[] = [];

  /** The ranges, ascending and disjoint. */
  get ranges(): readonly ByteRange[] {
    return this.#ranges;
  }

  /** How many bytes from the start on are there without a gap. */
  get prefixEnd(): number {
    const first = this.#ranges[0];
    return first?.start === 0 ? first.end : 0;
  }

  /** How many bytes there are. */
  get sizeBytes(): number {
    return this.#ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  }

  /** Takes in the bytes from `start` (inclusive) to `end` (exclusive). */
  add(start: number, end: number): void {
    if (start >= end) return;
    const before = this.#ranges.filter((range) => range.end < start);
    const after = this.#ranges.filter((range) => range.start > end);
    const touching = this.#ranges.slice(
      before.length,
      this.#ranges.length - after.length,
    );
    this.#ranges = [...before, {
      start: Math.min(start, touching[0]?.start ?? start),
      end: Math.max(end, touching.at(-1)?.end ?? end),
    }, ...after];
  }

  /** Forgets all. */
  clear(): void {
    this.#ranges = [];
  }

  /** The ranges of a content of `sizeBytes` bytes that are not there. */
  gaps(sizeBytes: number): ByteRange[] {
    const gaps: ByteRange[] = [];
    let at = 0;
    for (const { start, end } of this.#ranges) {
      if (start > at) gaps.push({ start: at, end: start });
      at = end;
    }
    if (at < sizeBytes) gaps.push({ start: at, end: sizeBytes });
    return gaps;
  }
}
