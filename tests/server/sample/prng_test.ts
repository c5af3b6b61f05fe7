import assert from "node:assert/strict";
import {
  below,
  createRandom,
  fnv1a64,
  splitMix64,
  xoshiro128,
} from "../../../src/server/sample/prng.ts";

Deno.test("fnv1a64 gives the published hashes", () => {
  assert.equal(fnv1a64(""), 0xcbf29ce484222325n);
  assert.equal(fnv1a64("a"), 0xaf63dc4c8601ec8cn);
  assert.equal(fnv1a64("foobar"), 0x85944171f73967e8n);
});

Deno.test("splitMix64 gives the known words of seed 1234567", () => {
  const next = splitMix64(1234567n);
  assert.deepEqual([next(), next(), next()], [
    6457827717110365317n,
    3203168211198807973n,
    9817491932198370423n,
  ]);
});

// Computed with the reference algorithm in Python.
Deno.test("xoshiro128 gives the known numbers of seed 1, 2, 3, 4", () => {
  const next = xoshiro128([1, 2, 3, 4]);
  assert.deepEqual(Array.from({ length: 8 }, next), [
    11520,
    0,
    5927040,
    70819200,
    2031721883,
    1637235492,
    1287239034,
    3734860849,
  ]);
});

Deno.test("createRandom joins hash, spreading and generator", () => {
  const next = createRandom("kidney");
  assert.deepEqual(Array.from({ length: 4 }, next), [
    4227491410,
    2023093329,
    2939266470,
    3961519563,
  ]);
});

Deno.test("below maps the ends of the range to the ends of the answer", () => {
  assert.equal(below(() => 0, 6), 0);
  assert.equal(below(() => 0xffffffff, 6), 5);
  assert.equal(below(() => 0x80000000, 6), 3);
});
