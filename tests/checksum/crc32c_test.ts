import assert from "node:assert/strict";
import { Crc32c } from "../../src/checksum/mod.ts";
import { pattern, patternChunks } from "./_pattern.ts";

function crc32cOf(bytes: Uint8Array): string {
  const crc = new Crc32c();
  crc.update(bytes);
  return crc.digest();
}

// The first n bytes 0, 1, 2, … for n = 0 to 33, by a bytewise CRC in Python.
const BY_LENGTH =
  ("00000000 527d5351 030af4d1 92fd4bfa d9331aa3 2425b106 41098514 " +
    "a359ed4c 8a2cbc3b 7144c5a8 022c2131 fb159dfa 5383aaba c69a45da " +
    "55a24c54 68ef03f6 d9c908eb 38435e17 74e4f7e7 9496cccf cc79ebe6 " +
    "40e43538 cda87569 7d3b930d 29bc8795 6f8a987d f44eddb4 5cba170d " +
    "64dec9c1 3ee220e0 1e0592d7 e95cabcb 46dd794e 9f85a26d").split(" ");

Deno.test("Crc32c.digest() is the check value when given 123456789", () => {
  assert.equal(crc32cOf(new TextEncoder().encode("123456789")), "e3069283");
});

Deno.test("Crc32c.digest() is all zeros when nothing was taken in", () => {
  assert.equal(new Crc32c().digest(), "00000000");
  assert.equal(crc32cOf(new Uint8Array(0)), "00000000");
});

Deno.test("Crc32c.digest() agrees with the examples of RFC 3720, B.4", () => {
  const ascending = Uint8Array.from({ length: 32 }, (_, index) => index);
  const readCommand = new Uint8Array(48);
  readCommand.set([0x01, 0xc0], 0);
  readCommand.set([0x14, 0, 0, 0, 0, 0, 0x04, 0, 0, 0, 0, 0x14], 16);
  readCommand.set([0, 0, 0, 0x18, 0x28, 0, 0, 0, 0, 0, 0, 0, 0x02], 28);
  assert.equal(crc32cOf(new Uint8Array(32)), "8a9136aa");
  assert.equal(crc32cOf(new Uint8Array(32).fill(0xff)), "62a8ab43");
  assert.equal(crc32cOf(ascending), "46dd794e");
  assert.equal(crc32cOf(ascending.toReversed()), "113fdb5c");
  assert.equal(crc32cOf(readCommand), "d9963a56");
});

Deno.test("Crc32c.digest() keeps leading zeros when the CRC is small", () => {
  assert.equal(crc32cOf(pattern(2)), "030af4d1");
});

Deno.test("Crc32c.update() is right at every length around its step", () => {
  const digests = BY_LENGTH.map((_, length) => crc32cOf(pattern(length)));
  assert.deepEqual(digests, BY_LENGTH);
});

Deno.test("Crc32c.update() is right at every alignment of its bytes", () => {
  for (let start = 0; start < 17; start++) {
    const shifted = new Uint8Array(1000 + start + 5).subarray(start);
    shifted.set(pattern(1000));
    assert.equal(crc32cOf(shifted.subarray(0, 1000)), "11f66220", `${start}`);
  }
});

Deno.test("Crc32c.update() gives one result however the bytes are cut", () => {
  for (let chunkBytes = 1; chunkBytes <= 17; chunkBytes++) {
    const crc = new Crc32c();
    for (const chunk of patternChunks(1000, chunkBytes)) crc.update(chunk);
    assert.equal(crc.digest(), "11f66220", `chunks of ${chunkBytes}`);
  }
});

Deno.test("Crc32c.digest() does not end the computation when called early", () => {
  const crc = new Crc32c();
  crc.update(pattern(3));
  assert.equal(crc.digest(), "92fd4bfa");
  crc.update(pattern(33).subarray(3));
  assert.equal(crc.digest(), "9f85a26d");
});
