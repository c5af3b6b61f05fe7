import assert from "node:assert/strict";
import {
  type Json,
  type JsonObject,
  parseJson,
  RefusedError,
} from "../../src/base/mod.ts";
import { parseBundleManifest } from "../../src/services/mod.ts";

const UUID = "ffffaf55-f19c-40e3-aa81-a6c69d357265";
const VERSION = "2019-08-01T200147.836832Z";
const SHA256 =
  "da4df14eb39cacdff01a08f27685534822c2d40adf534ea7b3e4adf261b9079a";

function file(changes: JsonObject = {}): JsonObject {
  return {
    name: "links.json",
    uuid: "dbf7bd27-b58e-431d-ba05-6a48f29e7cef",
    version: "2019-08-03T150636.118831Z",
    sha256: SHA256,
    size: 2081,
    indexed: true,
    ...changes,
  };
}

function bundle(files: Json[], changes: JsonObject = {}): JsonObject {
  return { bundle: { uuid: UUID, version: VERSION, files, ...changes } };
}

function refuses(json: JsonObject, message: string | RegExp): void {
  assert.throws(() => parseBundleManifest(json), (error) => {
    assert.ok(error instanceof RefusedError, String(error));
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });
}

Deno.test("parseBundleManifest gives the files in order and keeps the service's words", () => {
  const json = bundle([
    file({ sha256: SHA256.toUpperCase(), "content-type": "x" }),
    file({ name: "imaging/a b#1%.tiff", size: 0, indexed: false }),
  ], { creator_uid: 8008 });
  const manifest = parseBundleManifest(json);
  assert.deepEqual(manifest.files, [
    {
      name: "links.json",
      uuid: "dbf7bd27-b58e-431d-ba05-6a48f29e7cef",
      version: "2019-08-03T150636.118831Z",
      sha256: SHA256,
      sizeBytes: 2081,
      indexed: true,
    },
    {
      name: "imaging/a b#1%.tiff",
      uuid: "dbf7bd27-b58e-431d-ba05-6a48f29e7cef",
      version: "2019-08-03T150636.118831Z",
      sha256: SHA256,
      sizeBytes: 0,
      indexed: false,
    },
  ]);
  assert.equal(manifest.uuid, UUID);
  assert.equal(manifest.version, VERSION);
  assert.equal(manifest.json, json);
});

Deno.test("parseBundleManifest calls a file without a name by its uuid", () => {
  for (const name of ["", null, 5]) {
    const { files } = parseBundleManifest(bundle([file({ name })]));
    assert.equal(files[0]?.name, "dbf7bd27-b58e-431d-ba05-6a48f29e7cef");
  }
});

Deno.test("parseBundleManifest takes for metadata only what says so", () => {
  for (const indexed of [false, null, "true", 1]) {
    const { files } = parseBundleManifest(bundle([file({ indexed })]));
    assert.equal(files[0]?.indexed, false);
  }
});

Deno.test("parseBundleManifest refuses what is not a bundle", () => {
  const answers: JsonObject[] = [
    {},
    { bundle: [] },
    { bundle: { files: {} } },
    { bundle: null },
  ];
  for (const json of answers) {
    refuses(json, "the service's answer is not a bundle");
  }
});

Deno.test("parseBundleManifest refuses a uuid or version that could leave its directory", () => {
  for (const uuid of ["../x", "", null, `${UUID}/..`, `${UUID}\n`]) {
    refuses(bundle([], { uuid }), "the bundle has no usable uuid");
  }
  for (
    const version of ["a/../../x", "..", "", "a/b", "a\\b", "a\u0000", 5, null]
  ) {
    refuses(bundle([], { version }), `bundle ${UUID} has no usable version`);
  }
});

Deno.test("parseBundleManifest refuses names that would leave the directory, all at once", () => {
  const hostile = [
    "../x",
    "a/../../x",
    "/etc/x",
    "C:\\x",
    "C:x",
    "\\\\srv\\x",
    "a\\..\\b",
    "a\u0000b",
    "a\nb",
    "\u001b[2J",
    "a\u202eb",
    "./x",
    "a//b",
    "a/",
    "é".repeat(128),
  ];
  for (const name of hostile) {
    refuses(
      bundle([file({ name })]),
      /^bundle .* has a file name that cannot be used: '/,
    );
  }
  const all = hostile.map((name) => file({ name }));
  assert.throws(() => parseBundleManifest(bundle(all)), (error) => {
    assert.ok(error instanceof RefusedError);
    assert.match(
      error.message,
      / has file names that cannot be used: '\.\.\/x': it has the part '\.\.'; /,
    );
    assert.ok(error.message.includes("'/etc/x': it is an absolute path; "));
    assert.ok(error.message.includes("'a\\u{202e}b': it has control or "));
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(error.message, /[\u0000-\u001f\u202e]/);
    return true;
  });
});

Deno.test("parseBundleManifest refuses names that are one on some systems", () => {
  const cases: [string, string][] = [
    ["Cells.csv", "cells.CSV"],
    ["caf\u00e9", "cafe\u0301"],
    ["a.json", "a.json"],
    ["a", "a/b"],
  ];
  for (const [first, second] of cases) {
    refuses(
      bundle([file({ name: first }), file({ name: second })]),
      /cannot be used: /,
    );
  }
});

Deno.test("parseBundleManifest refuses a file called as the bundle.json that is written", () => {
  for (const name of ["bundle.json", "Bundle.JSON", "bundle.json/x"]) {
    refuses(bundle([file({ name })]), /cannot be used: .*bundle\.json/i);
  }
});

Deno.test("parseBundleManifest refuses a hash that is none, and names the file", () => {
  for (
    const sha256 of [
      "../../x",
      SHA256.slice(1),
      `${SHA256}0`,
      "g".repeat(64),
      `${SHA256}\n`,
    ]
  ) {
    refuses(
      bundle([file(), file({ name: "b.txt", sha256 })]),
      /^file 2 of bundle ffffaf55.* \('b\.txt'\): '.*' is not a SHA-256 /,
    );
  }
  for (const sha256 of ["", null, 5, undefined]) {
    const json = bundle([{ ...file(), sha256: sha256 ?? null }]);
    refuses(json, /^file 1 of bundle .* has no 'sha256'$/);
  }
});

Deno.test("parseBundleManifest refuses a size that is no whole number of bytes", () => {
  const sizes = [
    "-1",
    "1.5",
    "1e9",
    "9223372036854775808",
    '"5"',
    "null",
    "1.0",
  ];
  for (const size of sizes) {
    refuses(
      bundle([file({ size: parseJson(size) })]),
      /^file 1 of bundle .* \('links\.json'\) has no usable size$/,
    );
  }
  const { size: _size, ...without } = file();
  refuses(bundle([without]), /has no usable size$/);
});

Deno.test("parseBundleManifest refuses a file uuid that is none, and a missing version", () => {
  for (const uuid of ["..", "a/b", "../../search"]) {
    refuses(
      bundle([file({ uuid })]),
      `file 1 of bundle ${UUID}.${VERSION} has the uuid '${uuid}'`,
    );
  }
  refuses(bundle([file({ uuid: "" })]), /^file 1 of bundle .* has no 'uuid'$/);
  refuses(bundle([file({ version: null })]), /has no 'version'$/);
  refuses(bundle([null]), /^file 1 of bundle .* is not an object$/);
});
