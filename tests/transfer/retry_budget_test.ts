import assert from "node:assert/strict";
import { CancelledError, NetworkError } from "../../src/base/mod.ts";
import { RetryBudget } from "../../src/transfer/retry_budget.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { rejection } from "./_transfer_case.ts";

const FAULT = new NetworkError("the line is down");

const SIZE = 10_000;

/** A budget whose waits pass at once. */
function budgetOf(
  {
    sizeBytes = SIZE,
    retries = 3,
    minDelayMs = 250,
    random = () => 1 - Number.EPSILON,
  }: {
    sizeBytes?: number;
    retries?: number;
    minDelayMs?: number;
    random?: () => number;
  } = {},
) {
  const clock = new FakeClock({ skips: () => true });
  const told: string[] = [];
  const policy = { retries, minDelayMs };
  const budget = new RetryBudget(
    sizeBytes,
    policy,
    { clock, random },
    undefined,
    (error) => void told.push(error.message),
  );
  return { budget, told, waitsMs: () => clock.skipped.map(Math.round) };
}

Deno.test("RetryBudget waits twice as long each time and throws the fault when nothing is left", async () => {
  const { budget, told, waitsMs } = budgetOf({ retries: 5 });
  for (let count = 0; count < 5; count++) await budget.spend(FAULT);
  assert.equal(await rejection(budget.spend(FAULT)), FAULT);
  assert.deepEqual(waitsMs(), [250, 500, 1_000, 2_000, 4_000]);
  // The last one is not followed by a try.
  assert.deepEqual(told, Array(5).fill("the line is down"));
});

Deno.test("RetryBudget never waits less than the least, nor more than a minute", async () => {
  const least = budgetOf({ retries: 20, random: () => 0 });
  for (let count = 0; count < 20; count++) await least.budget.spend(FAULT);
  assert.deepEqual(new Set(least.waitsMs()), new Set([250]));
  const most = budgetOf({ retries: 20 });
  for (let count = 0; count < 20; count++) await most.budget.spend(FAULT);
  assert.equal(Math.max(...most.waitsMs()), 60_000);
  assert.equal(most.waitsMs().at(-1), 60_000);
  const long = budgetOf({ minDelayMs: 90_000 });
  await long.budget.spend(FAULT);
  assert.deepEqual(long.waitsMs(), [90_000]);
});

Deno.test("RetryBudget is full again, and its waits short, when something arrived", async () => {
  const { budget, waitsMs } = budgetOf({ retries: 2 });
  for (let count = 0; count < 10; count++) {
    await budget.spend(FAULT);
    await budget.spend(FAULT);
    budget.progress(SIZE);
  }
  assert.deepEqual(waitsMs(), Array(10).fill([250, 500]).flat());
});

Deno.test("RetryBudget is full again only for a hundredth of the content, or a quarter of a MiB", async () => {
  const cases = [[10_000, 100], [101, 2], [1 << 30, 1 << 18], [0, 0]] as const;
  for (const [sizeBytes, worthBytes] of cases) {
    const { budget } = budgetOf({ sizeBytes, retries: 1 });
    await budget.spend(FAULT);
    if (worthBytes > 0) {
      budget.progress(worthBytes - 1);
      await rejection(budget.spend(FAULT));
      // What came before counts too.
      budget.progress(1);
      await budget.spend(FAULT);
    }
    await rejection(budget.spend(FAULT));
  }
});

Deno.test("RetryBudget of no retries throws at once", async () => {
  const { budget, told, waitsMs } = budgetOf({ retries: 0 });
  assert.equal(await rejection(budget.spend(FAULT)), FAULT);
  assert.deepEqual([told, waitsMs()], [[], []]);
});

Deno.test("RetryBudget ends its wait when the transfer or the caller's own signal is aborted", async () => {
  const stops = [new AbortController(), new AbortController()] as const;
  for (const own of [false, true]) {
    const clock = new FakeClock();
    const [transfer, caller] = stops;
    const budget = new RetryBudget(
      SIZE,
      { retries: 3, minDelayMs: 250 },
      { clock, random: () => 0 },
      transfer.signal,
      () => {},
    );
    const waiting = rejection(
      own ? budget.spend(FAULT, caller.signal) : budget.spend(FAULT),
    );
    await Promise.resolve();
    assert.equal(clock.pending, 1);
    const stop = own ? caller : transfer;
    stop.abort(new CancelledError("stopped", { signalName: "SIGINT" }));
    const error = await waiting;
    assert.ok(error instanceof CancelledError);
    assert.equal(error.signalName, "SIGINT");
    assert.equal(clock.pending, 0);
  }
});
