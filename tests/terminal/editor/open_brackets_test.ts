import assert from "node:assert/strict";
import { isUnfinished, splitPaste } from "../../../src/terminal/editor/mod.ts";

const UNFINISHED = [
  "{",
  "post --body {\n",

  "(",
  "[1,",
  "'",
  "say 'it",
  'say "it',
  'say "it\\"',
  "get \\",
  "get \\\n  \\",
  "'a'\\''b",
  `"it's`,
  "a#'",
];

const COMPLETE = [
  "",
  "get-bundle x",
  "get\n",
  '{"a": {"b": [1, (2)]}}',
  "'{'",
  '"["',
  "\\{ \\' \\\"",
  "'it\\'",
  `'a'\\''b'`,
  "{ ]",
  '{"a": [1, 2}',
  "}",
  "a ) {",
  "# it's {",
  "get # it's",
  "get \\\\",
];

Deno.test("isUnfinished waits for what is open", () => {
  for (const text of UNFINISHED) {
    assert.equal(isUnfinished(text), true, text);
  }
});

Deno.test("isUnfinished takes what is closed, quoted or broken as complete", () => {
  for (const text of COMPLETE) assert.equal(isUnfinished(text), false, text);
});

Deno.test("splitPaste makes commands of lines, whole JSON and continued lines", () => {
  assert.deepEqual(splitPaste("one\ntwo\n"), ["one", "two"]);
  assert.deepEqual(splitPaste("one\n\n   \ntwo"), ["one", "two"]);
  assert.deepEqual(splitPaste(""), []);
  assert.deepEqual(splitPaste('post {\n "a": 1\n}\nget \\\n  x\nsay "a\nb"'), [
    'post {\n "a": 1\n}',
    "get \\\n  x",
    'say "a\nb"',
  ]);
  assert.deepEqual(splitPaste("# don't {\nget"), ["# don't {", "get"]);
  // A bracket too many holds nothing together.
  assert.deepEqual(splitPaste("{ ]\nget {\n}"), ["{ ]", "get {\n}"]);
  assert.deepEqual(splitPaste("get {\nmore"), ["get {\nmore"]);
});
