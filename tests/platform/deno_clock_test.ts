import assert from "node:assert/strict";
import { denoClock } from "../../src/platform/mod.ts";

Deno.test("denoClock.now is the wall time in milliseconds", () => {
  const before = Date.now();
  const now = denoClock.now();
  assert.ok(before <= now && now <= Date.now());
});

Deno.test("denoClock.elapsed never goes back", () => {
  const first = denoClock.elapsed();
  assert.ok(denoClock.elapsed() >= first);
});

Deno.test("denoClock.sleep ends by itself", async () => {
  const before = denoClock.elapsed();
  await denoClock.sleep(1);
  assert.ok(denoClock.elapsed() > before);
});

Deno.test("denoClock.sleep ends at once when it is aborted, before or after", async () => {
  await denoClock.sleep(1e9, AbortSignal.abort());
  const abort = new AbortController();
  const sleep = denoClock.sleep(1e9, abort.signal);
  abort.abort();
  await sleep;
});

Deno.test("denoClock.sleep asks only for timers that the runtime has", async () => {
  const { setTimeout } = globalThis;
  const asked: (number | undefined)[] = [];
  Object.assign(globalThis, {
    setTimeout(callback: () => void, delayMs?: number) {
      asked.push(delayMs);
      return setTimeout(callback, delayMs);
    },
  });
  try {
    for (const delayMs of [5, 2 ** 31, Infinity, -0.1]) {
      const abort = new AbortController();
      const sleep = denoClock.sleep(delayMs, abort.signal);
      abort.abort();
      await sleep;
    }
  } finally {
    Object.assign(globalThis, { setTimeout });
  }
  // The longest delay is a signed number of 32 bits.
  // Of one below 0 newer runtimes warn on standard error.
  assert.deepEqual(asked, [5, 2_147_483_647, 2_147_483_647, 0]);
});
