/**
 * CRC-32C (Castagnoli), as in RFC 3720, section 12.1 and appendix B.4, and as
 * the DSS and Google Cloud Storage use it.
 *
 * @module
 */

const REFLECTED_POLYNOMIAL = 0x82f63b78;
const BYTES_PER_STEP = 16;
const TABLE_LENGTH = 256;

// Made at first use: a command that checks nothing should not pay for it.
let tables: Uint32Array | undefined;

/** A CRC-32C being computed, sixteen bytes per step. */
export class Crc32c {
  readonly #tables = tables ??= makeTables();
  #state = ~0;

  /** Takes in more bytes; may be called any number of times. */
  update(bytes: Uint8Array): void {
    // A DataView reads little-endian words at any offset on every machine,
    // and was measured as fast as aligned reads through a typed array.
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const end = bytes.length - bytes.length % BYTES_PER_STEP;
    const state = takeWords(this.#tables, this.#state, view, end);
    this.#state = takeBytes(this.#tables, state, view, end);
  }

  /**
   * The CRC of what was taken in so far: 8 lower-case hexadecimal digits, most
   * significant first. More bytes may follow.
   */
  digest(): string {
    return (~this.#state >>> 0).toString(16).padStart(8, "0");
  }
}

// Table k tells what a byte does to the CRC when k zero bytes follow it, so
// that the bytes of a step are looked up independently ("slicing-by-16").
function makeTables(): Uint32Array {
  const all = new Uint32Array(BYTES_PER_STEP * TABLE_LENGTH);
  for (let byte = 0; byte < TABLE_LENGTH; byte++) all[byte] = shiftByte(byte);
  for (let index = TABLE_LENGTH; index < all.length; index++) {
    const previous = at(all, index - TABLE_LENGTH);
    all[index] = (previous >>> 8) ^ at(all, previous & 0xff);
  }
  return all;
}

function shiftByte(byte: number): number {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) {
    crc = crc & 1 ? (crc >>> 1) ^ REFLECTED_POLYNOMIAL : crc >>> 1;
  }
  return crc;
}

function takeWords(
  all: Uint32Array,
  state: number,
  view: DataView,
  end: number,
): number {
  let crc = state;
  for (let offset = 0; offset < end; offset += BYTES_PER_STEP) {
    crc = lookUpWord(all, 12, crc ^ view.getUint32(offset, true)) ^
      lookUpWord(all, 8, view.getUint32(offset + 4, true)) ^
      lookUpWord(all, 4, view.getUint32(offset + 8, true)) ^
      lookUpWord(all, 0, view.getUint32(offset + 12, true));
  }
  return crc;
}

/** What four bytes do to the CRC when `following` bytes come after them. */
function lookUpWord(
  all: Uint32Array,
  following: number,
  word: number,
): number {
  const base = following * TABLE_LENGTH;
  return at(all, base + 3 * TABLE_LENGTH + (word & 0xff)) ^
    at(all, base + 2 * TABLE_LENGTH + (word >>> 8 & 0xff)) ^
    at(all, base + TABLE_LENGTH + (word >>> 16 & 0xff)) ^
    at(all, base + (word >>> 24));
}

function takeBytes(
  all: Uint32Array,
  state: number,
  view: DataView,
  start: number,
): number {
  let crc = state;
  for (let offset = start; offset < view.byteLength; offset++) {
    crc = (crc >>> 8) ^ at(all, (crc ^ view.getUint8(offset)) & 0xff);
  }
  return crc;
}

function at(all: Uint32Array, index: number): number {
  return all[index] ?? 0;
}
