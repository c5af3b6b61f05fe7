import assert from "node:assert/strict";
import { tokenizeArguments } from "../../src/platform/mod.ts";

const OPTIONS = {
  "replica": { takesValue: true },
  "es-query": { takesValue: true },
  "out": { takesValue: true, short: "o" },
  "verbose": { takesValue: false, short: "v" },
};

/** Tokens in short: `replica=aws`, `replica` (no value), `'word'`, `--`. */
function tokens(...argv: string[]): string[] {
  return tokenizeArguments(argv, OPTIONS).map((token) =>
    token.kind === "option"
      ? `${token.name}${token.value === undefined ? "" : `=${token.value}`}`
      : token.kind === "positional"
      ? `'${token.value}'`
      : "--"
  );
}

const LINES: [string[], string[]][] = [
  [[], []],
  [["a", "b"], ["'a'", "'b'"]],
  [["--replica", "aws", "x"], ["replica=aws", "'x'"]],
  [["--replica=aws"], ["replica=aws"]],
  [["--replica=a=b"], ["replica=a=b"]],
  [["--replica="], ["replica="]],
  [["--replica", ""], ["replica="]],
  [["--replica"], ["replica"]],
  [["--replica", "a", "--replica", "b"], ["replica=a", "replica=b"]],
  [["--es-query", "-1"], ["es-query=-1"]],
  [["--es-query", '{"a": 1}'], ['es-query={"a": 1}']],
  [["--out", "-"], ["out=-"]],
  [["-o", "f"], ["out=f"]],
  [["-of"], ["out=f"]],
  [["-vof"], ["verbose", "out=f"]],
  [["-vv"], ["verbose", "verbose"]],
  [["--verbose", "x"], ["verbose", "'x'"]],
  [["--verbose=yes"], ["verbose=yes"]],
  [["--unknown", "x"], ["unknown", "'x'"]],
  [["--unknown=x"], ["unknown=x"]],
  [["--no-verbose"], ["no-verbose"]],
  [["-x"], ["x"]],
  [["-vx"], ["verbose", "x"]],
  [["-"], ["'-'"]],
  [[""], ["''"]],
  [["--", "--replica", "-v"], ["--", "'--replica'", "'-v'"]],
  [["a", "--", "b", "--", "c"], ["'a'", "--", "'b'", "'--'", "'c'"]],
  [["--__proto__=1"], ["__proto__=1"]],
  [["--constructor", "x"], ["constructor", "'x'"]],
  [["--=x"], ["=x"]],
  [["---x"], ["-x"]],
  [["é", "--replica", "日"], ["'é'", "replica=日"]],
];

for (const [argv, expected] of LINES) {
  Deno.test(`tokenizeArguments of ${JSON.stringify(argv)}`, () => {
    assert.deepEqual(tokens(...argv), expected);
  });
}

Deno.test("tokenizeArguments does not change the words it is given", () => {
  const argv = Object.freeze(["--replica", "aws"]);
  assert.equal(tokenizeArguments(argv, OPTIONS).length, 1);
});

Deno.test("tokenizeArguments tells a value in the same word from one in the next", () => {
  const argv = ["--replica=a", "--replica", "b", "-v"];
  assert.deepEqual(
    tokenizeArguments(argv, OPTIONS).map((token) =>
      token.kind === "option" && token.isInline
    ),
    [true, false, false],
  );
});
