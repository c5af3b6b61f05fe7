import assert from "node:assert/strict";
import { press, shown, stateOf } from "./_keys.ts";

const FAMILY = "👩‍👩‍👧";

const CASES: [before: string, keys: string[], after: string][] = [
  // Moving.
  ["one two|", ["C-a"], "|one two"],
  ["one two|", ["home"], "|one two"],
  ["|one two", ["C-e"], "one two|"],
  ["|one two", ["end"], "one two|"],
  ["one|", ["C-b"], "on|e"],
  ["one|", ["left", "left"], "o|ne"],
  ["|one", ["C-f"], "o|ne"],
  ["|one", ["right"], "o|ne"],
  ["a\nbc|\nd", ["C-a"], "a\n|bc\nd"],
  ["a\n|bc\nd", ["C-e"], "a\nbc|\nd"],
  ["get-bundle x.y|", ["M-b"], "get-bundle x.|y"],
  ["get-bundle x.y|", ["M-b", "M-b", "C-left"], "get-|bundle x.y"],
  ["|get-bundle x", ["M-f"], "get|-bundle x"],
  ["|get-bundle x", ["C-right", "M-right"], "get-bundle| x"],
  ["|", ["M-f", "M-b"], "|"],
  // Grapheme clusters are one step.
  ["ae\u0301|", ["left"], "a|e\u0301"],
  [`x${FAMILY}|y`, ["left"], `x|${FAMILY}y`],
  [`x|${FAMILY}y`, ["right"], `x${FAMILY}|y`],
  [`x${FAMILY}|y`, ["backspace"], "x|y"],
  ["日本|語", ["left", "left"], "|日本語"],
  ["🇩🇪🇫🇷|", ["left"], "🇩🇪|🇫🇷"],
  ["e|x", ["=\u0301"], "e\u0301|x"],
  // Deleting.
  ["ab|c", ["C-d"], "ab|"],
  ["a|bc", ["delete"], "a|c"],
  ["ab|c", ["backspace"], "a|c"],
  ["ab|c", ["C-h"], "a|c"],
  // Killing and yanking.
  ["one |two", ["C-k"], "one |"],
  ["one |two\nx", ["C-k"], "one |\nx"],
  ["one|\nx", ["C-k"], "one|x"],
  ["one two|", ["C-u"], "|"],
  ["x\none| two", ["C-u"], "x\n| two"],
  ["x\n|two", ["C-u"], "x|two"],
  ["a b-c|", ["C-w"], "a |"],
  ["a b-c  |", ["C-w"], "a |"],
  ["a b-c|", ["M-backspace"], "a b-|"],
  ["a |b-c", ["M-d"], "a |-c"],
  ["one two|", ["C-w", "C-y", "C-y"], "one twotwo|"],
  ["a b c|", ["C-w", "C-w", "C-y"], "a b c|"],
  ["|a b c", ["M-d", "M-d", "end", "C-y"], " ca b|"],
  ["a b c|", ["C-w", "left", "C-w", "end", "C-y"], "a  b|"],
  ["a b|", ["C-w", "left", "C-w", "C-y", "M-y"], "b| "],
  ["a b|", ["C-w", "left", "C-w", "C-y", "M-y", "M-y"], "a| "],
  // Swapping.
  ["ab|", ["C-t"], "ba|"],
  ["a|b", ["C-t"], "ba|"],
  ["a|e\u0301z", ["C-t"], "e\u0301a|z"],
  // Undoing: what was typed in one go, and each change besides.
  ["|", ["=a", "=b", "C-_"], "|"],
  ["|", ["=a", "=b", "= ", "=c", "C-_"], "ab |"],
  ["|", ["=a", "=b", "= ", "=c", "C-_", "C-_"], "|"],
  ["one two|", ["C-w", "C-w", "C-_"], "one |"],
  ["one two|", ["C-w", "C-w", "C-_", "C-_"], "one two|"],
  ["a|", ["C-t"], "a|"],
  // Several lines.
  ["{|", ["return", "=}"], "{\n}|"],
  ["x|", ["M-return", "=y"], "x\ny|"],
  ["abc\nd\nefgh|", ["up"], "abc\nd|\nefgh"],
  ["abc\nd\nefgh|", ["up", "up"], "abc|\nd\nefgh"],
  ["abc|\nd\nefgh", ["down", "down"], "abc\nd\nefg|h"],
  ["日本|\nab", ["C-n"], "日本\nab|"],
  // Not bound.
  ["a|b", ["f5", "M-~", "C-]", "escape", "resize", "insert"], "a|b"],
];

