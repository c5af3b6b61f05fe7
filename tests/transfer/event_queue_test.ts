import assert from "node:assert/strict";
import { EventQueue } from "../../src/transfer/event_queue.ts";

Deno.test("EventQueue hands over what came before and while it is read", async () => {
  const queue = new EventQueue<number>();
  queue.push(1);
  queue.push(2);
  const found: number[] = [];
  for await (const event of queue) {
    found.push(event);
    if (event === 2) queueMicrotask(() => queue.push(3));
    if (event === 3) {
      queue.push(4);
      queue.close();
    }
  }
  assert.deepEqual(found, [1, 2, 3, 4]);
});

Deno.test("EventQueue ends a reader that waits when it is closed", async () => {
  const queue = new EventQueue<number>();
  const reading = Array.fromAsync(queue);
  await Promise.resolve();
  queue.close();
  assert.deepEqual(await reading, []);
});

Deno.test("EventQueue lets who asks wait until the consumer has caught up", async () => {
  const queue = new EventQueue<number>();
  for (const event of [1, 2, 3]) queue.push(event);
  let hasRoom = false;
  const waiting = queue.room(3).then(() => hasRoom = true);
  const events = queue[Symbol.asyncIterator]();
  assert.equal((await events.next()).value, 1);
  assert.equal(hasRoom, false);
  // The last one of a batch is taken when the next is asked for.
  assert.equal((await events.next()).value, 2);
  assert.equal((await events.next()).value, 3);
  queue.push(4);
  assert.equal((await events.next()).value, 4);
  await waiting;
  await queue.room(1);
});

Deno.test("EventQueue keeps nobody waiting when the consumer is gone", async () => {
  const queue = new EventQueue<number>();
  for (const event of [1, 2, 3]) queue.push(event);
  const waiting = queue.room(1);
  for await (const event of queue) if (event === 1) break;
  await waiting;
  await queue.room(0);
});
