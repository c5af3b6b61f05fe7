import assert from "node:assert/strict";
import { toHex } from "../../src/base/mod.ts";
import { createNodeHash } from "../../src/platform/mod.ts";

// Digests of "abc": RFC 1321, section A.5; FIPS 180-4, examples.
const DIGESTS = [
  ["md5", "900150983cd24fb0d6963f7d28e17f72"],
  ["sha1", "a9993e364706816aba3e25717850c26c9cd0d89d"],
  [
    "sha256",
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  ],
] as const;

for (const [name, digest] of DIGESTS) {
  Deno.test(`createNodeHash computes ${name} over several pieces`, () => {
    const hash = createNodeHash(name);
    for (const piece of ["a", "", "bc"]) {
      hash.update(new TextEncoder().encode(piece));
    }
    assert.equal(toHex(hash.digest()), digest);
  });
}
