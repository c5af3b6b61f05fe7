import assert from "node:assert/strict";
import { displayWidth, truncate } from "../../src/terminal/mod.ts";

/** Texts and their columns, from EastAsianWidth.txt of Unicode 14. */
const WIDTHS: [string, number][] = [
  ["", 0],
  ["abc", 3],
  ["é", 1],
  ["e\u0301", 1],
  ["ａｂ", 4],
  ["ｱ", 1],
  ["漢字", 4],
  ["한글", 4],
  ["\u1112\u1161\u11ab", 2],
  ["ひらがな", 8],
  ["。", 2],
  ["〿", 1],
  ["𠀀", 2],
  ["🧬", 2],
  ["✔", 1],
  ["⌚", 2],
  ["🇩", 1],
  ["…", 1],
  ["─", 1],
  ["Ω", 1],
  ["\u200b", 0],
  ["\x1b\x07", 0],
];

for (const [text, width] of WIDTHS) {
  Deno.test(`displayWidth() of ${JSON.stringify(text)} is ${width}`, () => {
    assert.equal(displayWidth(text), width);
  });
}

/** Text, columns, what is left. */
const CUT: [string, number, string][] = [
  ["abc", 3, "abc"],
  ["abcd", 3, "ab…"],
  ["abcd", 1, "…"],
  ["abcd", 0, ""],
  ["", 0, ""],
  ["漢字漢", 6, "漢字漢"],
  ["漢字漢", 5, "漢字…"],
  // The second one would need one column more.
  ["漢字漢", 4, "漢…"],
  ["e\u0301e\u0301e\u0301", 2, "e\u0301…"],
  ["🧬🧬", 3, "🧬…"],
];

for (const [text, width, left] of CUT) {
  Deno.test(`truncate() of ${JSON.stringify(text)} to ${width}`, () => {
    assert.equal(truncate(text, width), left);
    assert.ok(displayWidth(truncate(text, width)) <= width);
  });
}
