import assert from "node:assert/strict";
import { posix, win32 } from "node:path";
import { placeBelow } from "../../src/services/_verify_manifest.ts";

const POSIX = { absolute: (path: string) => posix.resolve("/home", path) };
const WINDOWS = {
  absolute: (path: string) => win32.resolve("C:\\home", path),
};

const CASES = [
  ["POSIX", POSIX, "dl", "dl/a/b.txt", "dl/a/b.txt"],
  ["POSIX", POSIX, "dl", "/home/dl/a", "dl/a"],
  ["POSIX", POSIX, "", "a", "a"],
  ["POSIX", POSIX, "dl", "dl2/a", undefined],
  ["POSIX", POSIX, "dl", "dl/.HCA/v2/a", undefined],
  ["POSIX", POSIX, "dl", "dl/a\\b", undefined],
  ["Windows", WINDOWS, "dl", "dl/a/b.txt", "dl/a/b.txt"],
  ["Windows", WINDOWS, "dl", "dl\\a\\b.txt", "dl/a/b.txt"],
  ["Windows", WINDOWS, "C:\\home\\dl", "dl/a", "C:\\home\\dl/a"],
  ["Windows", WINDOWS, "D:\\", "D:/a", "D:\\/a"],
  [
    "Windows",
    WINDOWS,
    "\\\\host\\share",
    "//host/share/a",
    "\\\\host\\share/a",
  ],
  ["Windows", WINDOWS, "", "C:/home/a", "a"],
  ["Windows", WINDOWS, "dl", "D:/home/dl/a", undefined],
  ["Windows", WINDOWS, "dl", "dl/.hca/v2/a", undefined],
] as const;

for (const [system, files, downloadDir, path, expected] of CASES) {
  Deno.test(`placeBelow of '${path}' in '${downloadDir}' on ${system}`, () => {
    assert.equal(placeBelow(files, downloadDir, path), expected);
  });
}
