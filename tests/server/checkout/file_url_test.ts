import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { fileUrl } from "../../../src/server/checkout/file_url.ts";

for (const path of ["/a/b.c", "/a b/ü#1?x=%20", "/~user/[x]", "/a\\b"]) {
  Deno.test(`fileUrl() of ${path} leads back to it`, () => {
    assert.equal(fileURLToPath(fileUrl(path)), path);
  });
}

const WINDOWS: [path: string, url: string][] = [
  ["C:\\data\\x y", "file:///C:/data/x%20y"],
  ["\\\\host\\share\\x", "file://host/share/x"],
];

for (const [path, url] of WINDOWS) {
  Deno.test(`fileUrl() of ${path} is that of Windows`, () => {
    assert.equal(fileUrl(path), url);
  });
}
