import assert from "node:assert/strict";
import { inGroups } from "../../src/server/in_groups.ts";

Deno.test("inGroups does so many at once and keeps the order", async () => {
  let running = 0;
  let most = 0;
  const results = await inGroups([5, 1, 4, 2, 3], 2, async (item) => {
    most = Math.max(most, ++running);
    for (let turn = 0; turn < item; turn++) await Promise.resolve();
    running--;
    return item * 10;
  });
  assert.deepEqual(results, [50, 10, 40, 20, 30]);
  assert.equal(most, 2);
  assert.deepEqual(await inGroups([], 2, () => Promise.resolve(1)), []);
});

Deno.test("inGroups begins nothing after a failure, and tells it when all have ended", async () => {
  const ended: number[] = [];
  const work = async (item: number): Promise<void> => {
    if (item === 0) throw new Error("the first");
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    ended.push(item);
  };
  await assert.rejects(inGroups([0, 1, 2, 3, 4], 3, work), {
    message: "the first",
  });
  assert.deepEqual(ended, [1, 2]);
});
