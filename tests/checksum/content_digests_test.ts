import assert from "node:assert/strict";
import { IntegrityError, UsageError } from "../../src/base/mod.ts";
import {
  ContentDigester,
  type ContentDigests,
  sameDigest,
} from "../../src/checksum/mod.ts";
import { createNodeHash } from "../support/node_hash.ts";
import { patternChunks } from "./_pattern.ts";

function digestsOf(sizeBytes: number, chunkBytes: number): ContentDigests {
  const digester = new ContentDigester({
    createHash: createNodeHash,
    sizeBytes,
  });
  for (const chunk of patternChunks(sizeBytes, chunkBytes)) {
    digester.update(chunk);
  }
  return digester.finish();
}

// Expected values: Python's hashlib and a bytewise CRC over the same bytes.
Deno.test("ContentDigester.finish() gives the empty digests when nothing was taken in", () => {
  assert.deepEqual(digestsOf(0, 1), {
    sizeBytes: 0,
    sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    sha1: "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    crc32c: "00000000",
    s3Etag: "d41d8cd98f00b204e9800998ecf8427e",
  });
});

Deno.test("ContentDigester.update() gives one result however the bytes are cut", () => {
  for (let chunkBytes = 1; chunkBytes <= 17; chunkBytes++) {
    assert.deepEqual(digestsOf(1000, chunkBytes), {
      sizeBytes: 1000,
      sha256:
        "4e4c294b331f7a2099a379bec34b9f9fc03dc46ab465d998f4d683da53487e6d",
      sha1: "c9c960a0b925474fab83942cc27d504fc24ac37b",
      crc32c: "11f66220",
      s3Etag: "a24f1e3ef66950e1327f210e3997ba2c",
    });
  }
});

Deno.test("ContentDigester.finish() gives a two-part etag when the size is above 64 MiB", () => {
  assert.deepEqual(digestsOf(67_121_209, 1_000_003), {
    sizeBytes: 67_121_209,
    sha256: "987888cc1d3b49ad66d1a9f82a2e8d37d12a852ebd952b993a9c2d92661c8ad8",
    sha1: "fc97e40326bf211cf2409b450750b217bae27f1a",
    crc32c: "7df55526",
    s3Etag: "9b597752398d15d8f675bcc468d5b74a-2",
  });
});

Deno.test("ContentDigester.finish() throws when the size differs from the one stated", () => {
  for (const takenBytes of [0, 2, 4]) {
    const digester = new ContentDigester({
      createHash: createNodeHash,
      sizeBytes: 3,
    });
    digester.update(new Uint8Array(takenBytes));
    assert.throws(() => digester.finish(), (error: unknown) => {
      assert(error instanceof IntegrityError);
      assert.equal(
        error.message,
        `the content has ${takenBytes} bytes instead of 3`,
      );
      return true;
    });
  }
});

Deno.test("ContentDigester refuses a size that is none", () => {
  assert.throws(
    () => new ContentDigester({ createHash: createNodeHash, sizeBytes: -1 }),
    (error: unknown) => {
      assert(error instanceof UsageError);
      assert.equal(error.message, "-1 is not a size in bytes");
      return true;
    },
  );
});

Deno.test("sameDigest() ignores the case of the digits", () => {
  assert.equal(sameDigest("E3069283", "e3069283"), true);
  assert.equal(sameDigest("e3069283", "E3069283"), true);
  assert.equal(sameDigest("e3069283", "e3069284"), false);
  assert.equal(sameDigest("e306928", "e3069283"), false);
  assert.equal(sameDigest("ABCD-2", "abcd-3"), false);
});
