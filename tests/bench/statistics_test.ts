import assert from "node:assert/strict";
import { fitLine, median } from "../../scripts/bench/statistics.ts";

Deno.test("median is the middle value, or the mean of the middle two", () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([10, 2, 9, 1]), 5.5);
  assert.equal(median([3]), 3);
  assert.ok(Number.isNaN(median([])));
});

Deno.test("median leaves its argument alone", () => {
  const values = [3, 1, 2];
  median(values);
  assert.deepEqual(values, [3, 1, 2]);
});

Deno.test("fitLine finds the line that points lie on", () => {
  const line = fitLine([1, 10, 1000].map((x) => ({ x, y: 0.5 + 2 * x })));
  assert.ok(line !== undefined);
  assert.ok(Math.abs(line.intercept - 0.5) < 1e-9);
  assert.ok(Math.abs(line.slope - 2) < 1e-9);
});

Deno.test("fitLine weighs relative errors, so short runs count", () => {
  // The last point is off by 1 %, which is more than all the first one is.
  const points = [{ x: 1, y: 1 }, { x: 2, y: 2 }, { x: 1000, y: 1010 }];
  const line = fitLine(points);
  assert.ok(line !== undefined);
  assert.ok(Math.abs(line.intercept + line.slope - 1) < 0.01);
});

Deno.test("fitLine gives nothing when x does not vary", () => {
  assert.equal(fitLine([{ x: 2, y: 1 }, { x: 2, y: 3 }]), undefined);
  assert.equal(fitLine([{ x: 2, y: 1 }]), undefined);
  assert.equal(fitLine([]), undefined);
});
