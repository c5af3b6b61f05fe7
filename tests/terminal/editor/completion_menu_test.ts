import assert from "node:assert/strict";
import {
  applyCompletion,
  openQuote,
  quoteWord,
} from "../../../src/terminal/editor/mod.ts";
import { unquoteWord } from "../../../src/commands/completion/unquote_word.ts";
import { seeded } from "../../support/seeded.ts";
import { press, shown, stateOf } from "./_keys.ts";

const words = (...values: string[]) =>
  values.map((value) => ({ value, description: "" }));

function complete(before: string, ...values: string[]) {
  const state = stateOf(before);
  const typed = state.text.slice(0, state.cursor);
  const start = typed.lastIndexOf(" ") + 1;
  return applyCompletion(state, { start, candidates: words(...values) });
}

Deno.test("applyCompletion puts in the only word and a blank", () => {
  const done = (before: string, value: string) =>
    shown(complete(before, value).state);
  assert.equal(done("dss down|", "download"), "dss download |");
  assert.equal(done("dss |", "download"), "dss download |");
  assert.equal(done("down| x", "download"), "download |x");
  assert.equal(done("down|x", "download"), "download |x");
  assert.equal(done("cd /tm|", "/tmp/"), "cd /tmp/|");
  assert.equal(done("cd a|", "a b"), "cd a\\ b |");
  assert.equal(done('cd "a|', "a b"), 'cd "a b" |');
  assert.equal(done("cd 'a|", "a'b"), "cd 'a'\\''b' |");
  assert.equal(done('cd "a|', "a b/"), 'cd "a b/|');
});

Deno.test("applyCompletion keeps a word open that may go on", () => {
  const { state } = applyCompletion(stateOf("--f|"), {
    start: 0,
    candidates: [{ value: "--file=", description: "", isUnfinished: true }],
  });
  assert.equal(shown(state), "--file=|");
});

Deno.test("applyCompletion puts a verbatim word in as it is", () => {
  const verbatim = (before: string, ...values: string[]) =>
    applyCompletion(stateOf(before), {
      start: before.lastIndexOf(" ") + 1,
      candidates: values.map((value) => ({
        ...{ value, description: "", isVerbatim: true },
      })),
    }).state;
  assert.equal(shown(verbatim("get $|", "$1")), "get $1 |");
  assert.equal(shown(verbatim('get "$|', "$1")), "get $1 |");
  assert.equal(shown(verbatim("!g|", "!get-a", "!get-b")), "!get-|");
  const { menu, text } = verbatim("!get-|", "!get-a", "!get-b");
  assert.deepEqual([menu?.length, text], [2, "!get-"]);
});

Deno.test("applyCompletion puts in what is common first, and then lists", () => {
  const first = complete("get-|", "get-bundle", "get-bundles-all").state;
  assert.equal(shown(first), "get-bundle|");
  assert.equal(first.menu, undefined);
  const second = complete(shown(first), "get-bundle", "get-bundles-all").state;
  assert.equal(shown(second), "get-bundle|");
  assert.deepEqual(second.menu?.map(({ value }) => value), [
    "get-bundle",
    "get-bundles-all",
  ]);
  assert.equal(press(["=s"], second).state.menu, undefined);
  assert.equal(press(["resize"], second).state.menu?.length, 2);
});

Deno.test("applyCompletion cuts no cluster where words part", () => {
  const accents = complete("x|", "xe\u0301", "xe\u0300").state;
  assert.equal(accents.text, "x");
  assert.equal(accents.menu?.length, 2);
  assert.equal(complete("|", "😀a", "😁b").state.text, "");
});

Deno.test("applyCompletion never puts control characters in", () => {
  const { state, isUseless } = complete("a|", "a\x1b[2J", "a\nb", "a\u202eb");
  assert.equal(isUseless, true);
  assert.equal(shown(state), "a|");
  assert.equal(shown(complete("a|", "a\rb", "abc").state), "abc |");
});

Deno.test("applyCompletion is undone as one change", () => {
  const { state } = complete("dss down|", "download");
  assert.equal(shown(press(["C-_"], state).state), "dss down|");
});

const ALPHABET = [..."ab $`\"'\\!#&|;<>(){}[]*?~%é日\u00a0\t-=/"];

/** Words of characters that mean something to a shell, and others. */
function randomWords(count: number): string[] {
  const random = seeded(6);
  return Array.from({ length: count }, () => {
    const length = Math.floor(random() * 8);
    return Array.from(
      { length },
      () => ALPHABET[Math.floor(random() * ALPHABET.length)],
    ).join("");
  });
}

Deno.test("quoteWord and openQuote are turned back by a splitter", () => {
  for (const word of randomWords(3000)) {
    for (const quote of ["", "'", '"'] as const) {
      const whole = quoteWord(word, quote);
      assert.equal(unquoteWord(whole), word, whole);
      assert.equal(openQuote(whole), "", whole);
      const part = quoteWord(word, quote, false);
      assert.equal(openQuote(part), quote, part);
      assert.equal(unquoteWord(part), word, part);
    }
  }
});

Deno.test({
  name: "bash reads quoted words as they were",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const words = randomWords(300).filter((word) => !word.startsWith("~"));
    const line = words.flatMap((word) => [
      quoteWord(word),
      quoteWord(word, "'"),
      quoteWord(word, '"'),
    ]).join(" ");
    const { stdout } = await new Deno.Command("bash", {
      args: ["--norc", "-c", `printf '%s\\0' ${line}`],
    }).output();
    const expected = words.flatMap((word) => [word, word, word]);
    const read = new TextDecoder().decode(stdout).split("\0").slice(0, -1);
    assert.deepEqual(read, expected);
  },
});
