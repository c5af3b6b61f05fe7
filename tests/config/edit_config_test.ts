import assert from "node:assert/strict";
import {
  isJsonObject,
  type Json,
  type JsonObject,
  parseJson,
  UsageError,
} from "../../src/base/mod.ts";
import {
  findConfigValue,
  setConfigValue,
  unsetConfigValue,
} from "../../src/config/mod.ts";

function config(text: string): JsonObject {
  const value = parseJson(text);
  assert.ok(isJsonObject(value));
  return value;
}

// before, path, value, after: order and all
const SETS: [string, string[], Json, string][] = [
  ["{}", ["a"], 1, '{"a":1}'],
  ["{}", ["a", "b", "c"], "x", '{"a":{"b":{"c":"x"}}}'],
  ['{"z":1,"a":2}', ["z"], 3, '{"z":3,"a":2}'],
  ['{"z":1,"a":2}', ["m"], null, '{"z":1,"a":2,"m":null}'],
  ['{"a":{"y":1,"x":2},"b":3}', ["a", "y"], [], '{"a":{"y":[],"x":2},"b":3}'],
  ['{"a":1}', ["a"], { b: 2 }, '{"a":{"b":2}}'],
  ['{"l":{"$append":1},"a":2}', ["a"], 3, '{"l":{"$append":1},"a":3}'],
  ["{}", ["l", "$append"], 1, '{"l":{"$append":1}}'],
];

for (const [before, keys, value, after] of SETS) {
  Deno.test(`setConfigValue sets ${keys.join(".")} in ${before}`, () => {
    const own = config(before);
    assert.equal(JSON.stringify(setConfigValue(own, keys, value)), after);
    assert.equal(JSON.stringify(own), before, "its argument is as it was");
  });
}

for (const inner of ["1", '"x"', "[1]", "null", '{"$append": 2}']) {
  Deno.test(`setConfigValue refuses to go through ${inner}`, () => {
    assert.throws(
      () => setConfigValue(config(`{"a":{"b":${inner}}}`), ["a", "b", "c"], 1),
      (error) =>
        error instanceof UsageError &&
        error.message === "a.b.c cannot be set: a.b is not an object",
    );
  });
}

Deno.test("setConfigValue refuses names of the prototype, in the value too", () => {
  const value = parseJson('[{"a": {"__proto__": {"isAdmin": true}}}]');
  for (
    const set of [
      () => setConfigValue({}, ["__proto__", "x"], 1),
      () => setConfigValue({}, ["a"], value),
    ]
  ) {
    assert.throws(set, {
      name: "UsageError",
      message: "'__proto__' cannot be a configuration key",
    });
  }
  assert.equal(Object.hasOwn(Object.prototype, "x"), false);
});

Deno.test("setConfigValue keeps a key __proto__ that the file holds", () => {
  const own = config('{"__proto__": {"x": 1}, "a": 1}');
  assert.equal(
    JSON.stringify(setConfigValue(own, ["a"], 2)),
    '{"__proto__":{"x":1},"a":2}',
  );
  assert.equal(
    findConfigValue(setConfigValue(own, ["a"], 2), ["x"]),
    undefined,
  );
});

// before, path, after
const UNSETS: [string, string[], string][] = [
  ['{"z":1,"a":2,"b":3}', ["a"], '{"z":1,"b":3}'],
  ['{"a":{"b":1,"c":2}}', ["a", "b"], '{"a":{"c":2}}'],
  ['{"a":{"b":1}}', ["a", "b"], '{"a":{}}'],
  ['{"a":{"b":1}}', ["a"], "{}"],
];

for (const [before, keys, after] of UNSETS) {
  Deno.test(`unsetConfigValue removes ${keys.join(".")} from ${before}`, () => {
    const own = config(before);
    assert.equal(JSON.stringify(unsetConfigValue(own, keys)), after);
    assert.equal(JSON.stringify(own), before);
  });
}

Deno.test("unsetConfigValue gives its argument back when there is nothing", () => {
  const own = config('{"a":{"b":1},"c":"x","l":[1]}');
  for (
    const keys of [
      ["b"],
      ["a", "c"],
      ["c", "length"],
      ["l", "0"],
      ["toString"],
      ["a", "b", "c"],
    ]
  ) {
    assert.equal(unsetConfigValue(own, keys), own, keys.join("."));
  }
});

Deno.test("findConfigValue finds what is there and nothing of the prototype", () => {
  const own = config('{"a":{"b":null},"l":[1]}');
  assert.equal(findConfigValue(own, ["a", "b"]), null);
  assert.deepEqual(findConfigValue(own, ["a"]), { b: null });
  for (const keys of [["x"], ["a", "toString"], ["l", "0"], ["constructor"]]) {
    assert.equal(findConfigValue(own, keys), undefined, keys.join("."));
  }
});
