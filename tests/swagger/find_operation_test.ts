import assert from "node:assert/strict";
import type { Json } from "../../src/base/mod.ts";
import {
  ApiDocument,
  findOperation,
  parseOperations,
} from "../../src/swagger/mod.ts";

const DOCUMENT: Json = {
  swagger: "2.0",
  paths: {
    "/bundles/{uuid}": { get: {}, put: {}, head: {} },
    "/bundles/all": { get: {} },
    "/bundles/{uuid}/checkout": { post: {} },
    "/files/x-{uuid}.json": { get: {} },
    "/a b/{x}": { get: {} },
    "/": { get: {} },
  },
};

const operations = [
  ...parseOperations(new ApiDocument(DOCUMENT, "https://dss.test/s")).values(),
];

const FOUND: [method: string, path: string, name: string | undefined][] = [
  ["GET", "/bundles/all", "get_bundles_all"],
  ["GET", "/bundles/ALL", "get_bundle"],
  ["GET", "/bundles/7964d4b9-dc39-4c45-ac19-7ec68741d7c3", "get_bundle"],
  ["GET", "/bundles/x?replica=aws&path=/a/b", "get_bundle"],
  ["GET", "/bundles/x#y", "get_bundle"],
  ["GET", "/%62undles/x", "get_bundle"],
  ["GET", "/bundles/a%2Fb", "get_bundle"],
  ["GET", "/bundles/%", "get_bundle"],
  ["GET", "/a%20b/c", "get_a b"],
  ["GET", "/files/x-u.json", "get_files_x_{uuid}.json"],
  ["GET", "/", "get_"],
  ["PUT", "/bundles/x", "put_bundle"],
  ["HEAD", "/bundles/x", "head_bundle"],
  // Every GET answers HEAD.
  ["HEAD", "/bundles/all", "head_bundle"],
  ["HEAD", "/files/x-u.json", "get_files_x_{uuid}.json"],
  ["POST", "/bundles/x/checkout", "post_bundles_checkout"],
  ["POST", "/bundles/x", undefined],
  ["PATCH", "/bundles/x", undefined],
  ["GET", "/bundles", undefined],
  ["GET", "/bundles/", undefined],
  ["GET", "/bundles/x/", undefined],
  ["GET", "/bundles/x/y", undefined],
  ["GET", "/Bundles/x", undefined],
  ["GET", "/files/u", undefined],
  ["GET", "/files/x-.json", undefined],
  ["GET", "bundles/x", undefined],
  ["get", "/bundles/x", undefined],
];

for (const [method, path, name] of FOUND) {
  Deno.test(`findOperation finds ${name} for ${method} ${path}`, () => {
    assert.equal(findOperation(operations, method, path)?.name, name);
  });
}

Deno.test("findOperation prefers the template with fewer placeholders in any order", () => {
  for (const order of [operations, operations.toReversed()]) {
    assert.equal(
      findOperation(order, "GET", "/bundles/all")?.name,
      "get_bundles_all",
    );
  }
});