for (const [before, keys, after] of CASES) {
  const title = JSON.stringify(before).slice(1, -1);
  Deno.test(`editKey makes of ${title} by ${JSON.stringify(keys)}`, () => {
    assert.equal(shown(press(keys, stateOf(before)).state), after);
  });
}

const HISTORY = ["first", "second", "{\n  two\n}"];
const inHistory = (keys: string[], before = "dra|ft") =>
  press(keys, stateOf(before), { history: HISTORY });

Deno.test("editKey walks the history and brings the unfinished line back", () => {
  assert.equal(shown(inHistory(["up"]).state), "{\n  two\n}|");
  // Three lines up inside of it, then on.
  assert.equal(shown(inHistory(["up", "up", "up", "up"]).state), "second|");
  assert.equal(
    shown(inHistory(["C-p", "C-p", "C-p", "C-n"]).state),
    "{\n | two\n}",
  );
  assert.equal(
    shown(inHistory(["up", "up", "up", "up", "down", "down"]).state),
    "draft|",
  );
  assert.equal(shown(inHistory(["M-<"]).state), "first|");
  assert.equal(shown(inHistory(["M-<", "M->"]).state), "draft|");
  assert.equal(inHistory(["M-<", "up"]).effect?.kind, "bell");
  assert.equal(inHistory(["down"]).effect?.kind, "bell");
});

Deno.test("editKey keeps what was changed in an entry while the line lasts", () => {
  const { state } = inHistory(["M-<", "=!", "down", "up"]);
  assert.equal(shown(state), "first!|");
  assert.equal(
    shown(press(["C-c", "M-<"], state, { history: HISTORY }).state),
    "first|",
  );
});

Deno.test("editKey asks its caller for what is not editing", () => {
  const effectOf = (before: string, ...keys: string[]) =>
    press(keys, stateOf(before)).effect?.kind;
  assert.equal(effectOf("x|", "return"), "submit");
  assert.equal(effectOf("x|", "enter"), "submit");
  assert.equal(effectOf("|", "return"), "submit");
  assert.equal(effectOf("{|", "return"), undefined);
  assert.equal(effectOf("|", "C-d"), "end");
  assert.equal(effectOf("x|", "C-d"), "bell");
  assert.equal(effectOf("x|", "tab"), "complete");
  assert.equal(effectOf("x|", "C-l"), "clear-screen");
  assert.equal(effectOf("|x", "left"), "bell");
  assert.equal(effectOf("|", "C-y"), "bell");
  assert.equal(effectOf("|", "C-_"), "bell");
  assert.equal(effectOf("x|", "M-y"), "bell");
});

Deno.test("editKey clears the line on Ctrl-C and keeps what was killed", () => {
  const { state, effect } = press(["C-w", "=new", "C-c"], stateOf("old|"));
  assert.equal(effect?.kind, "interrupt");
  assert.equal(shown(state), "|");
  assert.equal(shown(press(["C-y"], state).state), "old|");
});

Deno.test("editKey runs nothing that is pasted", () => {
  const { state, effect } = press(["+one\r\ntwo\rthree\n"], stateOf("|"));
  assert.equal(effect, undefined);
  assert.equal(shown(state), "one\ntwo\nthree|");
  assert.equal(press(["return"], state).effect?.kind, "submit");
  const half = press(['+{"a": 1,\r'], stateOf("|")).state;
  assert.equal(shown(half), '{"a": 1,\n|');
  assert.equal(shown(press(["C-_"], half).state), "|");
});
