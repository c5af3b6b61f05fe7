import assert from "node:assert/strict";
import {
  compareCodePoints,
  ExactNumber,
  formatJson,
  isJsonObject,
  parseJson,
  RefusedError,
} from "../../src/base/mod.ts";
import { createNodeHash } from "../support/node_hash.ts";

function roundTrip(text: string, indent = 0): string {
  return formatJson(parseJson(text), { indent });
}

Deno.test("formatJson writes the bundle.json of the old client, by size and sha256", () => {
  const bundle = parseJson(
    '{"bundle":{"version":"2019-08-01T200147.836832Z",' +
      '"uuid":"ffffaf55-f19c-40e3-aa81-a6c69d357265",' +
      '"files":[{"name":"é.json","size":0,"indexed":true}],' +
      '"creator_uid":8008}}',
  );
  const bytes = new TextEncoder().encode(
    formatJson(bundle, { indent: 4, sortKeys: true }),
  );
  const hash = createNodeHash("sha256");
  hash.update(bytes);
  assert.equal(bytes.length, 313);
  assert.equal(
    Array.from(hash.digest(), (b) => b.toString(16).padStart(2, "0")).join(""),
    "f7f699d9102dda9779a90a3567f18fbeb02cc0bcd41d611f9866d13b13ef13e1",
  );
});

// Each right side is json.dumps(json.loads(left)) of Python 3.11.
const NUMBERS: [string, string][] = [
  ["1.0", "1.0"],
  ["1.10", "1.1"],
  ["100.0", "100.0"],
  ["1.0E+2", "100.0"],
  ["0.1e1", "1.0"],
  ["0", "0"],
  ["-0", "0"],
  ["-0.0", "-0.0"],
  ["0e5", "0.0"],
  ["8008", "8008"],
  ["9007199254740992", "9007199254740992"],
  ["-9007199254740993", "-9007199254740993"],
  ["123456789012345678901234567890", "123456789012345678901234567890"],
  ["100000000000000000000", "100000000000000000000"],
  ["1000000000000000000000", "1000000000000000000000"],
  ["1e15", "1000000000000000.0"],
  ["9999999999999998.0", "9999999999999998.0"],
  ["1e16", "1e+16"],
  ["12345678901234567.0", "1.2345678901234568e+16"],
  ["1e21", "1e+21"],
  ["1e+21", "1e+21"],
  ["1e22", "1e+22"],
  ["1e100", "1e+100"],
  ["1.7976931348623157e308", "1.7976931348623157e+308"],
  ["123456789012345.678", "123456789012345.67"],
  ["0.30000000000000004", "0.30000000000000004"],
  ["0.0001", "0.0001"],
  ["0.00001", "1e-05"],
  ["0.00001234", "1.234e-05"],
  ["1e-5", "1e-05"],
  ["1e-7", "1e-07"],
  ["-1.5e-7", "-1.5e-07"],
  ["1e-10", "1e-10"],
  ["1.2e-100", "1.2e-100"],
  ["2.5e-323", "2.5e-323"],
  ["1E-400", "0.0"],
  ["1E400", "Infinity"],
  ["-1E400", "-Infinity"],
];

for (const [source, expected] of NUMBERS) {
  Deno.test(`formatJson writes ${source} as Python does`, () => {
    assert.equal(roundTrip(source), expected);
    assert.equal(roundTrip(`{"a":[${source}]}`), `{"a": [${expected}]}`);
  });
}

// json.dumps of Python 3.11, with the default separators and with indent=2.
const TEXTS: [string, string, string][] = [
  [
    '"\\u007f\\u2028/\\u0080é\\ud83d\\ude00"',
    '"\\u007f\\u2028/\\u0080\\u00e9\\ud83d\\ude00"',
    '"\\u007f\\u2028/\\u0080\\u00e9\\ud83d\\ude00"',
  ],
  [
    '"\\u0000\\b\\t\\n\\f\\r\\u001f\\"\\\\"',
    '"\\u0000\\b\\t\\n\\f\\r\\u001f\\"\\\\"',
    '"\\u0000\\b\\t\\n\\f\\r\\u001f\\"\\\\"',
  ],
  ['"\\ud800"', '"\\ud800"', '"\\ud800"'],
  [
    '[[],{},[[]],{"a":{}}]',
    '[[], {}, [[]], {"a": {}}]',
    '[\n  [],\n  {},\n  [\n    []\n  ],\n  {\n    "a": {}\n  }\n]',
  ],
  [
    '{"a":[1,{"b":null}],"c":true}',
    '{"a": [1, {"b": null}], "c": true}',
    '{\n  "a": [\n    1,\n    {\n      "b": null\n    }\n  ],\n  "c": true\n}',
  ],
  ['""', '""', '""'],
  ["[]", "[]", "[]"],
  ["{}", "{}", "{}"],
];

