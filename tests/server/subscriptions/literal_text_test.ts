import assert from "node:assert/strict";
import { compileJmesPath } from "../../../src/platform/npm_jmespath.ts";
import { quoteLiterals } from "../../../src/server/subscriptions/literal_text.ts";

const EVENT = { event_type: "TOMBSTONE", admin_deleted: true, "a`b": 7, n: 1 };

/** Expressions, and what jmespath 0.9.4 gives for them on `EVENT`. */
const VALUES: [expression: string, value: unknown][] = [
  ["event_type==`TOMBSTONE`", true],
  ["event_type==`CREATE`", false],
  ['event_type==`"TOMBSTONE"`', true],
  ["admin_deleted==`true`", true],
  ['admin_deleted==`"true"`', false],
  ["n==`1`", true],
  ["`  spaces before`", "spaces before"],
  ["`behind  `", "behind  "],
  ["`a b`", "a b"],
  ["`'a'`", "'a'"],
  ["`a\\`b`", "a`b"],
  ['`"a\\`b"`', "a`b"],
  ['`{"a": [1]}`.a', [1]],
  ["`[1`", "[1"],
  ["`a\\u00e9`", "aé"],
  ["``", ""],
  ["` true `", true],
  ["` 1 ` == n", true],
  ["'`TOMBSTONE`'", "`TOMBSTONE`"],
  ["'it\\'s `x`'", "it's `x`"],
  ['"a`b"', 7],
  ["contains(event_type, `TOMB`) && 'x`y`z' == `x\\`y\\`z`", true],
  ["[`a`, 'b', `\"c\"`, `null`]", ["a", "b", "c", null]],
];

for (const [expression, value] of VALUES) {
  Deno.test(`quoteLiterals makes ${expression} what the old library took it for`, () => {
    const select = compileJmesPath(quoteLiterals(expression));
    assert.deepEqual(select(EVENT), value);
  });
}

Deno.test("quoteLiterals leaves what is no text either, and what does not end", () => {
  for (const expression of ['`"a`', "`a", "`a\nb`", "a\\`b", ""]) {
    assert.equal(quoteLiterals(expression), expression);
  }
});

Deno.test("quoteLiterals looks for the end of a text that has none once", () => {
  const expression = `'${"\\'".repeat(500_000)}`;
  assert.equal(quoteLiterals(expression), expression);
});
