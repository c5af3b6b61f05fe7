import assert from "node:assert/strict";
import { UsageError } from "../../src/base/mod.ts";
import {
  isUnfinished,
  quoteWord,
  splitWords,
  type Token,
  tokenize,
} from "../../src/commands/repl/statement/mod.ts";
import { seeded } from "../support/seeded.ts";
import { ends } from "../support/ends.ts";

const MODULE = new URL(
  "../../src/commands/repl/statement/mod.ts",
  import.meta.url,
);
/** Words as their text, operators in angle brackets. */
function shown(tokens: readonly Token[]): string[] {
  return tokens.map((token) =>
    token.kind === "word"
      ? token.word.text
      : token.kind === "pipe"
      ? `<| ${token.text}>`
      : `<${token.operator}>`
  );
}

const SPLITS: [line: string, tokens: string[]][] = [
  ["", []],
  ["  \t ", []],
  ["get-bundle --uuid  x", ["get-bundle", "--uuid", "x"]],
  ["a\u00a0b\u3000c", ["a", "b", "c"]],
  ["'a b' c", ["a b", "c"]],
  ["'a\\n\"$1'", ['a\\n"$1']],
  ['"a \\" \\\\ \\$ \\` \\n"', ['a " \\ $ ` \\n']],
  ["a\\ b \\' \\\\", ["a b", "'", "\\"]],
  ["\\𝄞 x", ["𝄞", "x"]],
  [`a"b"'c'd`, ["abcd"]],
  [`"" '' x`, ["", "", "x"]],
  ["two \\\n lines\\\nhere", ["two", "lineshere"]],
  ["one\ntwo", ["one", "<newline>", "two"]],
  ['{"a": [1, "}\\""]} b', ['{"a": [1, "}\\""]}', "b"]],
  ['--es-query={\n  "a": {} }\tx', ['--es-query={\n  "a": {} }', "x"]],
  ["[{}, []]x[ y", ["[{}, []]x[", "y"]],
  // JSON knows no single quotes: the bracket in them counts.
  ["{'}x y", ["{'}x", "y"]],
  ["results[].a[0] --x=a[", ["results[].a[0]", "--x=a["]],
  ["a # b 'c", ["a"]],
  ["a#b '#' # c\nd", ["a#b", "#", "<newline>", "d"]],
  ['{"a": "#"}', ['{"a": "#"}']],
  ["a>b >>c > d", ["a", "<>>", "b", "<>>>", "c", "<>>", "d"]],
  ["a;b ; c", ["a", "<;>", "b", "<;>", "c"]],
  ["a &", ["a", "<&>"]],
  ["a&", ["a", "<&>"]],
  ["a&;b", ["a", "<&>", "<;>", "b"]],
  ["http://h/?a=1&b=2", ["http://h/?a=1&b=2"]],
  ["a && b", ["a", "<&>", "<&>", "b"]],
  ["'a|b;c>d&' e", ["a|b;c>d&", "e"]],
  ["a|jq . ; b", ["a", "<| jq . ; b>"]],
  ["a | jq '.x\n| y' > f\nb", ["a", "<| jq '.x\n| y' > f>", "<newline>", "b"]],
  ["a |\n jq . |\n wc\nb", ["a", "<| jq . |\n wc>", "<newline>", "b"]],
  ["a | wc # don't\nb", ["a", "<| wc # don't>", "<newline>", "b"]],
  ['a | x "\\"\n|" y\nb', ["a", '<| x "\\"\n|" y>', "<newline>", "b"]],
  ["a | wc \\\n -l", ["a", "<| wc \\\n -l>"]],
];

for (const [line, tokens] of SPLITS) {
  Deno.test(`splitWords cuts ${JSON.stringify(line)}`, () => {
    assert.deepEqual(shown(splitWords(line)), tokens);
    assert.equal(isUnfinished(line), false);
  });
}

const OPEN: [line: string, message: string][] = [
  ["a 'b", "the ' at character 3 is not closed"],
  ['ab "c\\"', 'the " at character 4 is not closed'],
  ['x {"a": [1, {"b": 2}', "the [ at character 9 is not closed"],
  ["--q={", "the { at character 5 is not closed"],
  ['{"a', "the { at character 1 is not closed"],
  ["a \\", "nothing follows the \\ at character 3"],
  ["a\n漢字 'b", "the ' at line 2, character 4 is not closed"],
  ["a |", "no program follows the | at character 3"],
  ["a | jq . | ", "no program follows the | at character 10"],
  ["a | jq '.x", "the ' at character 8 is not closed"],
  ["a | jq \\", "nothing follows the \\ at character 8"],
];

