/**
 * ASCII text as bytes from the start. Joining strings and encoding them
 * afterwards takes several times longer.
 */
export class TextBuffer {
  /** The room; what is beyond `length` is not text yet. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(1 << 16);
  /** How many bytes are written. */
  length = 0;

  /** Makes room for at least `extra` more bytes, which `write…` does not. */
  reserve(extra: number): void {
    if (this.length + extra <= this.bytes.length) return;
    const larger = new Uint8Array(2 * this.bytes.length + extra);
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  /** Appends one character by its code. */
  writeByte(code: number): void {
    this.bytes[this.length++] = code;
  }

  /** Appends text of ASCII characters only. */
  writeAscii(text: string): void {
    for (let i = 0; i < text.length; i++) this.writeByte(text.charCodeAt(i));
  }

  /** Appends an integer of 0 or more, in decimal. */
  writeInteger(value: number): void {
    if (value >= 10) this.writeInteger(Math.floor(value / 10));
    this.writeByte(48 + value % 10);
  }

  /** What was written; shares its memory with the buffer. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length);
  }
}
