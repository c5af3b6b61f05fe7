import assert from "node:assert/strict";
import { RateMeter } from "../../src/terminal/mod.ts";

Deno.test("RateMeter is 0 before any time has passed", () => {
  const meter = new RateMeter(10_000);
  assert.equal(meter.perSecond, 0);
  meter.add(5, 100);
  assert.equal(meter.perSecond, 0);
  meter.add(5, 200);
  assert.equal(meter.perSecond, 0);
});

Deno.test("RateMeter looks back over its window and no further", () => {
  const meter = new RateMeter(10_000);
  // 1000 a second for 20 s, then 10 a second.
  let count = 0;
  for (let atMs = 0; atMs <= 20_000; atMs += 100) meter.add(atMs, count += 100);
  assert.equal(Math.round(meter.perSecond), 1000);
  for (let atMs = 20_100; atMs <= 30_000; atMs += 100) {
    meter.add(atMs, count += 1);
  }
  assert.equal(Math.round(meter.perSecond), 10);
});

Deno.test("RateMeter falls when nothing comes any more", () => {
  const meter = new RateMeter(10_000);
  meter.add(0, 0);
  meter.add(1_000, 1_000);
  meter.add(4_000, 1_000);
  assert.equal(meter.perSecond, 250);
  meter.add(60_000, 1_000);
  meter.add(70_000, 1_000);
  assert.equal(meter.perSecond, 0);
});
