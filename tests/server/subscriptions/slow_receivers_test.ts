import assert from "node:assert/strict";
import type { Fetch } from "../../../src/base/mod.ts";
import { openSqlite } from "../../../src/platform/mod.ts";
import { settle } from "../../support/fake_clock.ts";
import { uuidOf } from "../../support/local_store.ts";
import { neverAnswers } from "../../support/scripted_fetch.ts";
import { NotifyWorld, type WorldOptions } from "./_notify_world.ts";

const LIVE = "http://127.0.0.1:7001/live";
const DEAD = "http://127.0.0.1:7002/dead";

/** A network in which one receiver answers and all others do not. */
class HalfDeadNetwork {
  /** What arrived, by address. */
  readonly asked: string[] = [];
  /** How many requests to dead ones were open at once, at most. */
  mostOpen = 0;
  #open = 0;

  readonly fetch: Fetch = async (request) => {
    this.asked.push(request.url);
    if (request.url.startsWith(LIVE)) return new Response();
    this.mostOpen = Math.max(this.mostOpen, ++this.#open);
    return await neverAnswers(request).finally(() => this.#open--);
  };

  /** How often an address was asked. */
  count(url: string): number {
    return this.asked.filter((one) => one === url).length;
  }
}

/** Makes notifications of a subscription due, as matching does. */
function queue(world: NotifyWorld, subscription: string, count: number): void {
  const database = openSqlite(`${world.store.dataDir}/dss.sqlite`);
  const nowMs = world.store.clock.now();
  database.transaction(() => {
    for (let number = 0; number < count; number++) {
      const id = crypto.randomUUID();
      database.prepare("INSERT INTO deliveries VALUES (?, ?, '{}')")
        .run(id, subscription);
      database.prepare(
        `INSERT INTO tasks (id, kind, payload, run_at_ms, created_at_ms)
         VALUES (?, 'notify', ?, ?, ?)`,
      ).run(id, JSON.stringify({ delivery: id, attempt: 0 }), nowMs, nowMs);
    }
  });
  database.close();
}

/** The attempts that those on their way have behind them, and when they go on. */
function waiting(
  world: NotifyWorld,
): { attempts: number[]; waitsMs: number[] } {
  const database = openSqlite(`${world.store.dataDir}/dss.sqlite`);
  const rows = database.prepare("SELECT payload, run_at_ms FROM tasks").all();
  database.close();
  const nowMs = world.store.clock.now();
  return {
    attempts: rows.map(({ payload }) => JSON.parse(String(payload)).attempt),
    waitsMs: rows.map(({ run_at_ms }) => Number(run_at_ms) - nowMs),
  };
}

async function open(options: WorldOptions = {}): Promise<{
  world: NotifyWorld;
  network: HalfDeadNetwork;
}> {
  const network = new HalfDeadNetwork();
  const world = await NotifyWorld.open({ fetch: network.fetch, ...options });
  // The code that delivers is loaded by the first delivery, in real time.
  queue(world, await world.subscribe({ callback_url: `${LIVE}/first` }), 1);
  await world.run();
  assert.equal(network.asked.length, 1);
  return { world, network };
}

Deno.test("a receiver that does not answer holds up no other one when thousands are due", async () => {
  const { world, network } = await open();
  await using _world = world;
  const dead = await world.subscribe({ callback_url: DEAD });
  const live = await world.subscribe({ callback_url: LIVE });
  queue(world, dead, 3000);
  // Due after all of them.
  await world.store.clock.advance(1);
  queue(world, live, 20);
  await using _server = world.serve();
  await world.store.clock.advance(2000);
  assert.equal(network.count(LIVE), 20);
  assert.equal(network.mostOpen, 4);
  await world.store.clock.advance(5 * 60_000);
  // Once it did not answer, it is tried with one at a time.
  assert.ok(network.count(DEAD) >= 5, String(network.count(DEAD)));
  assert.ok(network.count(DEAD) <= 10, String(network.count(DEAD)));
  assert.equal(waiting(world).attempts.length, 3000);
  queue(world, live, 1);
  await world.store.clock.advance(2000);
  assert.equal(network.count(LIVE), 21);
});

Deno.test("many receivers that do not answer hold up no other one", async () => {
  const { world, network } = await open();
  await using _world = world;
  for (let port = 7100; port < 7120; port++) {
    const callback_url = `http://127.0.0.1:${port}/`;
    queue(world, await world.subscribe({ callback_url }), 10);
  }
  await world.store.clock.advance(1);
  queue(world, await world.subscribe({ callback_url: LIVE }), 5);
  await using _server = world.serve();
  await world.store.clock.advance(3000);
  assert.equal(network.count(LIVE), 5);
});

Deno.test("a command waits two seconds for a receiver that does not answer, once", async () => {
  const { world, network } = await open();
  await using _world = world;
  const dead = await world.subscribe({ callback_url: DEAD });
  queue(world, dead, 50);
  let hasEnded = false;
  const first = world.run().then(() => hasEnded = true);
  await world.store.clock.advance(1999);
  assert.equal(hasEnded, false);
  await world.store.clock.advance(1);
  await first;
  // These four were attempts; the others were left alone, for a minute.
  assert.equal(network.count(DEAD), 4);
  const { attempts, waitsMs } = waiting(world);
  assert.deepEqual(attempts.filter((attempt) => attempt > 0), [1, 1, 1, 1]);
  assert.equal(waitsMs.filter((waitMs) => waitMs === 900_000).length, 4);
  assert.ok(waitsMs.every((waitMs) => waitMs >= 58_000), String(waitsMs));
  // The next command does not wait for it.
  await world.run();
  assert.equal(network.count(DEAD), 4);
});

Deno.test("a command delivers many notifications when the receiver answers", async () => {
  const { world, network } = await open();
  await using _world = world;
  queue(world, await world.subscribe({ callback_url: LIVE }), 300);
  await world.run();
  assert.equal(network.count(LIVE), 300);
  assert.deepEqual(waiting(world).attempts, []);
});

Deno.test("what a command did not deliver is delivered by a server", async () => {
  const { world, network } = await open();
  await using _world = world;
  await world.subscribe({ callback_url: DEAD });
  await world.add({ uuid: uuidOf(1) });
  const command = world.run();
  await world.store.clock.advance(2000);
  await command;
  const asked: number[] = [];
  await world.restart({
    fetch: async (request) => {
      asked.push(Number(request.headers.get("x-dss-notify-attempt")));
      await request.body?.cancel();
      return new Response();
    },
  });
  await using _server = world.serve();
  await world.store.clock.advance(900_000);
  assert.deepEqual(asked, [1]);
  assert.equal(network.count(DEAD), 1);
  assert.deepEqual(waiting(world).attempts, []);
});

Deno.test("two processes deliver each notification once", async () => {
  const { world, network } = await open();
  await using _world = world;
  const live = await world.subscribe({ callback_url: LIVE });
  const first = world.dss;
  const others = await NotifyWorld.beside(world, { fetch: network.fetch });
  queue(world, live, 200);
  const signal = new AbortController().signal;
  await Promise.all([first.runDueTasks(signal), others.runDueTasks(signal)]);
  others[Symbol.dispose]();
  assert.equal(network.count(LIVE), 200);
  assert.deepEqual(waiting(world).attempts, []);
});

Deno.test("a subscription that is deleted while a notification waits for its turn is not sent any more", async () => {
  const { world, network } = await open();
  await using _world = world;
  const dead = await world.subscribe({ callback_url: DEAD });
  queue(world, dead, 10);
  await using _server = world.serve();
  await settle();
  assert.equal(network.count(DEAD), 4);
  await world.json("DELETE", `/subscriptions/${dead}?replica=aws`);
  await world.store.clock.advance(300_000);
  assert.equal(network.count(DEAD), 4);
  assert.deepEqual(waiting(world).attempts, []);
});

Deno.test("a lease of a dead process ends although the clock was set back", async () => {
  const { world, network } = await open();
  await using _world = world;
  queue(world, await world.subscribe({ callback_url: LIVE }), 1);
  const database = openSqlite(`${world.store.dataDir}/dss.sqlite`);
  const future = world.store.clock.now() + 365 * 86_400_000;
  database.prepare("UPDATE tasks SET lease = 'x', leased_until_ms = ?")
    .run(future);
  database.close();
  await world.run();
  assert.equal(network.count(LIVE), 1);
});
