import assert from "node:assert/strict";
import { matchesPattern } from "../../src/commands/match_pattern.ts";

const UUID = "[A-Za-z0-9]{8}-[A-Za-z0-9]{4}-[A-Za-z0-9]{4}-[A-Za-z0-9]{4}-" +
  "[A-Za-z0-9]{12}";
const ETAG = "^[a-z0-9]{32}(-([2-9]|[1-8][0-9]|9[0-9]|[1-8][0-9]{2}))?$";

/** Patterns of real documents, with texts that match and that do not. */
const DECIDED: [pattern: string, matches: string[], others: string[]][] = [
  [
    UUID,
    [
      "7d76a71c-ae4c-48bd-8b1e-19387da4dc66",
      "x7d76a71c-ae4c-48bd-8b1e-19387da4dc66y",
    ],
    ["", "7d76a71c", "7d76a71c-ae4c-48bd-8b1e-19387da4dc6", "-".repeat(2000)],
  ],
  ["^(gs|s3|wasb)://", ["s3://b/k", "wasb://"], ["http://x", " s3://b"]],
  ["https?://", ["http://x", "see https://x"], ["ftp://x", ""]],
  [
    "^[a-zA-Z0-9][a-zA-Z0-9-]*$",
    ["a", "7d-", "a".repeat(2000)],
    ["", "-a", "a b", `${"a".repeat(2000)} `],
  ],
  [ETAG, ["a".repeat(32), `${"0".repeat(32)}-12`], ["a".repeat(31), "x-1"]],
  ["^[^/]*$", ["", "bucket"], ["a/b"]],
  ["^\\d+(\\.\\d+)?$", ["1", "1.5"], ["1.", ".5", "a"]],
  ["a|b", ["xb"], ["c"]],
  ["^a|b$", ["ax", "xb"], ["xbx"]],
  ["[(*+]{2}\\(\\|", ["*((|"], ["*(|"]],
];

for (const [pattern, matches, others] of DECIDED) {
  Deno.test(`matchesPattern decides on ${pattern}`, () => {
    for (const text of matches) {
      assert.equal(matchesPattern(pattern, text), true);
    }
    for (const text of others) {
      assert.equal(matchesPattern(pattern, text), false, text.slice(0, 50));
    }
  });
}

/** Patterns with more ways than anybody can wait for, and where they lead. */
const ENDLESS: [pattern: string, text: string][] = [
  ["(a+)+$", "a".repeat(5000) + "b"],
  ["(a*)*$", "a".repeat(40) + "b"],
  ["(a|a)*$", "a".repeat(40) + "b"],
  ["(a|aa)+$", "a".repeat(60) + "b"],
  ["^([a-z]+)*$", "a".repeat(40) + "1"],
  ["(?:a+){2,}b", "a".repeat(40)],
  ["(?<word>a+)+$", "a".repeat(40) + "b"],
  ["(?=(a+)+$)b", "a".repeat(40) + "c"],
  ["(([a-z])+.)+[A-Z]([a-z])+$", "a".repeat(60)],
  ["(x+x+)+y", "x".repeat(40)],
  ["^(a?){40}$", "a".repeat(40) + "b"],
  ["a?".repeat(40) + "a".repeat(40), "a".repeat(39)],
  ["a{0,40}".repeat(12) + "b", "a".repeat(100)],
  ["(a|b|ab)".repeat(40) + "c", "ab".repeat(40)],
  [".*.*.*.*=.*", "x".repeat(2000)],
  ["\\s+$", " ".repeat(20_000) + "x"],
  ["[".repeat(200_000), "a"],
  ["a*".repeat(10) + "b", "a".repeat(1000)],
  ["(".repeat(1000) + "a+" + ")+".repeat(1000), "a".repeat(40) + "b"],
];

for (const [pattern, text] of ENDLESS) {
  Deno.test(`matchesPattern leaves ${pattern.slice(0, 40)} to the service`, () => {
    // Deciding would take longer than the test may.
    assert.equal(matchesPattern(pattern, text), true);
  });
}

for (const pattern of ["(", "[", "*a", "a{2,1}", "(?<", "\\", "a**", "x)+"]) {
  Deno.test(`matchesPattern takes anything for '${pattern}'`, () => {
    assert.equal(matchesPattern(pattern, "text"), true);
  });
}
