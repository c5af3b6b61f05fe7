import assert from "node:assert/strict";
import { SegmentTuner } from "../../src/transfer/segment_tuner.ts";

/** Connections after each while, of a service that gives `rateOf(n)`. */
function tune(rateOf: (connections: number) => number): number[] {
  const tuner = new SegmentTuner();
  const seen = [tuner.connections];
  for (let count = 0; count < 10; count++) {
    seen.push(tuner.next(rateOf(tuner.connections)));
    if (tuner.isSettled) break;
  }
  assert.ok(tuner.isSettled);
  assert.equal(tuner.connections, seen.at(-1));
  // From now on nothing changes, whatever comes.
  assert.equal(tuner.next(1e12), seen.at(-1));
  assert.equal(tuner.next(0), seen.at(-1));
  return seen;
}

Deno.test("SegmentTuner goes to eight connections where each has a limit of its own", () => {
  assert.deepEqual(tune((connections) => connections * 20), [1, 2, 4, 8, 8]);
});

Deno.test("SegmentTuner stays at one connection where a second does not help", () => {
  assert.deepEqual(tune(() => 100), [1, 2, 1]);
  assert.deepEqual(tune((connections) => connections === 1 ? 100 : 124), [
    ...[1, 2, 1],
  ]);
});

Deno.test("SegmentTuner goes back to what was as fast when the line is full", () => {
  assert.deepEqual(tune((connections) => Math.min(connections * 20, 45)), [
    ...[1, 2, 4, 2],
  ]);
  assert.deepEqual(tune((connections) => Math.min(connections * 20, 90)), [
    ...[1, 2, 4, 8, 4],
  ]);
});

Deno.test("SegmentTuner takes a quarter more as worth it", () => {
  assert.deepEqual(
    tune((connections) => connections === 1 ? 100 : 125),
    [1, 2, 4, 2],
  );
});
