import assert from "node:assert/strict";
import { RateLimit } from "../../src/transfer/rate_limit.ts";
import { FakeClock } from "../support/fake_clock.ts";

const RATE = 1_000_000;

Deno.test("RateLimit keeps all who share it below the rate", async () => {
  const clock = new FakeClock();
  const limit = new RateLimit(RATE, clock);
  let takenBytes = 0;
  const take = async () => {
    for (let count = 0; count < 20; count++) {
      await limit.take(50_000, undefined);
      takenBytes += 50_000;
    }
  };
  const all = Promise.all([take(), take(), take()]);
  for (let second = 1; second <= 3; second++) {
    await clock.advance(1_000);
    assert.ok(takenBytes <= second * RATE, `${takenBytes} after ${second} s`);
    assert.ok(takenBytes >= second * RATE - 150_000, `${takenBytes}`);
  }
  await all;
  assert.equal(takenBytes, 3 * RATE);
  assert.equal(clock.elapsed(), 3_000);
});

Deno.test("RateLimit gives no burst for a pause before", async () => {
  const clock = new FakeClock();
  const limit = new RateLimit(RATE, clock);
  await clock.advance(60_000);
  let isTaken = false;
  const taking = limit.take(500_000, undefined).then(() => isTaken = true);
  await clock.advance(499);
  assert.equal(isTaken, false);
  await clock.advance(1);
  await taking;
});

Deno.test("RateLimit does not hold an aborted transfer", async () => {
  const clock = new FakeClock();
  const stop = new AbortController();
  const taking = new RateLimit(1, clock).take(1e9, stop.signal);
  await clock.advance(1);
  stop.abort();
  await taking;
  assert.equal(clock.pending, 0);
});
