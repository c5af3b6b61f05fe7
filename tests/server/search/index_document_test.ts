import assert from "node:assert/strict";
import { buildIndexDocument } from "../../../src/server/search/mod.ts";
import type { Json, JsonObject } from "../../../src/base/mod.ts";
import type { FileContent } from "../../../src/server/search/mod.ts";
import {
  exampleDocument,
  jsonFile,
  manifestOf,
  UUID,
  VERSION,
} from "./example_bundle.ts";

function build(contents: Iterable<FileContent>, manifest?: JsonObject) {
  return buildIndexDocument({
    uuid: UUID,
    version: VERSION,
    manifest: manifest ?? manifestOf(),
    contents,
  });
}

Deno.test("buildIndexDocument groups the parsed files by key when names repeat", () => {
  const document = build([
    jsonFile("process_0.json", { a: 1 }),
    jsonFile("links.json", { b: [true, null] }),
    jsonFile("process_1.json", { c: "x" }),
  ]);
  assert.deepEqual(document, {
    manifest: {
      format: "0.0.1",
      version: VERSION,
      creator_uid: 8008,
      files: [],
    },
    state: "new",
    uuid: UUID,
    shape_descriptor: "None",
    files: {
      process_json: [{ a: 1 }, { c: "x" }],
      links_json: [{ b: [true, null] }],
    },
  });
});

Deno.test("buildIndexDocument keeps s3-etag and the shape when files have schemas", () => {
  const document = exampleDocument();
  assert.equal(
    document.shape_descriptor,
    "v.cell_suspension.11.project.11.sequencing_protocol.10." +
      "specimen_from_organism.9",
  );
  const files = document.manifest["files"] as JsonObject[];
  assert.equal(files.length, 5);
  assert.equal(files[0]?.["s3-etag"], "d35373d17f0b8d6e0adbcf2635e90927");
});

Deno.test("buildIndexDocument leaves a file out when it is not indexed JSON", () => {
  const good = jsonFile("good_0.json", 1);
  const bytes = (text: string) => new TextEncoder().encode(text);
  const document = build([
    { ...good, name: "a_0.json", indexed: false },
    { ...good, name: "b_0.json", contentType: "text/plain" },
    { ...good, name: "c_0.json", contentType: "Application/JSON" },
    { ...good, name: "d_0.json", bytes: bytes('{"cut": ') },
    { ...good, name: "e_0.json", bytes: bytes("") },
    { ...good, name: "f_0.json", bytes: bytes("\ufeff{}") },
    { ...good, name: "g_0.json", bytes: Uint8Array.of(0x22, 0xff, 0x22) },
    good,
  ]);
  assert.deepEqual(document.files, { good_json: [1] });
});

Deno.test("buildIndexDocument leaves a file out when it is nested too deeply", () => {
  const nest = (depth: number) => ({
    ...jsonFile(`level_${depth}.json`, 1),
    bytes: new TextEncoder().encode("[".repeat(depth) + "]".repeat(depth)),
  });
  const { files } = build([nest(100), nest(101), nest(200_000)]);
  assert.equal(files["level_json"]?.length, 1);
});

Deno.test("buildIndexDocument empties the files of a manifest when above 20000", () => {
  const many = (count: number): JsonObject => ({
    version: VERSION,
    creator_uid: 1,
    files: new Array<Json>(count).fill("file"),
  });
  const full = many(20_000);
  assert.deepEqual(build([], full).manifest, full);
  const above = many(20_001);
  assert.deepEqual(build([], above).manifest, { ...above, files: [] });
  assert.equal((above["files"] as Json[]).length, 20_001);
});

Deno.test("buildIndexDocument keeps plain objects when a name is __proto__", () => {
  const { files } = build([
    { ...jsonFile("__proto__", 0), bytes: new TextEncoder().encode('{"a":1}') },
    jsonFile("constructor_0.json", 2),
  ]);
  assert.equal(Object.getPrototypeOf(files), Object.prototype);
  assert.deepEqual(Object.entries(files), [
    ["__proto__", [{ a: 1 }]],
    ["constructor_json", [2]],
  ]);
});
