import assert from "node:assert/strict";
import type { ByteRange } from "../../src/store/mod.ts";
import { WorkRanges } from "../../src/transfer/work_ranges.ts";
import { seeded } from "../support/seeded.ts";

const MIB = 1024 * 1024;

/** Which bytes of a content were received: one flag for each. */
class Received {
  readonly #flags: Uint8Array;
  missing: number;

  constructor(sizeBytes: number) {
    this.#flags = new Uint8Array(sizeBytes);
    this.missing = sizeBytes;
  }

  /** Moves the start of a range along, as a connection does. */
  take(range: ByteRange, bytes: number): void {
    const end = Math.min(range.end, range.start + bytes);
    assert.ok(end <= this.#flags.length);
    const doubled = this.#flags.subarray(range.start, end).indexOf(1);
    assert.equal(doubled, -1);
    this.#flags.fill(1, range.start, end);
    this.missing -= end - range.start;
    range.start = end;
  }
}

Deno.test("WorkRanges never loses nor doubles a byte, whatever is taken, split and given back", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = seeded(seed);
    const size = 1 + Math.floor(random() * 60 * MIB);
    const chunk = 1 + Math.floor(random() * 16 * MIB);
    const ranges = new WorkRanges([{ start: 0, end: size }], chunk);
    const received = new Received(size);
    const active: ByteRange[] = [];
    let turns = 0;
    while (received.missing > 0) {
      assert.ok(++turns < 10_000, `seed ${seed} does not end`);
      const isShared = random() < 0.8;
      const one = active[Math.floor(random() * active.length)];
      if (one === undefined || random() < 0.4 && active.length < 6) {
        const range = ranges.take(isShared);
        if (range !== undefined) active.push(range);
        // With nothing under way there is always something to take.
        else assert.ok(active.length > 0, `seed ${seed}`);
      } else if (random() < 0.7) {
        received.take(one, Math.ceil(random() * 4 * MIB));
      } else {
        ranges.giveBack(one);
        active.splice(active.indexOf(one), 1);
      }
      assert.equal(ranges.leftBytes, received.missing, `seed ${seed}`);
    }
    for (const range of active) ranges.giveBack(range);
    assert.equal(ranges.take(true), undefined);
    assert.equal(ranges.leftBytes, 0);
  }
});

Deno.test("WorkRanges gives all of the first gap to one, and the lowest chunks first to several", () => {
  const gaps = [{ start: 10, end: 90 * MIB }, {
    start: 95 * MIB,
    end: 99 * MIB,
  }];
  const alone = new WorkRanges(gaps, 16 * MIB);
  assert.deepEqual(alone.take(false), { start: 10, end: 90 * MIB });
  const shared = new WorkRanges(gaps, 16 * MIB);
  assert.deepEqual(shared.take(true), { start: 10, end: 10 + 16 * MIB });
  const second = shared.take(true);
  assert.deepEqual(second, { start: 10 + 16 * MIB, end: 10 + 32 * MIB });
  assert.ok(second);
  second.start += 5;
  shared.giveBack(second);
  // What was given back is the lowest again.
  assert.deepEqual(shared.take(true), {
    start: 15 + 16 * MIB,
    end: 10 + 32 * MIB,
  });
  // Nobody's list was changed.
  assert.deepEqual(gaps[0], { start: 10, end: 90 * MIB });
});

Deno.test("WorkRanges takes the later half of the longest range when nothing else is left", () => {
  const ranges = new WorkRanges([{ start: 0, end: 40 * MIB }], 16 * MIB);
  const first = ranges.take(false);
  assert.ok(first);
  first.start = 20 * MIB;
  const second = ranges.take(true);
  assert.deepEqual(first, { start: 20 * MIB, end: 30 * MIB });
  assert.deepEqual(second, { start: 30 * MIB, end: 40 * MIB });
});

Deno.test("WorkRanges does not split what is soon done", () => {
  const ranges = new WorkRanges([{ start: 0, end: 4 * MIB - 1 }], 16 * MIB);
  const first = ranges.take(false);
  assert.equal(ranges.take(true), undefined);
  assert.deepEqual(first, { start: 0, end: 4 * MIB - 1 });
  const bigger = new WorkRanges([{ start: 0, end: 4 * MIB }], 16 * MIB);
  bigger.take(false);
  assert.deepEqual(bigger.take(true), { start: 2 * MIB, end: 4 * MIB });
});

Deno.test("WorkRanges begins again with all in one range, whatever was under way", () => {
  const ranges = new WorkRanges([{ start: 0, end: 40 * MIB }], 16 * MIB);
  const [first, second] = [ranges.take(true), ranges.take(true)];
  assert.ok(first && second);
  first.start += MIB;
  ranges.giveBack(second);
  ranges.restart(first, 40 * MIB);
  assert.deepEqual(first, { start: 0, end: 40 * MIB });
  assert.equal(ranges.leftBytes, 40 * MIB);
  assert.equal(ranges.take(false), undefined);
});
