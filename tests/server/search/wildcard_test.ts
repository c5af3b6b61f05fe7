import assert from "node:assert/strict";
import {
  matchesWildcard,
  parseWildcard,
} from "../../../src/server/search/wildcard.ts";

const CASES: [pattern: string, text: string, expected: boolean][] = [
  ["", "", true],
  ["", "a", false],
  ["*", "", true],
  ["***", "anything", true],
  ["?", "", false],
  ["?", "a", true],
  ["?", "ab", false],
  ["?", "🧬", true],
  ["??", "🧬", false],
  ["a*c", "abc", true],
  ["a*c", "ac", true],
  ["a*c", "abcd", false],
  ["a*c", "abcbc", true],
  ["*b*", "abc", true],
  ["*ab?", "abababx", true],
  ["a?*d", "abd", true],
  ["a?*d", "ad", false],
  ["a\\*", "a*", true],
  ["a\\*", "ab", false],
  ["a\\?", "a?", true],
  ["a\\\\b", "a\\b", true],
  ["a\\", "a\\", true],
  ["*\\**", "x*y", true],
  ["*\\**", "xy", false],
  ["[a-z]+.", "[a-z]+.", true],
  ["a.c", "abc", false],
  ["a*", "a\nb", true],
  ["Abc", "abc", false],
];

for (const [pattern, text, expected] of CASES) {
  const verb = expected ? "fits" : "does not fit";
  const shown = `${JSON.stringify(text)} when the pattern is ${pattern}`;
  Deno.test(`matchesWildcard ${verb} ${shown}`, () => {
    assert.equal(matchesWildcard(parseWildcard(pattern), text), expected);
  });
}

Deno.test("matchesWildcard takes polynomial time when the stars could backtrack", () => {
  const pattern = parseWildcard(`${"*a".repeat(40)}*b`);
  // An exponential matcher would not come back from this one.
  assert.equal(matchesWildcard(pattern, "a".repeat(20_000)), false);
  assert.equal(matchesWildcard(pattern, `${"a".repeat(20_000)}b`), true);
});

Deno.test("matchesWildcard refuses at once when the pattern is longer than the text", () => {
  const pattern = parseWildcard("?*".repeat(500_000));
  assert.equal(pattern.minimumLength, 500_000);
  assert.equal(matchesWildcard(pattern, "a".repeat(256)), false);
});
