/**
 * Randomness that is the same on every machine: a label names a stream of
 * numbers, and only 32-bit integer arithmetic stands between them.
 *
 * @module
 */

/** The next integer of a stream, 0 to 2^32 - 1, drawn evenly. */
export type Random32 = () => number;

/**
 * The 64-bit FNV-1a hash of a text's UTF-8 bytes
 * (Fowler, Noll and Vo; draft-eastlake-fnv).
 */
export function fnv1a64(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash;
}

/**
 * SplitMix64, which spreads a seed over as many 64-bit words as are asked for
 * (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
 * 2014; the constants are those of Vigna's reference).
 */
export function splitMix64(seed: bigint): () => bigint {
  let state = seed;
  return () => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let word = state;
    word = BigInt.asUintN(64, (word ^ (word >> 30n)) * 0xbf58476d1ce4e5b9n);
    word = BigInt.asUintN(64, (word ^ (word >> 27n)) * 0x94d049bb133111ebn);
    return word ^ (word >> 31n);
  };
}

/**
 * The generator xoshiro128** (Blackman and Vigna, "Scrambled linear
 * pseudorandom number generators", 2018).
 *
 * @param seed four 32-bit words, not all zero
 */
export function xoshiro128(
  seed: readonly [number, number, number, number],
): Random32 {
  let [a, b, c, d] = seed;
  return () => {
    const scrambled = Math.imul(b, 5);
    const rotated = (scrambled << 7) | (scrambled >>> 25);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return Math.imul(rotated, 9) >>> 0;
  };
}

/** The stream that `label` names: equal labels give equal numbers. */
export function createRandom(label: string): Random32 {
  const next = splitMix64(fnv1a64(label));
  const first = next();
  const second = next();
  return xoshiro128([low(first), high(first), low(second), high(second)]);
}

/**
 * The next integer from 0 (inclusive) to `limit` (exclusive); by
 * multiplication, so no bit of the draw is favoured.
 */
export function below(next: Random32, limit: number): number {
  return Math.floor(next() / 4294967296 * limit);
}

function low(word: bigint): number {
  return Number(BigInt.asUintN(32, word));
}

function high(word: bigint): number {
  return Number(word >> 32n);
}
