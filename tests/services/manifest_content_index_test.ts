import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { BitSet } from "../../src/services/_bit_set.ts";
import { ContentIndex } from "../../src/services/_content_index.ts";
import { createFingerprint } from "../../src/services/_fingerprint.ts";
import { seeded } from "../support/seeded.ts";

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

Deno.test("ContentIndex numbers 200,000 contents in order and knows them again", () => {
  using index = new ContentIndex(seeded(1));
  const hashes = Array.from({ length: 200_000 }, (_, at) => sha256(`${at}`));
  for (const [at, hash] of hashes.entries()) {
    assert.equal(index.add(hash, at * 2 ** 30, at + 2), at);
  }
  assert.equal(index.count, 200_000);
  for (const at of [0, 1, 65_535, 65_536, 131_072, 199_999]) {
    assert.equal(index.add(hashes[at] ?? "", 1, 1), at);
    assert.equal(index.sizeOf(at), at * 2 ** 30);
    assert.equal(index.lineOf(at), at + 2);
  }
  assert.equal(index.count, 200_000);
});

Deno.test("ContentIndex keeps apart hashes that differ in one digit, whatever the randomness", () => {
  const hash = sha256("x");
  for (const random of [seeded(2), Math.random, () => 0, () => 0.5]) {
    using index = new ContentIndex(random);
    const others = [...hash].flatMap((own, at) =>
      [..."0123456789abcdef"].filter((digit) => digit !== own)
        .map((digit) => hash.slice(0, at) + digit + hash.slice(at + 1))
    );
    for (const [at, other] of [hash, ...others].entries()) {
      assert.equal(index.add(other, 0, 0), at);
    }
  }
});

Deno.test("ContentIndex takes a size that was not known, with its line", () => {
  using index = new ContentIndex(seeded(3));
  const number = index.add(sha256("x"), NaN, 2);
  assert.ok(Number.isNaN(index.sizeOf(number)));
  index.setSize(number, 7, 5);
  assert.deepEqual([index.sizeOf(number), index.lineOf(number)], [7, 5]);
});

Deno.test("createFingerprint is the sum of words times keys modulo 2^31 - 1", () => {
  const prime = 2n ** 31n - 1n;
  const random = seeded(4);
  const fingerprint = createFingerprint(random);
  const to = new Uint32Array(3);
  const of = (hash: string) => {
    fingerprint(hash, to);
    return [...to].map((word) => BigInt(word) % prime);
  };
  // The keys, each read off a hash with one word of 1.
  const keys = Array.from(
    { length: 16 },
    (_, at) => of("0001".padStart(4 * at + 4, "0").padEnd(64, "0")),
  );
  for (const hash of [sha256("a"), sha256("b"), "f".repeat(64)]) {
    const words = (hash.match(/.{4}/g) ?? []).map((word) =>
      BigInt(`0x${word}`)
    );
    const sums = [0, 1, 2].map((which) =>
      words.reduce(
        (sum, word, at) => sum + word * (keys[at]?.[which] ?? 0n),
        0n,
      ) %
      prime
    );
    assert.deepEqual(of(hash), sums);
  }
});

Deno.test("BitSet holds the numbers that were put in", () => {
  const set = new BitSet();
  const numbers = [0, 7, 8, 8191, 8192, 1_000_000];
  for (const number of numbers) set.add(number);
  for (let number = 0; number < 1_000_020; number++) {
    if (set.has(number) !== numbers.includes(number)) assert.fail(`${number}`);
  }
});
