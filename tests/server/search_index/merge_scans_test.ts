import assert from "node:assert/strict";
import { mergeScans } from "../../../src/server/search_index/merge_scans.ts";
import type { KeyScan } from "../../../src/server/search_index/plan.ts";
import {
  KIND,
  makeKey,
  numberBytes,
} from "../../../src/server/search_index/posting_key.ts";

/** The scan of the numbers from one to before another. */
function scanOf(path: string, from: number, to: number): KeyScan {
  return {
    path,
    from: numberBytes(KIND.number, from),
    to: numberBytes(KIND.number, to),
  };
}

function wants(scan: KeyScan | undefined, number: number): boolean {
  return scan?.test?.(makeKey(KIND.number, { number })) ?? assert.fail();
}

Deno.test("mergeScans leaves the scans alone when they are few", () => {
  const scans = [scanOf("a", 5, 6), scanOf("a", 1, 2)];
  assert.equal(mergeScans(scans), scans);
});

Deno.test("mergeScans makes one scan of a path when there are very many", () => {
  const many = Array.from({ length: 3000 }, (_, at) => 10 * ((7 * at) % 3000));
  const test = () => true;
  const tested = { ...scanOf("a", 0, 1), test };
  const merged = mergeScans([
    tested,
    ...many.map((start) => scanOf("a", start, start + 3)),
    scanOf("b", 1, 2),
    // One within another, one over several, one that goes on where one ends.
    ...[scanOf("a", 100, 101), scanOf("a", 201, 227), scanOf("a", 303, 305)],
  ]);
  assert.equal(merged.length, 3);
  assert.ok(merged.includes(tested));
  const whole = merged.find((scan) => scan.path === "a" && scan !== tested);
  assert.deepEqual(whole?.from, numberBytes(KIND.number, 0));
  assert.deepEqual(whole?.to, numberBytes(KIND.number, 29_993));
  for (const number of [0, 2, 100, 102, 226, 227, 232, 300, 304, 29_992]) {
    assert.equal(wants(whole, number), number !== 227, String(number));
  }
  for (const number of [3, 9, 103, 109, 228, 233, 305, 29_989]) {
    assert.equal(wants(whole, number), false, String(number));
  }
});
