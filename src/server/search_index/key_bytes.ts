/**
 * Texts and numbers as bytes that sort as they do.
 *
 * @module
 */

import { concatBytes } from "../../base/mod.ts";

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * A text in UTF-8, which sorts by code points. A surrogate without its other
 * half is encoded as if it were a character (WTF-8), so that no two texts
 * have the same bytes.
 */
export function encodeText(text: string): Uint8Array {
  if (text.isWellFormed()) return ENCODER.encode(text);
  return concatBytes(Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return isSurrogate(code)
      ? Uint8Array.of(
        0xe0 | code >> 12,
        0x80 | code >> 6 & 63,
        0x80 | code & 63,
      )
      : ENCODER.encode(character);
  }));
}

/** The text of bytes made by {@linkcode encodeText}. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return DECODER.decode(bytes);
  } catch {
    return decodeSurrogates(bytes);
  }
}

// UTF-8 never has 0xed with a byte above 0x9f after it.
function decodeSurrogates(bytes: Uint8Array): string {
  let text = "";
  let start = 0;
  for (let at = 0; at < bytes.length; at++) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + 3);
    if (first !== 0xed || second <= 0x9f) continue;
    const code = 0xd000 | (second & 63) << 6 | third & 63;
    text += DECODER.decode(bytes.subarray(start, at)) +
      String.fromCharCode(code);
    start = at + 3;
    at += 2;
  }
  return text + DECODER.decode(bytes.subarray(start));
}

function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}

/** A finite number in 8 bytes; zero has one form, whatever its sign. */
export function encodeNumber(number: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, number === 0 ? 0 : number);
  const isNegative = ((bytes[0] ?? 0) & 0x80) !== 0;
  // The larger the bits, the larger the number, or if negative, the smaller.
  if (!isNegative) bytes[0] = (bytes[0] ?? 0) | 0x80;
  else bytes.forEach((byte, at) => bytes[at] = byte ^ 0xff);
  return bytes;
}

/** The number of bytes made by {@linkcode encodeNumber}. */
export function decodeNumber(encoded: Uint8Array): number {
  const bytes = encoded.slice(0, 8);
  const isNegative = ((bytes[0] ?? 0) & 0x80) === 0;
  if (!isNegative) bytes[0] = (bytes[0] ?? 0) & 0x7f;
  else bytes.forEach((byte, at) => bytes[at] = byte ^ 0xff);
  return new DataView(bytes.buffer).getFloat64(0);
}

/** Orders bytes as SQLite orders blobs. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
