import assert from "node:assert/strict";
import {
  clustersOf,
  nextBoundary,
  previousBoundary,
  snapToBoundary,
} from "../../../src/terminal/editor/clusters.ts";

const FAMILY = "👩‍👩‍👧";

Deno.test("clustersOf takes apart as people do", () => {
  const clusters = ["a", "e\u0301", "日", FAMILY, "🇩🇪", "❤️", "한", "\n", "각"];
  assert.deepEqual(clustersOf(clusters.join("")), clusters);
  assert.deepEqual(clustersOf(""), []);
});

Deno.test("clustersOf says the same of simple characters as Unicode does", () => {
  const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
  for (let code = 0x20; code < 0xa000; code++) {
    const text = `a${String.fromCharCode(code)}日${String.fromCharCode(code)}`;
    const expected = Array.from(segmenter.segment(text), (one) => one.segment);
    assert.deepEqual(clustersOf(text), expected, code.toString(16));
  }
});

Deno.test("boundaries are found from inside a cluster", () => {
  const text = `x${FAMILY}y`;
  const end = 1 + FAMILY.length;
  assert.equal(nextBoundary(text, 1), end);
  assert.equal(nextBoundary(text, 3), end);
  assert.equal(previousBoundary(text, end), 1);
  assert.equal(previousBoundary(text, 3), 1);
  assert.equal(snapToBoundary(text, 3), end);
  assert.equal(snapToBoundary(text, end), end);
  assert.equal(snapToBoundary(text, 0), 0);
  assert.equal(snapToBoundary(text, text.length), text.length);
  assert.equal(nextBoundary(text, text.length), text.length);
  assert.equal(previousBoundary(text, 0), 0);
  assert.equal(previousBoundary("e\u0301", 2), 0);
});
