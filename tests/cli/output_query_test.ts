import assert from "node:assert/strict";
import {
  ExactNumber,
  type Json,
  LocalError,
  UsageError,
} from "../../src/base/mod.ts";
import { checkOutput } from "../../src/commands/output/mod.ts";
import { compileJmesPath } from "../../src/platform/npm_jmespath.ts";
import { TestEnvironment } from "../support/test_environment.ts";
import { answer, contextOf, json, outputAs, printed } from "./_output_case.ts";

let hca: TestEnvironment;

function search(text: string, value: Json): Json {
  return compileJmesPath(text)(value);
}

Deno.test.beforeAll(async () => {
  hca = await TestEnvironment.create();
});

Deno.test.afterAll(() => hca[Symbol.asyncDispose]());

Deno.test("compileJmesPath() selects as the JMESPath specification says", () => {
  // From the tutorial of jmespath.org.
  const value = {
    locations: [
      { name: "Seattle", state: "WA" },
      { name: "New York", state: "NY" },
      { name: "Bellevue", state: "WA" },
      { name: "Olympia", state: "WA" },
    ],
  };
  assert.deepEqual(
    search(
      "locations[?state == 'WA'].name | sort(@) | {WashingtonCities: join(', ', @)}",
      value,
    ),
    { WashingtonCities: "Bellevue, Olympia, Seattle" },
  );
  assert.equal(search("no.such[0]", value), null);
});

Deno.test("compileJmesPath() takes exact numbers for numbers", () => {
  const value = [{ n: new ExactNumber("1.0") }, { n: new ExactNumber("2e1") }];
  assert.equal(search("sum([].n)", value), 21);
  assert.deepEqual(search("[?n > `5`].n", value), [20]);
});

Deno.test("compileJmesPath() finds nothing that is not in the value", () => {
  for (const name of ["constructor", "toString", "__proto__"]) {
    assert.equal(search(name, {}), null, name);
  }
});

/** Expressions, and what is wrong with them. */
const WRONG: [string, RegExp][] = [
  ["a.", /^--query is not JMESPath: Syntax error, unexpected token: \(EOF\)$/],
  ["", /^--query is not JMESPath: /],
  ["a[?", /^--query is not JMESPath: /],
  ["[".repeat(20_000), /^--query is not JMESPath: /],
  [
    "a[].lenght(@)",
    /^--query is not JMESPath: there is no function lenght\(\)$/,
  ],
];

for (const [expression, message] of WRONG) {
  Deno.test(`checkOutput refuses --query ${expression.slice(0, 20)}`, async () => {
    using context = contextOf(hca);
    await assert.rejects(
      checkOutput(context, outputAs({ query: expression })),
      (error) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

Deno.test("checkOutput takes a query that fits only some answers", async () => {
  using context = contextOf(hca);
  for (
    const query of [
      "length(results)",
      "a || b",
      "let $x = a in $x",
      "'lenght(@)'",
      '`{"type": "Function", "name": "f"}`',
    ]
  ) await checkOutput(context, outputAs({ query }));
});

Deno.test("printResponse says when a query does not fit the answer", async () => {
  await assert.rejects(
    printed(hca, json({ a: 1 }), { query: "length(a)" }),
    (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, /^--query does not fit the answer: .*length/);
      return true;
    },
  );
});

Deno.test("printResponse writes what a query selects, nothing for null", async () => {
  const body = '{"a":[{"n":1.0},{"n":3}],"z":null}';
  const response = () => answer(body, "application/json");
  assert.equal(
    await printed(hca, response(), { query: "a[].n" }),
    "[\n  1,\n  3\n]\n",
  );
  assert.equal(await printed(hca, response(), { query: "z" }), "");
  assert.equal(await printed(hca, response(), { query: "none" }), "");
  assert.equal(
    await printed(hca, response(), { query: "a", format: "jsonl" }),
    '{"n": 1}\n{"n": 3}\n',
  );
});

Deno.test("printResponse says when the library for queries is not there", async () => {
  using context = contextOf(hca);
  context.environment.jmesPath = () =>
    Promise.reject(new TypeError("Import 'npm:x' failed"));
  await assert.rejects(
    checkOutput(context, outputAs({ query: "a" })),
    (error) => {
      assert.ok(error instanceof LocalError);
      assert.equal(
        error.message,
        "the library for --query cannot be loaded: Import 'npm:x' failed",
      );
      return true;
    },
  );
});
