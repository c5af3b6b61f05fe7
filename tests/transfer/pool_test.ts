import assert from "node:assert/strict";
import { runPool } from "../../src/transfer/pool.ts";

async function run(items: number, jobs: number) {
  let underWay = 0;
  let peak = 0;
  const started: number[] = [];
  await runPool(
    Array.from({ length: items }, (_, at) => at),
    jobs,
    async (at) => {
      started.push(at);
      peak = Math.max(peak, ++underWay);
      for (let turn = 0; turn < 5 + at % 3; turn++) await Promise.resolve();
      underWay--;
    },
  );
  return { peak, started, underWay };
}

Deno.test("runPool runs each item once, in order, never more than its jobs", async () => {
  for (
    const [items, jobs, peak] of [[20, 4, 4], [3, 16, 3], [5, 1, 1]] as const
  ) {
    const found = await run(items, jobs);
    assert.deepEqual(found.started, [...Array(items).keys()]);
    assert.equal(found.peak, peak);
    assert.equal(found.underWay, 0);
  }
});

Deno.test("runPool ends at once when there is nothing, and runs with no jobs", async () => {
  assert.deepEqual(await run(0, 4), { peak: 0, started: [], underWay: 0 });
  assert.equal((await run(3, 0)).peak, 1);
});
