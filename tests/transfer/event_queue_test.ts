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
