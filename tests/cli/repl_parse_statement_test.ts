import assert from "node:assert/strict";
import {
  parseStatements,
  type Statement,
} from "../../src/commands/repl/statement/mod.ts";

/** A statement in short. */
function shown({ words, pipe, file, isBackground }: Statement): unknown {
  return {
    words: words.map(({ text }) => text).join(" "),
    ...(pipe !== undefined && { pipe }),
    ...(file && { [file.isAppended ? ">>" : ">"]: file.path.text }),
    ...(isBackground && { isBackground }),
  };
}

const PARSED: [text: string, statements: unknown[]][] = [
  ["", []],
  [" ; \n ;# nothing", []],
  ["a b", [{ words: "a b" }]],
  ["a; b\nc", [{ words: "a" }, { words: "b" }, { words: "c" }]],
  ["last > 'my file'", [{ words: "last", ">": "my file" }]],
  ["> f last x", [{ words: "last x", ">": "f" }]],
  ["a >>f; b", [{ words: "a", ">>": "f" }, { words: "b" }]],
  ["a | jq '.x' | wc -l", [{ words: "a", pipe: "jq '.x' | wc -l" }]],
  ["a | tee f; b\nc", [{ words: "a", pipe: "tee f; b" }, { words: "c" }]],
  ["download $1 &", [{ words: "download $1", isBackground: true }]],
  ["a & # later\nb", [{ words: "a", isBackground: true }, { words: "b" }]],
  ["a &; b", [{ words: "a", isBackground: true }, { words: "b" }]],
  ["a | wc -l &", [{ words: "a", pipe: "wc -l", isBackground: true }]],
  ["a | wc '&'", [{ words: "a", pipe: "wc '&'" }]],
  ["a | wc \\&", [{ words: "a", pipe: "wc \\&" }]],
  ["a | wc &&", [{ words: "a", pipe: "wc &&" }]],
  ["a > f &", [{ words: "a", ">": "f", isBackground: true }]],
];

for (const [text, statements] of PARSED) {
  Deno.test(`parseStatements reads ${JSON.stringify(text)}`, () => {
    assert.deepEqual(parseStatements(text).map(shown), statements);
  });
}

const REFUSED: [text: string, message: string][] = [
  ["a >", "the > at character 3 is followed by no file"],
  ["a > ; b", "the > at character 3 is followed by no file"],
  ["a > | jq", "the > at character 3 is followed by no file"],
  ["a > f > g", "the > at character 7 names a second file"],
  ["a > f | jq", "the | at character 7 cannot follow > FILE"],
  ["| jq", "the | at character 1 follows no command"],
  ["a; > f", "the > at character 4 follows no command"],
  ["&", "the & at character 1 follows no command"],
  ["a && b", "the & at character 3 may only end a command"],
  ["a & b", "the & at character 3 may only end a command"],
  ["a || b", "the | at character 3 is followed by no program"],
  ["a 'b", "the ' at character 3 is not closed"],
];

for (const [text, message] of REFUSED) {
  Deno.test(`parseStatements refuses ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseStatements(text), {
      name: "UsageError",
      message,
    });
  });
}

Deno.test("parseStatements keeps JSON of several lines as it was typed", () => {
  const json = '{\n  "query": {"match": {"a": "b c"}}\n}';
  const [statement] = parseStatements(`post-search --es-query ${json} | wc`);
  assert.equal(statement?.words[2]?.text, json);
  assert.equal(statement?.pipe, "wc");
});
