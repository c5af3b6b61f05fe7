/**
 * The longest row that is read, in UTF-16 units: a file that is no table may
 * be one line of any length, and must not fill the memory.
 */
export const ROW_LIMIT = 1 << 20;

// A unit takes at most three bytes, so that more of them are a row too long
// however the file was cut.
const TAIL_LIMIT_BYTES = 3 * ROW_LIMIT;
// Cells are slices of their block: as long as one lives, the block does. And
// the less is alive at a time, the smaller the heap stays: with 64 KiB a
// million rows take 20 MiB more (measured, V8 14).
const BLOCK_BYTES = 1 << 13;
const LF = 10;
const CR = 13;

/** Some whole lines of a text. */
export interface TextBlock {
  /** The lines with their ends; the last one of the text may have none. */
  text: string;
  /** What is wrong with the line after them, if anything. */
  fault?: "encoding" | "length";
}

/**
 * Decodes UTF-8 that comes in chunks, cut anywhere, into blocks of whole
 * lines (LF, CRLF or CR). A fault ends it.
 *
 * @param chunks each is used only until the next one is asked for
 */
export async function* readTextBlocks(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<TextBlock, void, void> {
  const tail = new Tail();
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length; start += BLOCK_BYTES) {
      const piece = chunk.subarray(start, start + BLOCK_BYTES);
      // A CR at the end of what came before was a line end of its own.
      if (tail.endsWith(CR) && piece[0] !== LF) {
        yield decodeLines(tail.take(tail.length));
      }
      const end = tail.length + endOfLines(piece);
      const hasLines = end > tail.length;
      tail.push(piece);
      if (hasLines) yield decodeLines(tail.take(end));
      if (tail.length > TAIL_LIMIT_BYTES) {
        yield { text: "", fault: "length" };
        return;
      }
    }
  }
  if (tail.length > 0) yield decodeLines(tail.take(tail.length));
}

/**
 * Bytes that wait for the end of their line, in one buffer for all: a new one
 * for each block would be garbage faster than it is collected.
 */
class Tail {
  #buffer = new Uint8Array(2 * BLOCK_BYTES);
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  endsWith(byte: number): boolean {
    return this.length > 0 && this.#buffer[this.#end - 1] === byte;
  }

  /** Puts bytes to the end. */
  push(bytes: Uint8Array): void {
    this.#buffer.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    const length = this.#end + bytes.length;
    if (length > this.#buffer.length) {
      const larger = new Uint8Array(2 * length);
      larger.set(this.#buffer.subarray(0, this.#end));
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#end);
    this.#end = length;
  }

  /** The first bytes, to be used before more are put in. */
  take(length: number): Uint8Array {
    this.#start += length;
    return this.#buffer.subarray(this.#start - length, this.#start);
  }
}

/** Where the last whole line ends; 0 if none does. */
function endOfLines(bytes: Uint8Array): number {
  const lf = bytes.lastIndexOf(LF);
  if (lf >= 0) return lf + 1;
  // The last byte may be the first half of CRLF.
  return bytes.subarray(0, -1).lastIndexOf(CR) + 1;
}

// A byte order mark is the parser's to drop, and only the first one.
const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeLines(bytes: Uint8Array): TextBlock {
  try {
    return { text: DECODER.decode(bytes) };
  } catch {
    const end = endOfValidLines(bytes);
    return { text: DECODER.decode(bytes.subarray(0, end)), fault: "encoding" };
  }
}

/** Where the first line begins that is not UTF-8. */
function endOfValidLines(bytes: Uint8Array): number {
  let start = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== LF && bytes[at] !== CR) continue;
    try {
      DECODER.decode(bytes.subarray(start, at + 1));
    } catch {
      return start;
    }
    start = at + 1;
  }
  return start;
}
