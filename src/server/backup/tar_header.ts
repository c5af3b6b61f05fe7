import { RefusedError } from "../../base/mod.ts";

/** Bytes of a header, and what contents are padded to. */
export const BLOCK_BYTES = 512;

/** One file of an archive. */
export interface TarEntry {
  /** Its name, ASCII, at most 100 characters. */
  name: string;
  /** Its size in bytes. */
  sizeBytes: number;
}

// Offsets and lengths of the fields (POSIX.1-1988, ustar).
const NAME = [0, 100] as const;
const MODE = [100, 8] as const;
const OWNER = [108, 8] as const;
const GROUP = [116, 8] as const;
const SIZE = [124, 12] as const;
const MODIFIED = [136, 12] as const;
const CHECKSUM = [148, 8] as const;
const TYPE = 156;
const MAGIC = 257;
const PREFIX = [345, 155] as const;
// Eleven octal digits; larger sizes are written as GNU tar does, in base 256.
const OCTAL_LIMIT = 8 ** 11;

/** The header of a regular file. */
export function tarHeader(
  { name, sizeBytes }: TarEntry,
  modifiedAtMs: number,
): Uint8Array {
  const header = new Uint8Array(BLOCK_BYTES);
  const put = (text: string, [offset]: readonly [number, number] | [number]) =>
    header.set(new TextEncoder().encode(text), offset);
  put(name, NAME);
  put(octal(0o600, MODE), MODE);
  put(octal(0, OWNER), OWNER);
  put(octal(0, GROUP), GROUP);
  if (sizeBytes < OCTAL_LIMIT) put(octal(sizeBytes, SIZE), SIZE);
  else putBase256(header, sizeBytes);
  put(octal(Math.floor(modifiedAtMs / 1000), MODIFIED), MODIFIED);
  header[TYPE] = "0".charCodeAt(0);
  put("ustar\x0000", [MAGIC]);
  put(`${octal(checksumOf(header), [CHECKSUM[0], 7])} `, CHECKSUM);
  return header;
}

/**
 * What a header says; undefined for the block of zeros that ends an archive.
 *
 * @throws {RefusedError} when it is no header of a regular file
 */
export function parseTarHeader(header: Uint8Array): TarEntry | undefined {
  if (header.every((byte) => byte === 0)) return undefined;
  const text = ([offset, length]: readonly [number, number]) =>
    new TextDecoder().decode(header.subarray(offset, offset + length))
      .replace(/\0.*$/s, "").trim();
  const isFile = header[TYPE] === 0x30 || header[TYPE] === 0;
  const checksum = parseOctal(text(CHECKSUM));
  if (header.length < BLOCK_BYTES || checksum !== checksumOf(header)) {
    throw new RefusedError("the archive is damaged: a header is not right");
  }
  if (!isFile) throw new RefusedError("the archive holds more than files");
  const first = header[SIZE[0]] ?? 0;
  const sizeBytes = (first & 0x80) === 0
    ? parseOctal(text(SIZE) || "0")
    : readBase256(header);
  if (!Number.isSafeInteger(sizeBytes)) {
    throw new RefusedError("the archive is damaged: a size is not right");
  }
  // A long name is in two parts; none of a backup is that long.
  const prefix = text(PREFIX);
  const name = prefix === "" ? text(NAME) : `${prefix}/${text(NAME)}`;
  return { name, sizeBytes };
}

/** NaN for anything but octal digits. */
function parseOctal(text: string): number {
  return /^[0-7]+$/.test(text) ? parseInt(text, 8) : NaN;
}

function octal(
  value: number,
  [, length]: readonly [number, number],
): string {
  return `${value.toString(8).padStart(length - 1, "0")}\0`;
}

/** The sum of all bytes, the checksum's own taken for blanks. */
function checksumOf(header: Uint8Array): number {
  const [start, length] = CHECKSUM;
  return header.reduce(
    (sum, byte, at) => sum + (at >= start && at < start + length ? 0x20 : byte),
    0,
  );
}

function putBase256(header: Uint8Array, value: number): void {
  const [offset, length] = SIZE;
  let left = BigInt(value);
  for (let at = offset + length - 1; at > offset; at--) {
    header[at] = Number(left & 0xffn);
    left >>= 8n;
  }
  header[offset] = 0x80;
}

function readBase256(header: Uint8Array): number {
  const [offset, length] = SIZE;
  let value = 0n;
  for (const byte of header.subarray(offset + 1, offset + length)) {
    value = (value << 8n) | BigInt(byte);
  }
  return Number(value);
}
