import assert from "node:assert/strict";
import { isJsonObject, parseJson } from "../../src/base/mod.ts";
import {
  type ConfigLayer,
  configOrigins,
  mergeLayers,
} from "../../src/config/mod.ts";

function layers(...texts: string[]): ConfigLayer[] {
  return texts.map((text, at) => {
    const content = parseJson(text);
    assert.ok(isJsonObject(content));
    return { path: `/${at + 1}`, content, mode: undefined, isRegular: true };
  });
}

// layers; key, value and number of the file that set it last
const TABLE: [string, string[], [string, unknown, number][]][] = [
  ["nothing", [], []],
  ["one file", ['{"b": 1, "a": {"x": "y"}}'], [["b", 1, 1], ["a.x", "y", 1]]],
  [
    "a later value",
    ['{"a": 1, "b": 2}', '{"b": 3, "c": 4}'],
    [["a", 1, 1], ["b", 3, 2], ["c", 4, 2]],
  ],
  ["an equal later value", ['{"a": [1]}', '{"a": [1]}'], [["a", [1], 2]]],
  [
    "keys of one object from two files",
    ['{"a": {"x": 1, "y": 2}}', '{"a": {"y": 3}}'],
    [["a.x", 1, 1], ["a.y", 3, 2]],
  ],
  [
    "a list that an operator changed",
    ['{"l": [1]}', '{"l": {"$append": 2}}', '{"l": {"$remove": 9}}'],
    [["l", [1, 2], 2]],
  ],
  ["an object that is ignored", ['{"a": 1}', '{"a": {"b": 2}}'], [["a", 1, 1]]],
  [
    "an object that a scalar replaced",
    ['{"a": {"b": 1}}', '{"a": 2}'],
    [["a", 2, 2]],
  ],
  ["an empty object", ['{"a": {}}'], [["a", {}, 1]]],
];

for (const [name, texts, expected] of TABLE) {
  Deno.test(`configOrigins of ${name}`, () => {
    const found = configOrigins(layers(...texts)).map((
      { keys, value, origin },
    ) => [keys.join("."), value, Number(origin.slice(1))]);
    assert.deepEqual(found, expected);
  });
}

Deno.test("configOrigins has the values of the merged configuration", () => {
  const given = layers(
    '{"a": {"b": 1, "c": {"d": [1]}}, "e": null}',
    '{"a": {"c": {"d": {"$append": 2}}, "f": "g"}, "e": {"ignored": 1}}',
  );
  assert.deepEqual(mergeLayers(given), {
    a: { b: 1, c: { d: [1, 2] }, f: "g" },
    e: null,
  });
  assert.deepEqual(
    configOrigins(given).map(({ keys, value }) => [keys.join("."), value]),
    [["a.b", 1], ["a.c.d", [1, 2]], ["a.f", "g"], ["e", null]],
  );
});
