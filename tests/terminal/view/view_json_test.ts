import assert from "node:assert/strict";
import { isPrintable, type Json, parseJson } from "../../../src/base/mod.ts";
import { displayWidth, viewJson } from "../../../src/terminal/mod.ts";
import { seeded } from "../../support/seeded.ts";

// deno-lint-ignore no-control-regex -- the colours themselves
const STYLES = /\x1b\[\d+m/g;

Deno.test("viewJson() shows a small value as indented JSON", () => {
  const value = {
    a: 1,
    b: ["x", null, true],
    c: { d: {}, e: [], f: [{ g: "\n" }] },
  };
  assert.deepEqual(viewJson(value, { width: 80 }), [
    "{",
    '  "a": 1,',
    '  "b": ["x", null, true],',
    '  "c": {',
    '    "d": {},',
    '    "e": [],',
    '    "f": [',
    "      {",
    '        "g": "\\n"',
    "      }",
    "    ]",
    "  }",
    "}",
  ]);
  assert.deepEqual(viewJson("x", { width: 80 }), ['"x"']);
  assert.deepEqual(viewJson(null, { width: 80 }), ["null"]);
});

Deno.test("viewJson() keeps the digits of numbers", () => {
  const value = parseJson('{"a": 1.0, "b": 12345678901234567890}');
  assert.deepEqual(viewJson(value, { width: 80 }).slice(1, 3), [
    '  "a": 1.0,',
    '  "b": 12345678901234567890',
  ]);
});

Deno.test("viewJson() colours keys and kinds of values when asked to", () => {
  const value = { a: 1, b: "x", c: null };
  const plain = viewJson(value, { width: 80 });
  const coloured = viewJson(value, { width: 80, hasColor: true });
  assert.equal(coloured[1], '  \x1b[36m"a"\x1b[0m: \x1b[33m1\x1b[0m,');
  assert.equal(coloured[2], '  \x1b[36m"b"\x1b[0m: \x1b[32m"x"\x1b[0m,');
  assert.equal(coloured[3], '  \x1b[36m"c"\x1b[0m: \x1b[35mnull\x1b[0m');
  assert.deepEqual(coloured.map((line) => line.replace(STYLES, "")), plain);
  assert.doesNotMatch(plain.join(""), STYLES);
});

Deno.test("viewJson() cuts a long text and says how long it is", () => {
  assert.deepEqual(viewJson({ a: "x".repeat(500), b: 1 }, { width: 40 }), [
    "{",
    `  "a": "${"x".repeat(12)}…" (500 characters),`,
    '  "b": 1',
    "}",
  ]);
  const narrow = viewJson("x".repeat(500), { width: 10 });
  assert.deepEqual(narrow, ['"xxxxxxx…"']);
});

Deno.test("viewJson() folds the rest of a long list", () => {
  const items = (count: number) => Array.from({ length: count }, (_, n) => n);
  const lines = viewJson(items(107), { width: 80 });
  assert.equal(lines.length, 13);
  assert.equal(lines[10], "  9,");
  assert.equal(lines[11], "  … 97 more (last shows all)");
  // A fold of one would take the line of that one.
  assert.equal(viewJson(items(11), { width: 80 }).at(-2), "  10");
  assert.deepEqual(viewJson(items(10), { width: 80 }), [
    "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]",
  ]);
});

Deno.test("viewJson() folds deep values and objects of many keys", () => {
  let deep: Json = { a: 1, b: 2 };
  for (let level = 0; level < 5; level++) deep = { level: deep };
  const lines = viewJson(deep, { width: 80 });
  assert.equal(lines[5], '          "level": {2 keys}');
  const wide = Object.fromEntries(
    Array.from({ length: 80 }, (_, n) => [`k${n}`, n]),
  );
  assert.equal(
    viewJson(wide, { width: 80 }).at(-2),
    "  … 30 more (last shows all)",
  );
});

Deno.test("viewJson() fits the height, a line at least for each member shown", () => {
  const value = {
    first: { a: 1, b: 2, c: 3, d: 4 },
    list: Array.from({ length: 50 }, (_, n) => ({ n })),
    last: "here",
  };
  assert.deepEqual(viewJson(value, { width: 80, height: 8 }), [
    "{",
    '  "first": {',
    '    "a": 1,',
    "    … 3 more (last shows all)",
    "  },",
    '  "list": [50 items],',
    '  "last": "here"',
    "}",
  ]);
  assert.deepEqual(viewJson(value, { width: 80, height: 1 }), ["{3 keys}"]);
});

/** A random value, its texts full of what could harm a terminal. */
function randomJson(random: () => number, depth: number): Json {
  const count = Math.floor(random() * 14);
  const text = () =>
    Array.from(
      { length: random() * 40 },
      () => [..."ab\x1b\n\u202e漢", "👩", "\ud800"][Math.floor(random() * 8)],
    ).join("");
  const kind = depth > 4 ? 0 : Math.floor(random() * 5);
  if (kind === 1) {
    return Array.from({ length: count }, () => randomJson(random, depth + 1));
  }
  if (kind < 2) return text();
  if (kind === 2) return Math.floor(random() * 1e6);
  return Object.fromEntries(
    Array.from(
      { length: count },
      () => [text(), randomJson(random, depth + 1)],
    ),
  );
}

Deno.test("viewJson() never leaves width and height, nor lets data move the cursor", () => {
  const random = seeded(4);
  for (let round = 0; round < 200; round++) {
    const value = randomJson(random, 0);
    const width = 1 + Math.floor(random() * 100);
    const height = 1 + Math.floor(random() * 30);
    const lines = viewJson(value, { width, height });
    assert.ok(lines.length >= 1 && lines.length <= height);
    for (const line of lines) {
      assert.ok(isPrintable(line), JSON.stringify(line));
      assert.ok(displayWidth(line) <= width, line);
    }
    const coloured = viewJson(value, { width, height, hasColor: true });
    assert.deepEqual(coloured.map((line) => line.replace(STYLES, "")), lines);
  }
});

Deno.test("viewJson() looks only at what it shows", () => {
  let looks = 0;
  const watched = (value: Json[]): Json[] =>
    new Proxy(value, {
      get(array, key) {
        looks++;
        return Reflect.get(array, key);
      },
    });
  const items = watched(Array.from({ length: 1_000_000 }, (_, n) => ({ n })));
  let deep: Json[] = [];
  for (let level = 0; level < 100_000; level++) deep = watched([deep]);
  const text = "\u0301".repeat(5_000_000);
  viewJson({ items, deep, text }, { width: 80 });
  assert.ok(looks < 5000, `${looks} looks`);
});
