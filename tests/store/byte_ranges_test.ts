import assert from "node:assert/strict";
import { type ByteRange, ByteRanges } from "../../src/store/mod.ts";
import { seeded } from "../support/seeded.ts";

const SIZE = 60;

/** The runs of `wanted` in a row of flags, counted by hand. */
function runsOf(flags: readonly boolean[], wanted: boolean): ByteRange[] {
  const runs: ByteRange[] = [];
  for (const [at, flag] of flags.entries()) {
    if (flag !== wanted) continue;
    const last = runs.at(-1);
    if (last?.end === at) last.end++;
    else runs.push({ start: at, end: at + 1 });
  }
  return runs;
}

Deno.test("ByteRanges has the bytes that were added and no others, whatever their order", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = seeded(seed);
    const flags: boolean[] = Array(SIZE).fill(false);
    const ranges = new ByteRanges();
    for (let step = 0; step < 12; step++) {
      const start = Math.floor(random() * SIZE);
      const end = start + Math.floor(random() ** 2 * (SIZE - start + 1));
      ranges.add(start, end);
      flags.fill(true, start, end);
      const there = runsOf(flags, true);
      assert.deepEqual(ranges.ranges, there, `seed ${seed}`);
      assert.deepEqual(ranges.gaps(SIZE), runsOf(flags, false), `seed ${seed}`);
      assert.equal(ranges.sizeBytes, flags.filter(Boolean).length);
      const gap = flags.indexOf(false);
      assert.equal(ranges.prefixEnd, gap < 0 ? SIZE : gap, `seed ${seed}`);
    }
    ranges.clear();
    assert.deepEqual(ranges.ranges, []);
    assert.deepEqual(ranges.gaps(SIZE), [{ start: 0, end: SIZE }]);
  }
});

Deno.test("ByteRanges joins ranges that touch and takes nothing for nothing", () => {
  const ranges = new ByteRanges();
  ranges.add(10, 20);
  ranges.add(30, 40);
  ranges.add(5, 5);
  ranges.add(9, 3);
  assert.deepEqual(ranges.ranges, [
    { start: 10, end: 20 },
    { start: 30, end: 40 },
  ]);
  ranges.add(20, 30);
  assert.deepEqual(ranges.ranges, [{ start: 10, end: 40 }]);
  assert.equal(ranges.prefixEnd, 0);
  assert.deepEqual(new ByteRanges().gaps(0), []);
});

Deno.test("ByteRanges leaves what was handed out before as it was", () => {
  const ranges = new ByteRanges();
  ranges.add(0, 10);
  const before = ranges.ranges;
  ranges.add(10, 20);
  ranges.clear();
  assert.deepEqual(before, [{ start: 0, end: 10 }]);
});
