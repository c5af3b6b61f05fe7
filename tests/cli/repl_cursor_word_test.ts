import assert from "node:assert/strict";
import {
  findCursorWord,
  insertCandidate,
  splitWords,
} from "../../src/commands/repl/statement/mod.ts";
import { seeded } from "../support/seeded.ts";

/** A text with `|` in the place of the cursor. */
function at(marked: string): { text: string; cursor: number } {
  const cursor = marked.indexOf("^");
  return { text: marked.replace("^", ""), cursor };
}

const FOUND: [marked: string, before: string[], text: string, quote: string][] =
  [
    ["^", [], "", ""],
    ["get-b^", [], "get-b", ""],
    ["get-bundle ^", ["get-bundle"], "", ""],
    ["get-bundle --uu^ x", ["get-bundle"], "--uu", ""],
    ["a 'b c^", ["a"], "b c", "'"],
    ['a "b \\"^', ["a"], 'b "', '"'],
    ["a 'b c'^", ["a"], "b c", ""],
    ["a b\\^", ["a"], "b", ""],
    ["x y; a --rep^", ["a"], "--rep", ""],
    ["x\na ^", ["a"], "", ""],
    ["a \\\n b^", ["a"], "b", ""],
    ["a > f b^", ["a"], "b", ""],
    ['a {"x": 1} b^', ["a", '{"x": 1}'], "b", ""],
    ["a $1 ^", ["a", "$1"], "", ""],
  ];

for (const [marked, before, text, quote] of FOUND) {
  Deno.test(`findCursorWord in ${JSON.stringify(marked)}`, () => {
    const found = findCursorWord(at(marked));
    assert.deepEqual(found?.before.map((word) => word.text), before);
    assert.equal(found?.text, text);
    assert.equal(found?.quote, quote);
    assert.equal(found?.isFile, false);
    assert.equal(found?.span.end, marked.indexOf("^"));
  });
}

Deno.test("findCursorWord knows the file behind a >", () => {
  for (const marked of ["last > my^", "last >>^", "last > ^"]) {
    assert.equal(findCursorWord(at(marked))?.isFile, true);
  }
});

Deno.test("findCursorWord is nothing in comments, JSON, and behind | and &", () => {
  const nowhere = [
    "a # b^",
    'a {"b^',
    "--q=[1, ^",
    "a | jq ^",
    "a |^",
    "a & ^",
  ];
  for (const marked of [...nowhere, "a [} b^"]) {
    assert.equal(findCursorWord(at(marked)), undefined, marked);
  }
});

const INSERTED: [
  marked: string,
  candidate: string,
  isFinal: boolean,
  result: string,
][] = [
  ["get-b^", "get-bundle", true, "get-bundle ^"],
  ["get-b^ --uuid", "get-bundle", true, "get-bundle^ --uuid"],
  ["a ^", "my file", true, "a 'my file' ^"],
  ["a my^", "my dir/", false, "a 'my dir/^"],
  ["a 'my d^", "my dir/", false, "a 'my dir/^"],
  ["a 'my d^", "my dir/x", true, "a 'my dir/x' ^"],
  ["a 'my d^'", "my dir/x", true, "a 'my dir/x' ^"],
  ["a 'my d^'", "my dir/", false, "a 'my dir/^'"],
  ['a "my d^', 'my "d$', true, 'a "my \\"d\\$" ^'],
  ["a 'it^", "it's", true, "a 'it'\\''s' ^"],
  ["a ~/d^", "~/docs/", false, "a ~/docs/^"],
  ["a ~/d^", "~/my docs/x", true, "a ~/'my docs/x' ^"],
  ["a --dir=~/^", "--dir=~/my docs/", false, "a --dir=~/'my docs/^"],
  ["a ~^", "~x", true, "a '~x' ^"],
];

for (const [marked, candidate, isFinal, result] of INSERTED) {
  Deno.test(`insertCandidate puts ${candidate} into ${marked}`, () => {
    const place = at(marked);
    const found = findCursorWord(place);
    assert.ok(found);
    const { text, cursor } = insertCandidate(place, found, candidate, isFinal);
    assert.equal(`${text.slice(0, cursor)}^${text.slice(cursor)}`, result);
  });
}

Deno.test("insertCandidate makes what splitWords reads as the candidate", () => {
  const random = seeded(7);
  const letters = [..."ab '\"\\$~#{[|>&;!=-/é漢"];
  const text = (length: number) =>
    Array.from(
      { length: Math.floor(random() * length) },
      () => letters[Math.floor(random() * letters.length)],
    ).join("");
  let count = 0;
  for (let round = 0; round < 5000; round++) {
    const typed = `cmd ${text(6)}`;
    const place = { text: typed, cursor: typed.length };
    const found = findCursorWord(place);
    if (found === undefined) continue;
    count++;
    const candidate = text(10);
    const result = insertCandidate(place, found, candidate, true);
    const last = splitWords(result.text).at(-1);
    assert.equal(last?.kind === "word" && last.word.text, candidate, typed);
  }
  assert.ok(count > 2000);
});
