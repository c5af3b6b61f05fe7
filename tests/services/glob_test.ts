import assert from "node:assert/strict";
import { Glob, matchesAny } from "../../src/services/mod.ts";

// Computed with Python 3.11, fnmatch.fnmatchcase(name, pattern).
const TABLE: [pattern: string, name: string, matches: boolean][] = [
  ["*", "a", true],
  ["*", "", true],
  ["", "", true],
  ["", "a", false],
  ["*.json", "links.json", true],
  ["*.json", "links.JSON", false],
  ["*", "sub/dir/x", true],
  ["*.json", "sub/dir/x.json", true],
  ["sub/*", "sub/dir/x", true],
  ["?", "a", true],
  ["?", "", false],
  ["?", "ab", false],
  ["?", "/", true],
  ["a?c", "abc", true],
  ["[abc]", "b", true],
  ["[abc]", "d", false],
  ["[a-c]x", "bx", true],
  ["[a-c]x", "dx", false],
  ["[!a]b", "xb", true],
  ["[!a]b", "ab", false],
  ["[!a-c]", "b", false],
  ["[!a-c]", "/", true],
  ["[^a]b", "ab", true],
  ["[^a]b", "^b", true],
  ["[^a]b", "xb", false],
  ["[]a]", "]", true],
  ["[]a]", "a", true],
  ["[]a]", "b", false],
  ["[!]a]", "]", false],
  ["[!]a]", "x", true],
  ["[!]", "[!]", true],
  ["[!]", "!", false],
  ["[abc", "[abc", true],
  ["[abc", "a", false],
  ["a[", "a[", true],
  ["[]", "[]", true],
  ["[]", "]", false],
  ["[c-a]", "b", false],
  ["[c-a]", "c", false],
  ["[c-a]", "-", false],
  ["[c-ax]", "x", true],
  ["[!c-a]", "b", true],
  ["[a-]", "-", true],
  ["[a-]", "a", true],
  ["[-a]", "-", true],
  ["[--a]", "5", true],
  ["[a-c-e]", "-", true],
  ["[a-c-e]", "d", false],
  ["[a-c-e]", "e", true],
  ["[\\]x", "\\x", true],
  ["\\*", "\\anything", true],
  ["\\*", "*", false],
  ["weird[1].txt", "weird[1].txt", false],
  ["weird[1].txt", "weird1.txt", true],
  ["weird[[]1].txt", "weird[1].txt", true],
  ["[*]", "*", true],
  ["[*]", "a", false],
  ["[?]", "?", true],
  ["**", "a", true],
  ["a**b", "ab", true],
  ["*a*b*", "xxaxxbxx", true],
  ["*a*b*", "ba", false],
  ["A", "a", false],
  ["é*", "état", true],
  ["?", "é", true],
  ["?", "😀", true],
  ["a.c", "abc", false],
  ["(a|b)+", "a", false],
  ["$", "$", true],
  ["{a,b}", "a", false],
  ["x\n*", "x\ny", true],
  ["*", "a\nb", true],
  ["?", "\n", true],
  ["[!a]", "\n", true],
  ["[]-a]", "^", true],
  ["[]-a]", "b", false],
  ["[a-z][0-9]", "q7", true],
  ["[a-z-9]", "-", true],
  ["[!-]", "-", false],
  ["[!-]", "a", true],
  ["[a!]", "!", true],
];

Deno.test("Glob.matches as Python's fnmatch does", () => {
  for (const [pattern, name, matches] of TABLE) {
    assert.equal(
      new Glob(pattern).matches(name),
      matches,
      `${JSON.stringify(pattern)} and ${JSON.stringify(name)}`,
    );
  }
});

Deno.test("Glob.matches ends when many stars meet a long name", () => {
  // Each is decided by one pass per star; a matcher that tries every way to
  // share the name among the stars would not end.
  const name = "a".repeat(100_000);
  assert.equal(new Glob("*a*a*a*a*b").matches(name), false);
  assert.equal(new Glob("*a".repeat(50)).matches(name), true);
  assert.equal(new Glob(`${"*a".repeat(20)}*`).matches(name), true);
  assert.equal(new Glob("[!b]*?*?*?*?*c").matches(name), false);
});

Deno.test("matchesAny needs one pattern that matches", () => {
  assert.equal(matchesAny(["*.json", "*.csv"], "cells.csv"), true);
  assert.equal(matchesAny(["*.json", "*.csv"], "cells.loom"), false);
  assert.equal(matchesAny([], "cells.csv"), false);
  assert.equal(matchesAny([""], "cells.csv"), false);
});
