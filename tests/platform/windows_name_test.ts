import assert from "node:assert/strict";
import {
  checkNewName,
  noWindowsName,
} from "../../src/platform/_windows_name.ts";

const REFUSED = [
  ["dir/aux.json", "aux.json"],
  ["NUL", "NUL"],
  ["com1/a", "com1"],
  ["dir/LPT9.tar.gz", "LPT9.tar.gz"],
  ["com¹", "com¹"],
  ["con .txt", "con .txt"],
  ["dir/CONOUT$", "CONOUT$"],
  ["dir/a.json:hidden", "a.json:hidden"],
  ["C:/dir/b:c", "b:c"],
  ["dir/what?", "what?"],
  ['dir/"a"', '"a"'],
  ["a<b/c", "a<b"],
  ["dir./a", "dir."],
  ["dir/a ", "a "],
  ["dir/... /a", "... "],
  ["dir/.. /a", ".. "],
] as const;

for (const [path, name] of REFUSED) {
  Deno.test(`noWindowsName finds '${name}' on '${path}'`, () => {
    assert.equal(noWindowsName(path), name);
  });
}

for (
  const path of [
    "",
    ".",
    "../a/./b",
    "C:\\Users\\x/f.json",
    "C:a",
    "\\\\server\\share$/f",
    "\\\\?\\C:\\dir\\f",
    "\\\\?\\UNC\\server\\share\\f",
    ".hca/v2/files_2_4/ab/cdef",
    "console.log",
    "auxiliary",
    "com10",
    "null",
    "a.con",
    " a",
    "68bdc676-c442-4581-923e-319c1c2d9018.2018-10-07T130111.835234Z/a!b#c",
  ]
) {
  Deno.test(`noWindowsName takes '${path}'`, () => {
    assert.equal(noWindowsName(path), undefined);
  });
}

Deno.test("checkNewName refuses on Windows what is no name there, and nothing elsewhere", () => {
  assert.throws(() => checkNewName("cannot link", "d/aux.json", "windows"), {
    name: "LocalError",
    message:
      "cannot link d/aux.json: 'aux.json' cannot be a file name on Windows",
    reason: "not_found",
    path: "d/aux.json",
    hint: "Use another system for it, such as the Linux of WSL.",
  });
  checkNewName("cannot link", "d/a.json", "windows");
  checkNewName("cannot link", "d/aux.json", "linux");
  checkNewName("cannot link", "d/aux.json", "darwin");
});
