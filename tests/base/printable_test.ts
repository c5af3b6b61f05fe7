import assert from "node:assert/strict";
import { isPrintable, printable, quote } from "../../src/base/mod.ts";

const SHOWN: [string, string][] = [
  ["\x1b[2J", "\\u{1b}[2J"],
  ["a\nb\rc\td", "a\\u{a}b\\u{d}c\\u{9}d"],
  ["\0\x07\x7f\x9b", "\\u{0}\\u{7}\\u{7f}\\u{9b}"],
  ["\u202egpj.exe", "\\u{202e}gpj.exe"],
  ["a\u200bb\ufeff", "a\\u{200b}b\\u{feff}"],
  ["\u2028\u2029", "\\u{2028}\\u{2029}"],
  ["\ud800x", "\\u{d800}x"],
  ["\u{e0041}", "\\u{e0041}"],
];

for (const [text, shown] of SHOWN) {
  Deno.test(`printable shows ${shown}`, () => {
    assert.equal(printable(text), shown);
    assert.equal(isPrintable(text), false);
  });
}

for (const text of ["", "plain text", "é 日本 😀", "#%[]{}'\" -"]) {
  Deno.test(`printable leaves ${JSON.stringify(text)} alone`, () => {
    assert.equal(printable(text), text);
    // Twice: a stateful expression would answer differently.
    assert.equal(isPrintable(text), true);
    assert.equal(isPrintable(text), true);
  });
}

Deno.test("quote escapes and cuts at the limit", () => {
  assert.equal(quote("a"), "'a'");
  assert.equal(quote("\x07"), "'\\u{7}'");
  assert.equal(quote("x".repeat(80)), `'${"x".repeat(80)}'`);
  assert.equal(quote("x".repeat(81)), `'${"x".repeat(80)}…'`);
  assert.equal(quote("abcdef", 3), "'abc…'");
});

Deno.test("quote never cuts a character in half", () => {
  assert.equal(quote("ab😀d", 3), "'ab…'");
});
