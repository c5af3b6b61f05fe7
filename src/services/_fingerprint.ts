import type { Random } from "../base/mod.ts";

// 31-bit words: sums of products with 16-bit words stay exact in a double.
const PRIME = 2 ** 31 - 1;
const WORDS = 16;

/** How many 31-bit words a fingerprint has. */
export const FINGERPRINT_WORDS = 3;

/** Writes the fingerprint of a SHA-256 (64 hex digits) into `to`. */
export type Fingerprint = (sha256: string, to: Uint32Array) => void;

/**
 * Makes a function that shortens a SHA-256 to 93 bits: three sums of its
 * 16-bit words times random keys, modulo a prime (multilinear hashing, Carter
 * and Wegman 1979).
 *
 * Two different hashes meet with a probability of 2^-93 over the keys,
 * whoever wrote them down, since the keys are drawn after that: for a million
 * contents 5e-17, less than that of a wrong bit in memory. The begin of the
 * hash would not do: a hostile manifest can make two of them begin alike.
 */
export function createFingerprint(random: Random): Fingerprint {
  const keys = Float64Array.from(
    { length: FINGERPRINT_WORDS * WORDS },
    // Different ones even when the randomness is none, as in a test.
    (_, at) => (scatter(at) + Math.floor(random() * PRIME)) % PRIME,
  );
  return (sha256, to) => {
    let a = 0;
    let b = 0;
    let c = 0;
    for (let at = 0; at < WORDS; at++) {
      const word = hexWord(sha256, 4 * at);
      a += word * (keys[at] ?? 0);
      b += word * (keys[at + WORDS] ?? 0);
      c += word * (keys[at + 2 * WORDS] ?? 0);
    }
    to[0] = reduce(a);
    to[1] = reduce(b);
    to[2] = reduce(c);
  };
}

// A sum is below 2^51, what is left of it below 2^32; two of these are equal
// only if they are so modulo the prime. `%` of doubles is far slower.
function reduce(sum: number): number {
  return sum - Math.floor(sum / 2 ** 31) * PRIME;
}

function hexWord(text: string, at: number): number {
  return hexDigit(text.charCodeAt(at)) << 12 |
    hexDigit(text.charCodeAt(at + 1)) << 8 |
    hexDigit(text.charCodeAt(at + 2)) << 4 |
    hexDigit(text.charCodeAt(at + 3));
}

// The low four bits of `0`-`9` are the digit, those of `a`-`f` are 1 to 6.
function hexDigit(code: number): number {
  return (code & 15) + (code >> 6) * 9;
}

function scatter(number: number): number {
  let mixed = Math.imul(number + 1, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) >>> 1;
}
