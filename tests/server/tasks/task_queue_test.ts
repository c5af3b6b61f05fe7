import assert from "node:assert/strict";
import { prepareSchema } from "../../../src/server/schema.ts";
import { type TaskOutcome, TaskQueue } from "../../../src/server/tasks/mod.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { FaultyDatabase } from "../../support/local_store.ts";
import { createMemoryLog } from "../../support/memory_log.ts";

Deno.test("TaskQueue goes on with a task whose lease it could not renew, and renews it a second later", async () => {
  const faulty = new FaultyDatabase();
  const database = faulty.open(":memory:");
  await prepareSchema(database, ":memory:");
  const clock = new FakeClock();
  const { log, messages } = createMemoryLog();
  const work = Promise.withResolvers<TaskOutcome>();
  const handlers = { long: () => Promise.resolve(() => work.promise) };
  const tasks = new TaskQueue({ database, clock, log, handlers });
  const leasedUntilMs = () =>
    database.prepare("SELECT leased_until_ms AS ms FROM tasks").get()?.ms;
  tasks.add("long", {});
  const running = tasks.runDue(new AbortController().signal);

  faulty.failsOn = "SET leased_until_ms";
  await clock.advance(20_000);
  assert.deepEqual(messages("WARNING"), [
    "tasks have to wait: the disk is on fire",
  ]);
  faulty.failsOn = undefined;
  await clock.advance(1000);
  assert.equal(leasedUntilMs(), clock.now() + 60_000);
  await clock.advance(20_000);
  assert.equal(leasedUntilMs(), clock.now() + 60_000);

  work.resolve({ kind: "done" });
  await running;
  assert.equal(tasks.count(), 0);
  assert.equal(messages("WARNING").length, 1);
  database.close();
});
