import assert from "node:assert/strict";
import { concatBytes, IntegrityError, UsageError } from "../../src/base/mod.ts";
import { partSizeBytes, S3Etag } from "../../src/checksum/mod.ts";
import { createNodeHash } from "../support/node_hash.ts";
import { patternChunks } from "./_pattern.ts";

const MIB = 1024 * 1024;

function etagOf(sizeBytes: number, chunkBytes: number): string {
  const etag = new S3Etag({ createHash: createNodeHash, sizeBytes });
  for (const chunk of patternChunks(sizeBytes, chunkBytes)) etag.update(chunk);
  return etag.digest();
}

function wholePattern(sizeBytes: number): Uint8Array {
  return concatBytes([...patternChunks(sizeBytes, 4_000_000)]);
}

Deno.test("partSizeBytes() is 64 MiB up to 10,000 parts", () => {
  for (const sizeBytes of [0, 1, 67_108_864, 67_108_865, 671_088_640_000]) {
    assert.equal(partSizeBytes(sizeBytes), 64 * MIB, `${sizeBytes}`);
  }
});

Deno.test("partSizeBytes() is whole MiB when 10,000 parts are not enough", () => {
  assert.equal(partSizeBytes(671_088_640_001), 65 * MIB);
  assert.equal(partSizeBytes(65 * MIB * 10_000), 65 * MIB);
  assert.equal(partSizeBytes(65 * MIB * 10_000 + 1), 66 * MIB);
  assert.equal(partSizeBytes(2 * 1024 ** 4), 210 * MIB);
  assert.equal(partSizeBytes(5 * 1024 ** 4), 525 * MIB);
});

Deno.test("partSizeBytes() refuses what is not a size", () => {
  for (const sizeBytes of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
    assert.throws(() => partSizeBytes(sizeBytes), (error: unknown) => {
      assert(error instanceof UsageError);
      assert.equal(error.message, `${sizeBytes} is not a size in bytes`);
      return true;
    });
  }
});

// Expected values: Python's hashlib over the same bytes.
Deno.test("S3Etag.digest() is the MD5 when there is one part", () => {
  assert.equal(etagOf(0, 1), "d41d8cd98f00b204e9800998ecf8427e");
  assert.equal(
    etagOf(64 * MIB, 1_000_003),
    "8dbd2e5cbc41169e65ca6dd06d2f44a1",
  );
});

Deno.test("S3Etag.digest() counts two parts when the size is just above 64 MiB", () => {
  const byte = "20bdc908908d883f8b200eabbf76b386-2";
  const more = "9b597752398d15d8f675bcc468d5b74a-2";
  assert.equal(etagOf(64 * MIB + 1, 2 * MIB), byte);
  assert.equal(etagOf(64 * MIB + 1, 999_983), byte);
  assert.equal(etagOf(64 * MIB + 12_345, 1_000_003), more);
});

Deno.test("S3Etag.digest() has no empty last part when the size is whole parts", () => {
  assert.equal(
    etagOf(128 * MIB, 2 * MIB),
    "be85a46b78c828241889cee199278327-2",
  );
});

Deno.test("S3Etag.update() ends several parts when one chunk spans them", () => {
  const sizeBytes = 128 * MIB + 1;
  const etag = new S3Etag({ createHash: createNodeHash, sizeBytes });
  etag.update(wholePattern(sizeBytes));
  assert.equal(etag.digest(), "7c048796b2c08dc72467093ba01be9ad-3");
});

Deno.test("S3Etag.update() ends a part at its last byte when chunks end around it", () => {
  for (const headBytes of [64 * MIB - 1, 64 * MIB, 64 * MIB + 1]) {
    const sizeBytes = 64 * MIB + 12_345;
    const etag = new S3Etag({ createHash: createNodeHash, sizeBytes });
    const whole = wholePattern(sizeBytes);
    etag.update(whole.subarray(0, headBytes));
    etag.update(whole.subarray(headBytes, headBytes));
    etag.update(whole.subarray(headBytes));
    assert.equal(etag.digest(), "9b597752398d15d8f675bcc468d5b74a-2");
  }
});

Deno.test("S3Etag.update() gives one result however the bytes are cut", () => {
  for (let chunkBytes = 1; chunkBytes <= 17; chunkBytes++) {
    assert.equal(etagOf(1000, chunkBytes), "a24f1e3ef66950e1327f210e3997ba2c");
  }
});

Deno.test("S3Etag.digest() throws when the size differs from the one stated", () => {
  for (const takenBytes of [0, 9, 11]) {
    const etag = new S3Etag({ createHash: createNodeHash, sizeBytes: 10 });
    etag.update(new Uint8Array(takenBytes));
    assert.throws(() => etag.digest(), (error: unknown) => {
      assert(error instanceof IntegrityError);
      assert.equal(
        error.message,
        `the content has ${takenBytes} bytes instead of 10`,
      );
      return true;
    });
  }
});
