/** A set of whole numbers from 0, one bit for each up to the greatest. */
export class BitSet {
  #bytes = new Uint8Array(1 << 10);

  /** Puts a number in. */
  add(number: number): void {
    const at = Math.floor(number / 8);
    if (at >= this.#bytes.length) this.#grow(at + 1);
    this.#bytes[at] = (this.#bytes[at] ?? 0) | 1 << number % 8;
  }

  /** Whether a number is in. */
  has(number: number): boolean {
    const byte = this.#bytes[Math.floor(number / 8)] ?? 0;
    return (byte & 1 << number % 8) !== 0;
  }

  #grow(least: number): void {
    const bytes = new Uint8Array(Math.max(least, 2 * this.#bytes.length));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
}
