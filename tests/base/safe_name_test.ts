import assert from "node:assert/strict";
import { checkNames, printable, whyUnsafeName } from "../../src/base/mod.ts";

function quoted(name: string): string {
  return JSON.stringify(printable(name.slice(0, 20)));
}

const CONTROL = "it has control or invisible characters";

const UNSAFE: [string, string][] = [
  ["", "it is empty"],
  ["../x", "it has the part '..'"],
  ["a/../../x", "it has the part '..'"],
  ["a/..", "it has the part '..'"],
  ["..", "it has the part '..'"],
  [".", "it has the part '.'"],
  ["./x", "it has the part '.'"],
  ["a//b", "it has an empty part"],
  ["a/", "it has an empty part"],
  ["/etc/x", "it is an absolute path"],
  ["//srv/x", "it is an absolute path"],
  ["C:\\x", "it has a backslash"],
  ["\\\\srv\\x", "it has a backslash"],
  ["a\\..\\b", "it has a backslash"],
  ["C:x", "it begins with a drive letter"],
  ["c:/x", "it begins with a drive letter"],
  ["a:b", "it begins with a drive letter"],
  ["a\0b", CONTROL],
  ["a\nb", CONTROL],
  ["\x1b[2J", CONTROL],
  ["a\x07", CONTROL],
  ["\u202egpj.exe", CONTROL],
  ["a\u200b", CONTROL],
  ["\ud800", CONTROL],
  ["x".repeat(256), "it has a part of more than 255 bytes"],
  ["日".repeat(100), "it has a part of more than 255 bytes"],
  [`a/${"x".repeat(256)}/b`, "it has a part of more than 255 bytes"],
  [Array(1502).fill("x").join("/"), "it is too long"],
];

for (const [name, why] of UNSAFE) {
  Deno.test(`whyUnsafeName of ${quoted(name)}: ${why}`, () => {
    assert.equal(whyUnsafeName(name), why);
  });
}

for (
  const name of [
    "27604_8#296.cram-1.fastq.gz",
    "100%25.txt",
    "a[1]{2}.txt",
    "with space",
    "-rf",
    'it\'s "quoted"',
    "...",
    "..a",
    "a..",
    ".hidden",
    "~",
    "$HOME",
    "a/b/c",
    "é日本😀",
    "x".repeat(255),
    "日".repeat(85),
    "__proto__",
    "constructor",
  ]
) {
  Deno.test(`whyUnsafeName takes ${quoted(name)}`, () => {
    assert.equal(whyUnsafeName(name), undefined);
  });
}

Deno.test("checkNames accepts names that differ", () => {
  checkNames(["a", "b", "dir/a", "dir/b", "__proto__"], "the bundle", ["c"]);
  checkNames([], "the bundle");
});

const NFC = "\u00e9.txt";
const NFD = "e\u0301.txt";

const CLASHES: [string, string[], string][] = [
  ["equal", ["a", "a"], "'a': another file is named 'a'"],
  ["case", ["Foo", "foo"], "'foo': another file is named 'Foo'"],
  ["case of a directory", ["D/x", "d/x"], "'d/x': another file is named 'D/x'"],
  ["Unicode form", [NFC, NFD], `'${NFD}': another file is named '${NFC}'`],
  ["sigma", ["ας", "ασ"], "'ασ': another file is named 'ας'"],
  ["file before directory", ["a", "a/b"], "'a': it is the directory of 'a/b'"],
  [
    "file after directory",
    ["a/b/c", "a"],
    "'a': it is the directory of 'a/b/c'",
  ],
  ["file in case", ["A/b", "a"], "'a': it is the directory of 'A/b'"],
];

for (const [what, names, problem] of CLASHES) {
  Deno.test(`checkNames refuses names that clash: ${what}`, () => {
    assert.throws(() => checkNames(names, "the bundle"), {
      name: "RefusedError",
      code: "refused",
      message: `the bundle has a file name that cannot be used: ${problem}`,
    });
  });
}

const TAKEN: [string, string, string][] = [
  [
    "bundle.json",
    "bundle.json",
    "'bundle.json': another file is named 'bundle.json'",
  ],
  [
    "Bundle.JSON",
    "bundle.json",
    "'Bundle.JSON': another file is named 'bundle.json'",
  ],
  ["a/b", "a", "'a': it is the directory of 'a/b'"],
  ["a", "a/b", "'a': it is the directory of 'a/b'"],
];

for (const [name, taken, problem] of TAKEN) {
  Deno.test(`checkNames refuses ${name} when ${taken} is taken`, () => {
    assert.throws(() => checkNames([name], "the bundle", [taken]), {
      name: "RefusedError",
      message: `the bundle has a file name that cannot be used: ${problem}`,
    });
  });
}

Deno.test("checkNames names every problem, escaped", () => {
  assert.throws(() => checkNames(["../x", "ok", "\x1b[2J"], "row 3"), {
    name: "RefusedError",
    message: "row 3 has file names that cannot be used: " +
      "'../x': it has the part '..'; " +
      "'\\u{1b}[2J': it has control or invisible characters",
  });
});

Deno.test("checkNames shows 20 problems and counts the rest", () => {
  const names = Array.from({ length: 25 }, (_, index) => `/${index}`);
  assert.throws(() => checkNames(names, "the bundle"), (error) => {
    assert.ok(error instanceof Error);
    assert.equal(error.message.split("; ").length, 21);
    assert.match(error.message, /'\/19': it is an absolute path; and 5 more$/);
    return true;
  });
});
