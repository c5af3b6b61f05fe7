import assert from "node:assert/strict";
import { compareCodePoints } from "../../../src/base/mod.ts";
import {
  compareBytes,
  decodeNumber,
  decodeText,
  encodeNumber,
  encodeText,
} from "../../../src/server/search_index/key_bytes.ts";

const TEXTS = ["", "a", "a\u0000", "a\u0000b", "aa", "b", "\u007f", "\u0080"]
  .concat(["é", "\u07ff", "\u0800", "\ud7ff", "\ud800", "\ud800a", "\udbff"])
  .concat(["\udc00", "\udfff\ud800", "\ue000", "\ufeff", "\ufffd", "\uffff"])
  .concat(["\u{10000}", "\u{10000}\ud800", "\u{1f600}", "\u{10ffff}"]);

Deno.test("encodeText is undone by decodeText, whatever the text", () => {
  for (const text of TEXTS) assert.equal(decodeText(encodeText(text)), text);
});

Deno.test("encodeText gives UTF-8 where that can say it", () => {
  assert.deepEqual([...encodeText("aé\u{1f600}")], [
    ...[0x61, 0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80],
  ]);
  // As CESU-8 and WTF-8 have it: the bits of the code in three bytes.
  assert.deepEqual([...encodeText("\ud83d")], [0xed, 0xa0, 0xbd]);
});

Deno.test("encodeText gives bytes that sort as the code points of the texts", () => {
  for (const a of TEXTS) {
    for (const b of TEXTS) {
      assert.equal(
        Math.sign(compareBytes(encodeText(a), encodeText(b))),
        Math.sign(compareCodePoints(a, b)),
        JSON.stringify([a, b]),
      );
    }
  }
});

const NUMBERS = [-Infinity, -1.7976931348623157e308, -1e21, -2, -1, -0.5]
  .concat([-5e-324, 0, 5e-324, 0.5, 1, 1.0000000000000002, 2, 255, 256])
  .concat([2 ** 53, 1e21, 1.7976931348623157e308, Infinity]);

Deno.test("encodeNumber gives bytes that sort as the numbers and tell them", () => {
  NUMBERS.forEach((number, index) => {
    const bytes = encodeNumber(number);
    assert.equal(bytes.length, 8);
    assert.equal(decodeNumber(bytes), number);
    const next = NUMBERS[index + 1];
    if (next !== undefined) {
      assert.ok(compareBytes(bytes, encodeNumber(next)) < 0, String(number));
    }
  });
});

Deno.test("encodeNumber gives zero one form", () => {
  assert.deepEqual(encodeNumber(-0), encodeNumber(0));
});
