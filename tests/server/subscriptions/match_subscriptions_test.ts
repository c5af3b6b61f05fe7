import assert from "node:assert/strict";
import type { Json } from "../../../src/base/mod.ts";
import { openSqlite } from "../../../src/platform/mod.ts";
import type { BundleChange } from "../../../src/server/bundle_changes.ts";
import { prepareSchema } from "../../../src/server/schema.ts";
import { matchSubscriptions } from "../../../src/server/subscriptions/match_subscriptions.ts";
import { SubscriptionTable } from "../../../src/server/subscriptions/mod.ts";
import { queueNotifications } from "../../../src/server/subscriptions/queue_notifications.ts";
import { TaskQueue } from "../../../src/server/tasks/mod.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { FaultyDatabase, uuidOf, VERSION } from "../../support/local_store.ts";
import { createMemoryLog } from "../../support/memory_log.ts";
import { jmesPath } from "./_notify_world.ts";

const CHANGE: BundleChange = {
  type: "CREATE",
  uuid: uuidOf(1),
  version: VERSION,
  versions: [VERSION],
  document: { uuid: uuidOf(1) },
  event: { event_type: "CREATE" },
};

async function world(open = openSqlite) {
  const database = open(":memory:");
  await prepareSchema(database, ":memory:");
  const clock = new FakeClock();
  const { log } = createMemoryLog();
  const tasks = new TaskQueue({ database, clock, log, handlers: {} });
  const table = new SubscriptionTable(database);
  const subscribe = (kind: "elasticsearch" | "jmespath") => {
    const uuid = crypto.randomUUID();
    table.add({
      uuid,
      replica: "aws",
      kind,
      owner: "a@b.test",
      origin: "http://dss.test",
      secretKey: undefined,
      body: {
        callback_url: "http://localhost/",
        ...(kind === "elasticsearch" && { es_query: { bool: {} } }),
      },
    });
    return uuid;
  };
  const payloads = (): Json[] =>
    database.prepare("SELECT payload FROM tasks").all()
      .map(({ payload }) => JSON.parse(String(payload)));
  const deliveries = (): string[] =>
    database.prepare("SELECT id FROM deliveries").all()
      .map(({ id }) => String(id));
  return { database, clock, tasks, subscribe, payloads, deliveries, jmesPath };
}

Deno.test("queueNotifications keeps a change with the subscriptions of its moment", async () => {
  const context = await world();
  queueNotifications(context)(CHANGE);
  assert.deepEqual(context.payloads(), []);
  const subscriptions = [context.subscribe("jmespath")];
  subscriptions.push(context.subscribe("elasticsearch"));
  queueNotifications(context)(CHANGE);
  assert.deepEqual(context.payloads(), [{
    change: CHANGE,
    subscriptions: subscriptions.sort(),
  }]);
});

Deno.test("queueNotifications tells of a removal by its event only", async () => {
  const context = await world();
  context.subscribe("elasticsearch");
  const removal: BundleChange = { ...CHANGE, type: "DELETE" };
  queueNotifications(context)(removal);
  assert.deepEqual(context.payloads(), []);
  const uuid = context.subscribe("jmespath");
  queueNotifications(context)(removal);
  assert.deepEqual(context.payloads(), [{
    change: removal,
    subscriptions: [uuid],
  }]);
});

Deno.test("queueNotifications is part of the transaction that makes the change", async () => {
  const context = await world();
  context.subscribe("jmespath");
  assert.throws(() =>
    context.database.transaction(() => {
      queueNotifications(context)(CHANGE);
      throw new Error("the disk is full");
    }), { message: "the disk is full" });
  assert.deepEqual(context.payloads(), []);
});

Deno.test("matchSubscriptions puts the deliveries in the place of its task", async () => {
  const context = await world();
  const subscriptions = [
    context.subscribe("jmespath"),
    context.subscribe("elasticsearch"),
  ];
  const id = context.tasks.add("notify", {});
  await matchSubscriptions(context, id, { change: CHANGE, subscriptions });
  assert.equal(context.deliveries().length, 2);
  const byKey = (a: Json, b: Json) =>
    JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
  assert.deepEqual(
    context.payloads().sort(byKey),
    context.deliveries().map((delivery) => ({ delivery, attempt: 0 }))
      .sort(byKey),
  );
});

Deno.test("matchSubscriptions makes all deliveries or none", async () => {
  const database = new FaultyDatabase();
  const context = await world(database.open);
  const subscriptions = [context.subscribe("jmespath")];
  const id = context.tasks.add("notify", { change: 1 });
  database.failsOn = "DELETE FROM tasks";
  await assert.rejects(
    matchSubscriptions(context, id, { change: CHANGE, subscriptions }),
    { message: "the disk is on fire" },
  );
  assert.deepEqual(context.deliveries(), []);
  assert.deepEqual(context.payloads(), [{ change: 1 }]);
});

Deno.test("matchSubscriptions leaves out a subscription that is gone", async () => {
  const context = await world();
  const id = context.tasks.add("notify", {});
  const subscriptions = [crypto.randomUUID()];
  await matchSubscriptions(context, id, { change: CHANGE, subscriptions });
  assert.deepEqual(context.deliveries(), []);
  assert.deepEqual(context.payloads(), []);
});
