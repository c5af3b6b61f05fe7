import assert from "node:assert/strict";
import { RefusedError } from "../../src/base/mod.ts";
import { parseManifest } from "../../src/server/mod.ts";

const UUID = "0a1b2c3d-0000-4000-8000-00000000000f";
const ENTRY = { name: "a.json", uuid: UUID, version: "1" };
const PLAIN = {
  ...ENTRY,
  contentType: "application/octet-stream",
  indexed: false,
  stated: {
    sizeBytes: undefined,
    sha256: undefined,
    sha1: undefined,
    crc32c: undefined,
    s3Etag: undefined,
  },
};

function parse(value: unknown): ReturnType<typeof parseManifest> {
  return parseManifest(JSON.stringify(value), "m.json");
}

Deno.test("parseManifest reads a list of entries", () => {
  assert.deepEqual(parse([ENTRY]), {
    uuid: undefined,
    version: undefined,
    files: [PLAIN],
  });
});

Deno.test("parseManifest reads the bundle.json of a download", () => {
  const version = "2019-01-01T000000.000000Z";
  const bundle = { uuid: UUID, version, creator_uid: 8008, files: [ENTRY] };
  assert.deepEqual(parse({ bundle }), { uuid: UUID, version, files: [PLAIN] });
});

Deno.test("parseManifest reads a bundle that does not say which one it is", () => {
  assert.deepEqual(parse({ bundle: { files: [ENTRY] } }), {
    uuid: undefined,
    version: undefined,
    files: [PLAIN],
  });
});

Deno.test("parseManifest reads everything that is stated of a file", () => {
  const [file] = parse([{
    ...ENTRY,
    uuid: UUID.toUpperCase(),
    "content-type": 'application/json; dcp-type="x"',
    indexed: true,
    size: 9,
    sha256: "AB",
    sha1: "CD",
    crc32c: "EF",
    s3_etag: "12-3",
    url: "https://elsewhere.test/",
  }]).files;
  assert.deepEqual(file, {
    ...ENTRY,
    contentType: 'application/json; dcp-type="x"',
    indexed: true,
    stated: {
      sizeBytes: 9,
      sha256: "AB",
      sha1: "CD",
      crc32c: "EF",
      s3Etag: "12-3",
    },
  });
});

Deno.test("parseManifest takes the ETag with a hyphen, as stored manifests have it", () => {
  const [file] = parse([{ ...ENTRY, "s3-etag": "12" }]).files;
  assert.equal(file?.stated.s3Etag, "12");
});

Deno.test("parseManifest bears a byte order mark", () => {
  const text = `\ufeff${JSON.stringify([ENTRY])}`;
  assert.equal(parseManifest(text, "m.json").files.length, 1);
});

Deno.test("parseManifest takes octets for a media type that is empty", () => {
  const [file] = parse([{ ...ENTRY, "content-type": "" }]).files;
  assert.equal(file?.contentType, "application/octet-stream");
});

Deno.test("parseManifest takes only true for true", () => {
  for (const indexed of ["true", 1, null, false]) {
    assert.equal(parse([{ ...ENTRY, indexed }]).files[0]?.indexed, false);
  }
});

for (
  const value of [[], {}, null, 1, "x", { files: [ENTRY] }, { bundle: {} }]
) {
  Deno.test(`parseManifest refuses ${JSON.stringify(value)}`, () => {
    assert.throws(() => parse(value), (error) => {
      assert.ok(error instanceof RefusedError);
      assert.equal(error.message, "m.json is not a list of file entries");
      return true;
    });
  });
}

Deno.test("parseManifest refuses text that is no JSON", () => {
  assert.throws(
    () => parseManifest("{", "m.json"),
    (error) =>
      error instanceof RefusedError &&
      error.message.startsWith("m.json is not valid JSON: "),
  );
});

const BAD: [entry: unknown, message: RegExp][] = [
  [null, /^entry 2 of m\.json is not an object$/],
  [[], /is not an object$/],
  ["a.json", /is not an object$/],
  [{ ...ENTRY, name: undefined }, /has no 'name'$/],
  [{ ...ENTRY, name: 1 }, /has no 'name'$/],
  [{ ...ENTRY, name: "" }, /unusable 'name' ''$/],
  [{ ...ENTRY, name: "a\u202eb" }, /unusable 'name' 'a\\u\{202e\}b'$/],
  [{ ...ENTRY, uuid: undefined }, /has no 'uuid'$/],
  [{ ...ENTRY, uuid: "../../x" }, /unusable 'uuid' '\.\.\/\.\.\/x'$/],
  [{ ...ENTRY, uuid: `${UUID}\n` }, /unusable 'uuid'/],
  [{ ...ENTRY, version: undefined }, /has no 'version'$/],
  [{ ...ENTRY, version: "" }, /unusable 'version'/],
  [{ ...ENTRY, version: "a\nb" }, /unusable 'version'/],
  [{ ...ENTRY, version: "\u20ac" }, /unusable 'version'/],
  [{ ...ENTRY, version: "1,2" }, /unusable 'version'/],
  [{ ...ENTRY, version: "1 2" }, /unusable 'version'/],
  [{ ...ENTRY, "content-type": "text/x\r\nX-Evil: 1" }, /'content-type'/],
  [{ ...ENTRY, "content-type": "text/\u20ac" }, /'content-type'/],
  [{ ...ENTRY, size: -1 }, /has a size that is not a whole number$/],
  [{ ...ENTRY, size: 1.5 }, /size/],
  [{ ...ENTRY, size: "9" }, /size/],
  [{ ...ENTRY, size: 2 ** 53 }, /size/],
];

for (const [entry, message] of BAD) {
  Deno.test(`parseManifest refuses the entry ${JSON.stringify(entry)}`, () => {
    assert.throws(() => parse([ENTRY, entry]), (error) => {
      assert.ok(error instanceof RefusedError);
      assert.match(error.message, /^entry 2 of m\.json /);
      assert.match(error.message, message);
      return true;
    });
  });
}

for (const bundle of [{ uuid: "x" }, { version: "a,b" }, { version: "" }]) {
  Deno.test(`parseManifest refuses the bundle ${JSON.stringify(bundle)}`, () => {
    assert.throws(
      () => parse({ bundle: { ...bundle, files: [ENTRY] } }),
      (error) =>
        error instanceof RefusedError &&
        error.message.startsWith("m.json has the unusable "),
    );
  });
}