for (const [line, message] of OPEN) {
  Deno.test(`splitWords refuses ${JSON.stringify(line)}, which goes on`, () => {
    assert.throws(() => splitWords(line), { name: "UsageError", message });
    assert.equal(isUnfinished(line), true);
  });
}

Deno.test("splitWords refuses a bracket that does not fit, and Enter does not go on", () => {
  for (const line of ['{"a": 1] \'x', "[}"]) {
    assert.throws(() => splitWords(line), {
      name: "UsageError",
      message: /^the [\]}] at character \d+ closes no bracket$/,
    });
    assert.equal(isUnfinished(line), false);
  }
});

Deno.test("splitWords tells where each word stands, and what may be replaced in it", () => {
  const line = `ab 'c d'"e$1"f \\$1`;
  const words = splitWords(line).flatMap((token) =>
    token.kind === "word" ? [token.word] : []
  );
  assert.deepEqual(
    words.map(({ span }) => line.slice(span.start, span.end)),
    ["ab", `'c d'"e$1"f`, "\\$1"],
  );
  assert.deepEqual(words[1]?.parts, [
    { kind: "literal", text: "c d" },
    { kind: "double", text: "e$1" },
    { kind: "plain", text: "f" },
  ]);
  assert.deepEqual(words[2]?.parts, [
    { kind: "literal", text: "$" },
    { kind: "plain", text: "1" },
  ]);
});

const ALPHABET = [
  ..."ab01 \t\n'\"\\$!~#{}[]|>&;=-_.,:@%/*?<()`",
  ..."é漢👩\u0301\u00a0\u2028\ud800",
];

function randomText(random: () => number, length: number): string {
  return Array.from(
    { length: Math.floor(random() * length) },
    () => ALPHABET[Math.floor(random() * ALPHABET.length)],
  ).join("");
}

Deno.test("quoteWord makes what splitWords gives back, alone and among others", () => {
  const random = seeded(6);
  for (let round = 0; round < 5000; round++) {
    const words = Array.from(
      { length: 1 + Math.floor(random() * 4) },
      () => randomText(random, 12),
    );
    const line = words.map(quoteWord).join(" ");
    const tokens = splitWords(line);
    assert.deepEqual(shown(tokens), words, line);
    for (const token of tokens) assert.equal(token.kind, "word");
  }
});

Deno.test("quoteWord leaves words alone that need no quotes", () => {
  for (const word of ["--replica=aws", "a/b.c", "2019-08-01T200147.836832Z"]) {
    assert.equal(quoteWord(word), word);
  }
  assert.equal(quoteWord(""), "''");
  assert.equal(quoteWord("a b"), "'a b'");
  assert.equal(quoteWord("it's $1"), '"it\'s \\$1"');
});

Deno.test("quoteWord makes what sh reads in the same way", {
  ignore: Deno.build.os === "windows",
}, async () => {
  const words = [
    "a b",
    "$1",
    "a\\b",
    'say "x"',
    "it's",
    'it\'s "$HOME" \\',
    "*",
  ];
  const { stdout } = await new Deno.Command("sh", {
    args: ["-fc", `printf '%s\\n' ${words.map(quoteWord).join(" ")}`],
  }).output();
  assert.deepEqual(new TextDecoder().decode(stdout).split("\n"), [
    ...words,
    "",
  ]);
});

Deno.test("splitWords takes any text or says in one line what is wrong", () => {
  const random = seeded(66);
  for (let round = 0; round < 20_000; round++) {
    const text = randomText(random, 20);
    const { open, stray } = tokenize(text);
    try {
      for (const token of splitWords(text)) {
        const { start, end } = token.kind === "word"
          ? token.word.span
          : token.span;
        assert.ok(start < end && end <= text.length, text);
      }
      assert.ok(open === undefined && stray === undefined, text);
    } catch (error) {
      assert.ok(error instanceof UsageError, `${text}: ${error}`);
      assert.doesNotMatch(error.message, /\n/);
      assert.ok(open !== undefined || stray !== undefined, text);
    }
  }
});

Deno.test("splitWords takes linear time", async () => {
  const big = JSON.stringify({ list: new Array(200_000).fill({ a: "]" }) });
  const lines = [big, `x "${'a\\"'.repeat(300_000)}`, "[".repeat(1e6)];
  await ends(MODULE, "tokenize", ...lines.map((line) => [line]));
});
