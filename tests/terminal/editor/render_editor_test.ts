import assert from "node:assert/strict";
import {
  type CompletionCandidate,
  renderEditor,
} from "../../../src/terminal/editor/mod.ts";
import { columnsOfLine } from "./_screen.ts";
import { press, stateOf } from "./_keys.ts";

const FAMILY = "👩‍👩‍👧";

function render(text: string, width: number, height = 10, prompt = "$ ") {
  const frame = renderEditor(stateOf(text), prompt, width, height);
  const { lines, cursorRow, cursorColumn } = frame;
  return [lines.join("/"), cursorRow, cursorColumn];
}

Deno.test("renderEditor breaks at the width and knows where the cursor is", () => {
  assert.deepEqual(render("|", 5), ["$ ", 0, 2]);
  assert.deepEqual(render("ab|", 5), ["$ ab", 0, 4]);
  assert.deepEqual(render("abc|", 5), ["$ abc/", 1, 0]);
  assert.deepEqual(render("ab|c", 5), ["$ abc", 0, 4]);
  assert.deepEqual(render("abc|de", 5), ["$ abc/de", 1, 0]);
  assert.deepEqual(render("a|bcdefgh", 5), ["$ abc/defgh", 0, 3]);
});

Deno.test("renderEditor never cuts a wide character", () => {
  assert.deepEqual(render("日本|", 5), ["$ 日/本", 1, 2]);
  assert.deepEqual(render("日|本", 5), ["$ 日/本", 1, 0]);
  assert.deepEqual(render("e\u0301|e\u0301", 5), ["$ e\u0301e\u0301", 0, 3]);
  // Wider than the terminal.
  assert.deepEqual(render(`${FAMILY}|x`, 5), ["$ \ufffdx", 0, 3]);
  assert.deepEqual(render(`${FAMILY}|x`, 6, 9, "$"), [`$/${FAMILY}/x`, 2, 0]);
});

Deno.test("renderEditor marks the lines of a text of several lines", () => {
  assert.deepEqual(render("{\na|\n}", 9), ["$ {/… a/… }", 1, 3]);
  assert.deepEqual(render("{|\n}", 3), ["$ {//… }", 1, 0]);
});

Deno.test("renderEditor shows control characters and obeys none", () => {
  assert.deepEqual(render("\x1b[2J|\x07", 20), ["$ ^[[2J^G", 0, 7]);
  assert.deepEqual(render("a\u202e|b", 20), ["$ a\\u{202e}b", 0, 11]);
  assert.deepEqual(render("\u0301|", 20), ["$ \\u{301}", 0, 9]);
  assert.deepEqual(render("\u200d|", 20), ["$ \\u{200d}", 0, 10]);
  assert.deepEqual(render("\x7f\x9b|", 20), ["$ ^?\\u{9b}", 0, 10]);
  assert.deepEqual(render("a\tb|", 20), ["$ a  b", 0, 6]);
  // Letters that hide behind a letter.
  assert.deepEqual(render("a\u{e0041}|", 30), ["$ a\\u{e0041}", 0, 12]);
  assert.deepEqual(render("a\u200db|", 30), ["$ a\\u{200d}b", 0, 12]);
  assert.deepEqual(render("می\u200cخو|", 30), ["$ می\u200cخو", 0, 6]);
});

Deno.test("renderEditor counts no colour of the prompt, and ends it at each line", () => {
  const prompt = "\x1b[1;32mhca\x1b[0m ";
  assert.deepEqual(render("ab|", 80, 9, prompt), [`${prompt}ab`, 0, 6]);
  const frame = renderEditor(stateOf("|"), "\x1b[32mabcdefg\x1b[0m ", 5, 9);
  assert.deepEqual(frame.lines, [
    "\x1b[32mabcde\x1b[0m",
    "\x1b[32mfg\x1b[0m ",
  ]);
  // Anything but a colour is shown.
  assert.deepEqual(render("|", 20, 9, "\x1b[2Jx"), ["^[[2Jx", 0, 6]);
});

Deno.test("renderEditor shows the part of a high text that the cursor is in", () => {
  const text = ["a", "b", "c", "d", "e", "f"];
  const at = (row: number) =>
    text.map((line, index) => index === row ? `${line}|` : line).join("\n");
  assert.deepEqual(render(at(5), 9, 3), ["… d/… e/… f", 2, 3]);
  assert.deepEqual(render(at(0), 9, 3), ["$ a/… b/… c", 0, 3]);
  assert.deepEqual(render(at(3), 9, 3), ["… c/… d/… e", 1, 3]);
  assert.deepEqual(render(at(3), 9, 1), ["… d", 0, 3]);
});

