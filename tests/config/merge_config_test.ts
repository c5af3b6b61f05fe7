import assert from "node:assert/strict";
import { ExactNumber, type JsonObject, parseJson } from "../../src/base/mod.ts";
import { mergeConfig } from "../../src/config/mod.ts";

function merge(existing: string, incoming: string): unknown {
  return mergeConfig(
    parseJson(existing) as JsonObject,
    parseJson(incoming) as JsonObject,
  );
}

// What the old client's library was seen to do (tweak 1.x), row by row.
const TABLE: [string, string, unknown][] = [
  // A scalar, list or null replaces anything.
  ['{"a": 1}', '{"a": 2}', { a: 2 }],
  ['{"a": {"b": 1}}', '{"a": 2}', { a: 2 }],
  ['{"a": {"b": 1}}', '{"a": [1]}', { a: [1] }],
  ['{"a": [1, 2]}', '{"a": [3]}', { a: [3] }],
  ['{"a": {"b": 1}}', '{"a": null}', { a: null }],
  ['{"a": "x"}', '{"a": false}', { a: false }],
  ['{"a": 1}', "{}", { a: 1 }],
  ["{}", '{"a": 1}', { a: 1 }],
  // Objects are merged key by key.
  [
    '{"a": {"b": 1, "c": {"d": 2}}}',
    '{"a": {"c": {"e": 3}, "f": 4}}',
    { a: { b: 1, c: { d: 2, e: 3 }, f: 4 } },
  ],
  ["{}", '{"a": {"b": {"c": 1}}}', { a: { b: { c: 1 } } }],
  // Operators inside a new object are lost.
  ["{}", '{"a": {"b": {"$append": 1}, "c": 2}}', { a: { c: 2 } }],
  // An object never replaces a scalar or a list.
  ['{"a": 1}', '{"a": {"b": 2}}', { a: 1 }],
  ['{"a": [1]}', '{"a": {"b": 2}}', { a: [1] }],
  ['{"a": null}', '{"a": {"b": 2}}', { a: null }],
  // Operators change lists.
  ['{"a": [1, 2, 3]}', '{"a": {"$append": 4}}', { a: [1, 2, 3, 4] }],
  ['{"a": [1]}', '{"a": {"$append": [4, 5]}}', { a: [1, [4, 5]] }],
  ['{"a": [1, 2, 3]}', '{"a": {"$extend": [5, 6]}}', { a: [1, 2, 3, 5, 6] }],
  [
    '{"a": [1, 2, 3]}',
    '{"a": {"$extendleft": [-2, -1]}}',
    { a: [-2, -1, 1, 2, 3] },
  ],
  ['{"a": [1, 2, 3, 2]}', '{"a": {"$remove": 2}}', { a: [1, 3, 2] }],
  ['{"a": [1, 2]}', '{"a": {"$remove": 9}}', { a: [1, 2] }],
  ['{"a": [{"b": 1}, 2]}', '{"a": {"$remove": {"b": 1}}}', { a: [2] }],
  // The old library meant to insert by index and could not, from JSON.
  ['{"a": [1, 2, 3]}', '{"a": {"$insert": {"0": 0}}}', { a: [0, 1, 2, 3] }],
  ['{"a": [1, 2]}', '{"a": {"$insert": {"1": 9}}}', { a: [1, 9, 2] }],
  // Operators are ignored where there is no list …
  ["{}", '{"a": {"$append": 4}}', {}],
  ['{"a": 1}', '{"a": {"$append": 4}}', { a: 1 }],
  ['{"a": {"b": 1}}', '{"a": {"$append": 4}}', { a: { b: 1 } }],
  // … where another key is beside them, and where the operand is no list.
  ['{"a": [1]}', '{"a": {"$append": 4, "b": 1}}', { a: [1] }],
  ['{"a": [1]}', '{"a": {"$append": 4, "$remove": 1}}', { a: [1] }],
  ['{"a": [1]}', '{"a": {"$extend": 4}}', { a: [1] }],
  ['{"a": [1]}', '{"a": {"$insert": 4}}', { a: [1] }],
  ['{"a": [1]}', '{"a": {"$other": 4}}', { a: [1] }],
  ['{"a": [1]}', '{"a": {}}', { a: [1] }],
];

for (const [existing, incoming, expected] of TABLE) {
  Deno.test(`mergeConfig lays ${incoming} over ${existing}`, () => {
    assert.deepEqual(merge(existing, incoming), expected);
  });
}

Deno.test("mergeConfig changes neither of what it gets", () => {
  const existing = { a: [1, 2], b: { c: 1 } };
  const incoming = { a: { $append: 3 }, b: { d: { e: 1 } } };
  mergeConfig(existing, incoming);
  assert.deepEqual(existing, { a: [1, 2], b: { c: 1 } });
  assert.deepEqual(incoming, { a: { $append: 3 }, b: { d: { e: 1 } } });
});

Deno.test("mergeConfig takes names of the prototype for plain keys", () => {
  const hostile = '{"__proto__": {"polluted": 1, "toString": 2}, ' +
    '"constructor": {"prototype": {"polluted": 1}}, "a": {"toString": 1}}';
  const merged = merge(hostile, hostile) as JsonObject;
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
  assert.equal(Object.getPrototypeOf(merged), Object.prototype);
  assert.deepEqual(Object.keys(merged), ["__proto__", "constructor", "a"]);
  assert.deepEqual(merged.a, { toString: 1 });
  assert.equal(merged.polluted, undefined);
  // Names that every object seems to have are no operators.
  for (const name of ["constructor", "toString", "valueOf"]) {
    const merged = merge('{"a": [1]}', `{"a": {"${name}": 1}}`);
    assert.deepEqual(merged, { a: [1] }, name);
  }
});

Deno.test("mergeConfig keeps the digits of a number", () => {
  const merged = merge('{"a": 1}', '{"a": 12345678901234567890}') as JsonObject;
  assert.ok(merged.a instanceof ExactNumber);
  assert.equal(merged.a.source, "12345678901234567890");
});
