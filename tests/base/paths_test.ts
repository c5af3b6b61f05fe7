import assert from "node:assert/strict";
import { baseName, directoryName, joinPath } from "../../src/base/mod.ts";

const JOINED: [string[], string][] = [
  [["a", "b", "c"], "a/b/c"],
  [["a/", "b"], "a/b"],
  [["a//", "b/"], "a/b/"],
  [["/", "a"], "/a"],
  [["", "a"], "a"],
  [["a", "", "b"], "a/b"],
  [["", ""], ""],
  [[], ""],
  [["C:/data", "a"], "C:/data/a"],
];

for (const [parts, expected] of JOINED) {
  Deno.test(`joinPath of ${JSON.stringify(parts)} is ${expected}`, () => {
    assert.equal(joinPath(...parts), expected);
  });
}

// path, directory, name
const SPLIT: [string, string, string][] = [
  ["a/b/c", "a/b", "c"],
  ["a", ".", "a"],
  ["a/", ".", "a"],
  ["a/b/", "a", "b"],
  ["a//b", "a", "b"],
  ["./a", ".", "a"],
  ["../a", "..", "a"],
  ["/a", "/", "a"],
  ["/a/", "/", "a"],
  ["/", "/", ""],
  ["//", "/", ""],
  ["", ".", ""],
  ["a\\b\\c", "a\\b", "c"],
  ["C:\\data\\a", "C:\\data", "a"],
  ["C:/a", "C:/", "a"],
  ["a\nb/c\nd", "a\nb", "c\nd"],
];

for (const [path, directory, name] of SPLIT) {
  Deno.test(`directoryName and baseName split ${JSON.stringify(path)}`, () => {
    assert.equal(directoryName(path), directory);
    assert.equal(baseName(path), name);
  });
}