Deno.test("renderEditor shows what is searched for and what was found", () => {
  const context = { history: ["get x", "help"] };
  const shownAt = (keys: string[]) => {
    const { state } = press(keys, stateOf("|"), context);
    const { lines, cursorColumn } = renderEditor(state, "$ ", 80, 9);
    return [...lines, cursorColumn];
  };
  assert.deepEqual(shownAt(["C-r", "=et"]), [
    "(reverse-i-search)'et': get x",
    25,
  ]);
  assert.deepEqual(shownAt(["C-r", "=zz"]), [
    "(failed reverse-i-search)'zz': ",
    31,
  ]);
  assert.deepEqual(shownAt(["M-<", "C-s", "=h"]), ["(i-search)'h': help", 15]);
  assert.deepEqual(
    shownAt(["C-r", "+\x1b[31m"])[0],
    "(failed reverse-i-search)'^[[31m': ",
  );
});

function menu(
  candidates: readonly CompletionCandidate[],
  width: number,
  height: number,
) {
  const state = { ...stateOf("x|"), menu: candidates };
  const { lines, cursorRow } = renderEditor(state, "$ ", width, height);
  assert.equal(cursorRow, 0);
  return lines.slice(1);
}

const plain = (...values: string[]) =>
  values.map((value) => ({ value, description: "" }));

Deno.test("renderEditor lists words in columns", () => {
  const letters = plain("aa", "b", "c", "d", "e");
  assert.deepEqual(menu(letters, 10, 9), ["aa  c   e", "b   d"]);
  assert.deepEqual(menu(letters, 5, 9), ["aa", "b", "c", "d", "e"]);
  assert.deepEqual(menu(plain("日本", "e\u0301"), 8, 9), ["日本", "e\u0301"]);
  assert.deepEqual(menu(plain("abcdefgh"), 5, 9), ["abcd…"]);
});

Deno.test("renderEditor lists words with summaries beside", () => {
  const described = [
    { value: "download", description: "Fetch the files of a bundle." },
    { value: "日本", description: "Two\nlines." },
  ];
  assert.deepEqual(menu(described, 30, 9), [
    "download  Fetch the files of …",
    "日本      Two\\u{a}lines.",
  ]);
  assert.deepEqual(menu(described, 12, 9), ["download", "日本"]);
});

Deno.test("renderEditor lists the labels of words that have one", () => {
  const menu = ["one", "two"].map((name) => ({
    ...{ value: `--to=data/${name}`, description: "", label: name },
  }));
  const state = { ...stateOf("x|"), menu };
  assert.deepEqual(renderEditor(state, "$ ", 20, 9).lines, ["$ x", "one  two"]);
  const described = menu.map((word) => ({ ...word, description: "a path" }));
  assert.deepEqual(
    renderEditor({ ...state, menu: described }, "$ ", 20, 9).lines,
    ["$ x", "one  a path", "two  a path"],
  );
});

Deno.test("renderEditor says how many words had no room", () => {
  const many = plain(...Array.from({ length: 130 }, (_, n) => `w${n + 100}`));
  assert.deepEqual(menu(many, 11, 7), [
    "w100  w105",
    "w101  w106",
    "w102  w107",
    "w103  w108",
    "w104  w109",
    "… 120 more",
  ]);
  assert.deepEqual(menu(many, 11, 2), ["… 130 more"]);
  assert.deepEqual(menu(many, 11, 1), []);
  const described = many.map((one) => ({ ...one, description: "is a word" }));
  assert.deepEqual(menu(described, 30, 4), [
    "w100  is a word",
    "w101  is a word",
    "… 128 more",
  ]);
  // Without their summaries they all fit.
  assert.deepEqual(menu(described.slice(0, 6), 30, 4), [
    "w100  w102  w104",
    "w101  w103  w105",
  ]);
});

Deno.test("renderEditor shows what fits of ten thousand words and a long text", () => {
  const many = Array.from({ length: 10_000 }, (_, n) => ({
    value: `2f5c9a7e-${n}`,
    description: n % 2 === 0 ? "a bundle" : "",
  }));
  const state = { ...stateOf(`${"x".repeat(20_000)}|`), menu: many };
  const { lines } = renderEditor(state, "$ ", 80, 300);
  assert.equal(lines.length, 300);
  assert.ok(lines.every((line) => columnsOfLine(line) <= 80));
});
