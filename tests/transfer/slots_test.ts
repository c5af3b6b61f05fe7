import assert from "node:assert/strict";
import { AdaptiveSlots } from "../../src/transfer/adaptive_slots.ts";
import { Slots } from "../../src/transfer/slots.ts";

/** Asks for `count` slots and says which were given so far, in order. */
function ask(slots: Slots, count: number): number[] {
  const given: number[] = [];
  for (let at = 0; at < count; at++) {
    void slots.acquire().then(() => given.push(at));
  }
  return given;
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("Slots gives as many as there are, the next one in turn for each that comes back", async () => {
  const slots = new Slots(2);
  const given = ask(slots, 4);
  await turn();
  assert.deepEqual(given, [0, 1]);
  assert.equal(slots.used, 2);
  slots.release();
  await turn();
  assert.deepEqual(given, [0, 1, 2]);
  slots.release();
  slots.release();
  slots.release();
  await turn();
  assert.deepEqual(given, [0, 1, 2, 3]);
  assert.equal(slots.used, 0);
});

Deno.test("Slots lets more in when there are more, and waits when there are fewer", async () => {
  const slots = new Slots(1);
  const given = ask(slots, 6);
  slots.resize(3);
  await turn();
  assert.deepEqual(given, [0, 1, 2]);
  slots.resize(1);
  slots.release();
  slots.release();
  await turn();
  // Only one is left of three, and there is one.
  assert.equal(given.length, 3);
  slots.release();
  await turn();
  assert.equal(given.length, 4);
});

Deno.test("Slots are never fewer than one", async () => {
  for (const limit of [0, -3]) {
    const given = ask(new Slots(limit), 2);
    await turn();
    assert.equal(given.length, 1);
  }
  const slots = new Slots(5);
  slots.resize(0.5);
  assert.equal(slots.limit, 1);
});

Deno.test("AdaptiveSlots are half as many when a service asks for less, once a round", () => {
  const slots = new AdaptiveSlots(16);
  slots.throttled();
  // The other fifteen of the same round.
  for (let count = 0; count < 15; count++) slots.throttled();
  assert.equal(slots.limit, 8);
  slots.succeeded();
  slots.throttled();
  assert.equal(slots.limit, 4);
  for (let count = 0; count < 10; count++) {
    slots.succeeded();
    slots.throttled();
  }
  assert.equal(slots.limit, 1);
});

Deno.test("AdaptiveSlots are one more after each round that went well, up to what they were", () => {
  const slots = new AdaptiveSlots(4);
  slots.throttled();
  assert.equal(slots.limit, 2);
  const limits = Array.from({ length: 12 }, () => {
    slots.succeeded();
    return slots.limit;
  });
  assert.deepEqual(limits, [2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4]);
});
