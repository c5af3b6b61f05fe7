import assert from "node:assert/strict";
import type { Json } from "../../src/base/mod.ts";
import { compileJmesPath } from "../../src/platform/npm_jmespath.ts";
import { ends } from "../support/ends.ts";

const maxSteps = 500_000;
const CELLS: Json[] = Array.from({ length: 2000 }, (_, number) => ({
  n: number,
  name: `cell ${number % 7}`,
}));
const DOCUMENT: Json = { files: { cell_json: CELLS }, event_type: "CREATE" };

function search(expression: string, value: Json = DOCUMENT): Json {
  return compileJmesPath(expression, { maxSteps })(value);
}

function many(part: string, times: number, separator = "|"): string {
  return Array<string>(times).fill(part).join(separator);
}

const HONEST: [expression: string, expected: Json][] = [
  ["event_type=='CREATE' && files.cell_json[?n==`5`].name | [0]", "cell 5"],
  ["length(files.cell_json)", 2000],
  ["sort_by(files.cell_json, &n)[-1].n", 1999],
  ["max_by(files.cell_json, &n).n", 1999],
  ["length(sort(files.cell_json[].name))", 2000],
  ["files.cell_json[::-1] | [0].n", 1999],
  ["length(map(&n, files.cell_json))", 2000],
  ["files == files", true],
  ["length(join(' ', files.cell_json[*].name))", 2000 * 7 - 1],
  ["let $a = event_type in $a", "CREATE"],
  ["group_by(files.cell_json, &name).keys(@) | length(@)", 7],
  ["trim('  a ')", "a"],
  ["pad_left('a', `5`)", "    a"],
  ["replace('abab', 'b', 'x')", "axax"],
];

for (const [expression, expected] of HONEST) {
  Deno.test(`an expression with a limit gives what it gives without one: ${expression}`, () => {
    assert.deepEqual(search(expression), expected);
    assert.deepEqual(compileJmesPath(expression)(DOCUMENT), expected);
  });
}

const ENDLESS: Record<string, string> = {
  "doubles a list": many("[@, @][]", 60),
  "doubles a value without making it": many("[@, @]", 60),
  "writes what it doubled": `${many("[@, @]", 40)}|to_string(@)`,
  "compares what it doubled": `${many("[@, @]", 40)}|(@ == @)`,
  "doubles an object": many("{a: @, b: @}", 60),
  "maps within a map": "map(&map(&@, $.files.cell_json), files.cell_json)",
  "pads a text": "pad_left('x', `900000000`)",
  "pads a text on the right": "pad_right('x', `900000000`)",
  "replaces very often": "replace('a', 'a', 'a', `4000000000`)",
  "replaces by what is long": `replace('${many("a", 4000, "")}', 'a', '${
    many("b", 4000, "")
  }')`,
  "joins with what is long": `join('${
    many("b", 9000, "")
  }', files.cell_json[].name)`,
  "trims what is long": "trim(join(' ', files.cell_json[].name))",
  "filters within a filter":
    "files.cell_json[?length($.files.cell_json[?n > `5`]) > `1`]",
  "asks again and again whether a wide object is empty": many(
    "wide",
    400,
    "&&",
  ),
};

for (const [what, expression] of Object.entries(ENDLESS)) {
  Deno.test(`an expression ends with an error when it ${what}`, async () => {
    const wide = Object.fromEntries(
      Array.from({ length: 40_000 }, (_, key) => [`key ${key}`, 1]),
    );
    const module = new URL("_search_with_limit.ts", import.meta.url);
    const value = { files: { cell_json: CELLS }, wide };
    const [refusal] = await ends(module, "searchWithLimit", [
      expression,
      value,
    ]);
    const { name, message } = refusal as Error;
    assert.equal(name, "RefusedError");
    assert.match(
      message,
      /^it (takes more than 500000 steps|makes a value of more than 500000 parts)$/,
    );
  });
}

for (const expression of ["[".repeat(9000), many("a", 50_000, ".")]) {
  Deno.test(`an expression is refused when it is nested very deeply: ${expression.slice(0, 5)}`, () => {
    assert.throws(() => search(expression), { name: "RefusedError" });
  });
}

Deno.test("an expression has all its steps again each time", () => {
  const expression = compileJmesPath("length(files.cell_json[?n > `5`])", {
    maxSteps: 30_000,
  });
  for (let turn = 0; turn < 5; turn++) assert.equal(expression(DOCUMENT), 1994);
});
