import assert from "node:assert/strict";
import {
  expandHistory,
  expandWord,
  type ExpansionSources,
  parseStatements,
} from "../../src/commands/repl/statement/mod.ts";

const ITEMS = ["one", "two", undefined, "$1"];

const SOURCES: ExpansionSources = {
  home: "/home/me",
  references: {
    itemCount: ITEMS.length,
    last: "newest",
    text: (number) => ITEMS[number - 1],
  },
};

/** The words of a line, expanded. */
function expand(line: string, sources = SOURCES): string[] {
  return parseStatements(line)
    .flatMap(({ words }) => words)
    .map((word) => expandWord(word, sources));
}

Deno.test("expandWord replaces references outside of single quotes, backslashes and JSON", () => {
  assert.deepEqual(expand("x $1 ${2}a $_ ${_}b --u=$1"), [
    ...["x", "one", "twoa", "newest", "newestb", "--u=one"],
  ]);
  assert.deepEqual(expand(`"$1 $2" '$1' \\$1 "\\$1" {"a":"$1"}`), [
    ...["one two", "$1", "$1", "$1", '{"a":"$1"}'],
  ]);
  assert.deepEqual(expand("$ $x $_x ${x} $4"), [
    ...["$", "$x", "$_x", "${x}", "$1"],
  ]);
});

Deno.test("expandWord replaces ~ at the start of a path", () => {
  assert.deepEqual(expand("~/a ~ --dir=~/b ~/'c d'"), [
    ...["/home/me/a", "/home/me", "--dir=/home/me/b", "/home/me/c d"],
  ]);
  assert.deepEqual(expand("a~/b ~me '~/a' \"~/a\" \\~/a a=~/b ~'x'"), [
    ...["a~/b", "~me", "~/a", "~/a", "~/a", "a=~/b", "~x"],
  ]);
  assert.deepEqual(expand("~/$1"), ["/home/me/one"]);
});

const MISSING: [line: string, itemCount: number, message: string][] = [
  ["$7", 4, "there is no $7; the last answer has $1 to $4"],
  ["a$0", 4, "there is no $0; the last answer has $1 to $4"],
  ["${2}", 1, "there is no $2; the last answer has $1 only"],
  ["$1", 0, "there is no $1; the last answer lists nothing"],
  ["$3", 4, "there is no $3; that item of the last answer has no identifier"],
  ["$_", 0, "there is no $_; no answer has named anything yet"],
];

for (const [line, itemCount, message] of MISSING) {
  Deno.test(`expandWord refuses ${line} of ${itemCount}`, () => {
    const references = {
      itemCount,
      last: undefined,
      text: (number: number) =>
        number <= itemCount ? ITEMS[number - 1] : undefined,
    };
    assert.throws(() => expand(line, { ...SOURCES, references }), {
      name: "UsageError",
      message,
    });
  });
}

const HISTORY = ["get-bundle a", "post-search", "get-file b"];

Deno.test("expandHistory replaces events at the start of words", () => {
  const cases: [line: string, expanded: string][] = [
    ["!!", "get-file b"],
    ["!! | jq .  # !!", "get-file b | jq .  # !!"],
    ["!2", "post-search"],
    ["!get-b > f", "get-bundle a > f"],
    ["!get", "get-file b"],
    ["a; !2 x", "a; post-search x"],
    ["a!! '!!' \"!!\" \\!! ! !=", "a!! '!!' \"!!\" \\!! ! !="],
    ["a | grep !!", "a | grep !!"],
    ["x {!!", "x {!!"],
  ];
  for (const [line, expanded] of cases) {
    assert.equal(expandHistory(line, HISTORY), expanded);
  }
});

Deno.test("expandHistory refuses what is not there", () => {
  const cases: [line: string, history: string[], message: string][] = [
    ["!!", [], "there is no !!; the history is empty"],
    ["!9", HISTORY, "there is no !9; the history has !1 to !3"],
    ["!0", HISTORY, "there is no !0; the history has !1 to !3"],
    ["!1", [], "there is no !1; the history is empty"],
    ["!put", HISTORY, "there is no !put; no line of the history begins so"],
  ];
  for (const [line, history, message] of cases) {
    assert.throws(() => expandHistory(line, history), {
      name: "UsageError",
      message,
    });
  }
});
