import assert from "node:assert/strict";
import { delayBefore } from "../../../src/server/subscriptions/retry_schedule.ts";
import type { SubscriptionKind } from "../../../src/server/subscriptions/subscription.ts";

function scheduleOf(kind: SubscriptionKind): number[] {
  const delays: number[] = [];
  for (let attempt = 0;; attempt++) {
    const delayMs = delayBefore(kind, attempt);
    if (delayMs === undefined) return delays;
    delays.push(delayMs / 1000);
  }
}

Deno.test("delayBefore gives elasticsearch subscriptions twelve attempts", () => {
  assert.deepEqual(scheduleOf("elasticsearch"), [
    ...[0, 60, 600, 3600, 21_600, 60_540],
    ...[86_400, 86_400, 86_400, 86_400, 86_400, 86_400],
  ]);
});

Deno.test("delayBefore goes on with jmespath subscriptions for three days", () => {
  const [first, second, ...others] = scheduleOf("jmespath");
  assert.deepEqual([first, second], [0, 900]);
  assert.deepEqual([...new Set(others)], [21_600]);
  const total = others.reduce((sum, delay) => sum + delay, 900);
  const threeDays = 3 * 86_400;
  assert.ok(total <= threeDays && total + 21_600 > threeDays);
});
