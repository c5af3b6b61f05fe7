import assert from "node:assert/strict";
import {
  formatTick,
  linearScale,
  logarithmicScale,
} from "../../scripts/bench/plot_scale.ts";

Deno.test("linearScale goes from 0 to a round number that is not below the most", () => {
  assert.deepEqual(linearScale(10).ticks, [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(linearScale(131).ticks, [0, 50, 100, 150]);
  assert.deepEqual(linearScale(0.62).ticks, [0, 0.2, 0.4, 0.6, 0.8]);
  assert.equal(linearScale(10).place(5), 0.5);
  assert.equal(linearScale(10).valueAt(0.25), 2.5);
});

Deno.test("linearScale has no more than six marks and holds all values", () => {
  for (let most = 0.01; most < 1e7; most *= 1.37) {
    const { ticks, place } = linearScale(most);
    assert.ok(ticks.length >= 2 && ticks.length <= 6, `${most}: ${ticks}`);
    assert.ok(place(most) <= 1 + 1e-9 && place(most) > 0.5, `${most}`);
  }
});

Deno.test("linearScale of nothing still is an axis", () => {
  assert.equal(linearScale(0).place(0), 0);
});

Deno.test("logarithmicScale is made of whole decades", () => {
  const scale = logarithmicScale(1000, 1e6);
  assert.deepEqual(scale.ticks, [1000, 10_000, 100_000, 1_000_000]);
  assert.equal(scale.place(1000), 0);
  assert.equal(scale.place(1e6), 1);
  assert.ok(Math.abs(scale.valueAt(1 / 3) - 10_000) < 1e-6);
  assert.deepEqual(logarithmicScale(0.3, 4).ticks, [0.1, 1, 10]);
});

Deno.test("logarithmicScale of one value has two ends", () => {
  assert.deepEqual(logarithmicScale(100, 100).ticks, [100, 1000]);
});

Deno.test("formatTick shortens thousands", () => {
  const texts = [0, 0.25, 1000, 10_000, 1e6].map(formatTick);
  assert.deepEqual(texts, ["0", "0.25", "1k", "10k", "1M"]);
});
