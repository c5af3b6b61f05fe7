import assert from "node:assert/strict";
import { findJsonFault, positionAt } from "../../src/config/mod.ts";

const EARLY = "the text ends too early: ";

// text, line, column, what is wrong there
const TABLE: [string, number, number, string][] = [
  ["", 1, 1, `${EARLY}a value is missing or misspelt`],
  ["  \n", 2, 1, `${EARLY}a value is missing or misspelt`],
  ["{", 1, 2, `${EARLY}a key in '"' is missing`],
  ['{"a"', 1, 5, `${EARLY}':' is missing after a key`],
  ['{"a" 1}', 1, 6, "':' is missing after a key"],
  ['{"a": 1', 1, 8, `${EARLY}',' or '}' is missing`],
  ['{\n  "a": 1\n  "b": 2\n}', 3, 3, "',' or '}' is missing"],
  ['{"a": 1,}', 1, 9, "a key in '\"' is missing"],
  ["{a: 1}", 1, 2, "a key in '\"' is missing"],
  ["{'a': 1}", 1, 2, "a key in '\"' is missing"],
  ["[1 2]", 1, 4, "',' or ']' is missing"],
  ["[1,]", 1, 4, "a value is missing or misspelt"],
  ["[1}", 1, 3, "',' or ']' is missing"],
  ["{} {}", 1, 4, "the text goes on after its end"],
  ["nul", 1, 1, "a value is missing or misspelt"],
  ["True", 1, 1, "a value is missing or misspelt"],
  ["01", 1, 1, "a value is missing or misspelt"],
  ["1.", 1, 1, "a value is missing or misspelt"],
  ["-Infinity", 1, 1, "a value is missing or misspelt"],
  ['["a\n"]', 1, 4, "a text is not closed by '\"'"],
  ['["a', 1, 4, `${EARLY}a text is not closed by '"'`],
  ['["a\\x"]', 1, 4, "a text has an unknown escape"],
  ['["\\N"]', 1, 3, "a text has an unknown escape"],
  ['["\\u12g4"]', 1, 3, "a text has an unknown escape"],
  ['["a\tb"]', 1, 4, "a text has a control character"],
  ["{\r\n\r\n  x", 3, 3, "a key in '\"' is missing"],
  // Characters are counted, not the halves of one.
  ['{"😀é": x}', 1, 8, "a value is missing or misspelt"],
  ["\ufeff{}", 1, 1, "a value is missing or misspelt"],
];

for (const [text, line, column, why] of TABLE) {
  Deno.test(`findJsonFault finds the fault of ${JSON.stringify(text)}`, () => {
    assert.deepEqual(findJsonFault(text), { line, column, why });
    assert.throws(() => JSON.parse(text), SyntaxError);
  });
}

Deno.test("findJsonFault stops at deep nesting instead of overflowing", () => {
  const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  assert.equal(findJsonFault(deep(400)), undefined);
  assert.equal(findJsonFault(deep(100_000))?.why, "it is nested too deeply");
});

Deno.test("findJsonFault takes a long text", () => {
  assert.equal(
    findJsonFault(JSON.stringify("é\\\n".repeat(500_000))),
    undefined,
  );
});

Deno.test("findJsonFault agrees with JSON.parse on 20,000 mutated texts", () => {
  const seed = '{"a": [1, -2.5e+3, 0], "b\\u00e9\\n": {"c": null}, "": "x",' +
    '\n "d": [true, false, {}], "e": ""}';
  const pieces = ['"', "\\", "{", "}", "[", "]", ",", ":", "0", "-", ".", "e"];
  pieces.push("1", " ", "\n", "\t", "u", "null", "tru", "\u007f", "\u0001");
  // A linear congruential generator (Numerical Recipes): the same texts always.
  let state = 20190801;
  const draw = (below: number) => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return Math.floor(state / 2 ** 32 * below);
  };
  let valid = 0;
  for (let round = 0; round < 20_000; round++) {
    let text = seed;
    for (let change = draw(3); change >= 0; change--) {
      const at = draw(text.length);
      const piece = pieces[draw(pieces.length)] ?? "";
      text = text.slice(0, at) + (draw(2) === 0 ? piece : "") +
        text.slice(at + draw(3));
    }
    let isJson = true;
    try {
      JSON.parse(text);
    } catch {
      isJson = false;
    }
    assert.equal(findJsonFault(text) === undefined, isJson, text);
    if (isJson) valid++;
  }
  assert.ok(valid > 1000 && valid < 19_000, String(valid));
});

Deno.test("positionAt counts lines of every kind of line end", () => {
  assert.deepEqual(positionAt("a\nb\r\nc\rd", 8), { line: 4, column: 2 });
  assert.deepEqual(positionAt("", 0), { line: 1, column: 1 });
});