for (const [source, line, indented] of TEXTS) {
  Deno.test(`formatJson lays out ${source} as Python does`, () => {
    assert.equal(roundTrip(source, 0), line);
    assert.equal(roundTrip(source, 2), indented);
  });
}

Deno.test("formatJson escapes keys as it escapes values", () => {
  assert.equal(roundTrip('{"é\\u007f":1}'), '{"\\u00e9\\u007f": 1}');
});

Deno.test("formatJson sorts keys by code point at every level", () => {
  const value = parseJson('{"b":{"😀":1,"\uffff":2,"a":3,"B":4,"aa":5},"a":0}');
  assert.equal(
    formatJson(value, { indent: 0, sortKeys: true }),
    '{"a": 0, "b": {"B": 4, "a": 3, "aa": 5, "\\uffff": 2, "\\ud83d\\ude00": 1}}',
  );
});

Deno.test("formatJson keeps the order of keys when it does not sort", () => {
  assert.equal(roundTrip('{"b":1,"a":2}'), '{"b": 1, "a": 2}');
});

Deno.test("formatJson leaves out undefined members and shows undefined cells as null", () => {
  assert.equal(
    formatJson({ a: undefined, b: [undefined] }, { indent: 0 }),
    '{"b": [null]}',
  );
});

Deno.test("formatJson keeps a member named __proto__", () => {
  assert.equal(roundTrip('{"__proto__":{"a":1}}'), '{"__proto__": {"a": 1}}');
});

Deno.test("formatJson refuses a value nested deeper than a stack can hold", () => {
  const nested = (depth: number) =>
    parseJson("[".repeat(depth) + "]".repeat(depth));
  assert.equal(formatJson(nested(1000), { indent: 0 }).length, 2000);
  assert.throws(() => formatJson(nested(1001)), {
    name: "RefusedError",
    message: "JSON is nested deeper than 1000 levels",
  });
});

Deno.test("parseJson keeps the digits that a double would change", () => {
  const value = parseJson('{"a":1.0,"b":9007199254740993,"c":1,"d":1.5}');
  assert.ok(isJsonObject(value));
  assert.ok(value.a instanceof ExactNumber);
  assert.ok(value.b instanceof ExactNumber);
  assert.equal(value.b.source, "9007199254740993");
  assert.equal(`${value.b}`, "9007199254740993");
  assert.equal(value.b.valueOf(), 9007199254740992);
  assert.equal(JSON.stringify(value.b), "9007199254740992");
  assert.equal(value.c, 1);
  assert.equal(value.d, 1.5);
});

Deno.test("parseJson does not let a document reach prototypes", () => {
  const value = parseJson('{"__proto__":{"polluted":true}}');
  assert.ok(isJsonObject(value));
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.equal(value.polluted, undefined);
  assert.deepEqual(Object.keys(value), ["__proto__"]);
});

for (const text of ["", "{", "[1,]", "NaN", "01", "'a'", "[1] x"]) {
  Deno.test(`parseJson refuses ${JSON.stringify(text)}`, () => {
    assert.throws(
      () => parseJson(text, "the manifest"),
      (error) =>
        error instanceof RefusedError && error.code === "refused" &&
        error.message.startsWith("the manifest is not valid JSON: ") &&
        error.cause instanceof SyntaxError,
    );
  });
}

Deno.test("parseJson shows no control characters of a text that it refuses", () => {
  assert.throws(() => parseJson("\x1b[2Jx"), (error) => {
    assert.ok(error instanceof RefusedError);
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(error.message, /[\x00-\x1f\x7f]/);
    assert.match(error.message, /\\u\{1b\}\[2Jx/);
    return true;
  });
});

Deno.test("parseJson refuses a text nested 100,000 levels deep", () => {
  assert.throws(() => parseJson("[".repeat(1e5) + "]".repeat(1e5)), {
    name: "RefusedError",
    message: "the text is not valid JSON: it is nested too deeply",
  });
});

Deno.test("isJsonObject tells objects from everything else", () => {
  assert.equal(isJsonObject({}), true);
  for (const value of [null, [], "a", 1, true, new ExactNumber("1.0")]) {
    assert.equal(isJsonObject(value), false);
  }
});

Deno.test("compareCodePoints orders by code point, not by UTF-16 unit", () => {
  assert.ok("\u{1f600}" < "\uffff");
  assert.ok(compareCodePoints("\u{1f600}", "\uffff") > 0);
  assert.ok(compareCodePoints("a", "aa") < 0);
  assert.ok(compareCodePoints("b", "aa") > 0);
  assert.equal(compareCodePoints("é", "é"), 0);
  assert.equal(compareCodePoints("", ""), 0);
});
