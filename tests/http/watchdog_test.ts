import assert from "node:assert/strict";
import { Watchdog } from "../../src/http/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";

Deno.test("Watchdog calls each watch back when it is due, and once", async () => {
  const clock = new FakeClock();
  const watchdog = new Watchdog(clock);
  const due: [string, number][] = [];
  for (const [name, limitMs] of [["a", 300], ["b", 100], ["c", 200]] as const) {
    watchdog.watch().start(limitMs, () => due.push([name, clock.elapsed()]));
  }
  await clock.advance(1000);
  assert.deepEqual(due, [["b", 100], ["c", 200], ["a", 300]]);
  assert.equal(clock.pending, 0);
});

Deno.test("Watchdog sets no timer for a watch that starts over before its time", async () => {
  const clock = new FakeClock();
  const watch = new Watchdog(clock).watch();
  let dueMs: number | undefined;
  for (let piece = 0; piece < 50; piece++) {
    watch.start(1000, () => dueMs = clock.elapsed());
    await clock.advance(10);
    watch.rest();
  }
  assert.deepEqual(clock.delays, [1000]);
  watch.start(1000, () => dueMs = clock.elapsed());
  await clock.advance(999);
  assert.equal(dueMs, undefined);
  await clock.advance(1);
  assert.equal(dueMs, 1500);
});

Deno.test("Watchdog sleeps on for a watch that was started over", async () => {
  const clock = new FakeClock();
  const watch = new Watchdog(clock).watch();
  let dueMs: number | undefined;
  const onDue = () => dueMs = clock.elapsed();
  watch.start(1000, onDue);
  await clock.advance(600);
  watch.start(1000, onDue);
  await clock.advance(999);
  assert.equal(dueMs, undefined);
  await clock.advance(1);
  assert.equal(dueMs, 1600);
});

Deno.test("Watchdog leaves no timer when the last watch has ended", async () => {
  const clock = new FakeClock();
  const watchdog = new Watchdog(clock);
  const [first, second] = [watchdog.watch(), watchdog.watch()];
  first.start(1000, () => assert.fail("it has ended"));
  second.start(2000, () => assert.fail("it has ended"));
  first.end();
  assert.equal(clock.pending, 1);
  second.end();
  second.end();
  assert.equal(clock.pending, 0);
  await clock.advance(3000);
});
