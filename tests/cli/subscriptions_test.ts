/**
 * Subscriptions by the command line, against the embedded store and nothing
 * else: what the atlas's document shows, and that notifications arrive.
 *
 * @module
 */

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import type { JsonObject } from "../../src/base/mod.ts";
import { createRuntime } from "../../src/platform/mod.ts";
import { Webhook } from "../server/subscriptions/_webhook.ts";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
// Not the one of other tests: the store itself must keep it.
const SECRET = "sown-in-this-test";
const DEBUG = "--log-level DEBUG";

/** Somebody who is logged in to an empty store, and the network. */
class World implements AsyncDisposable {
  readonly hook = new Webhook();
  readonly #runtime = createRuntime();

  private constructor(readonly hca: TestEnvironment) {
    hca.runtime.fetch = this.#runtime.fetch;
  }

  static async create(): Promise<World> {
    const world = new World(await TestEnvironment.create());
    {
      using store = await world.hca.openStore();
      await store.decideSamples(false);
    }
    const { out } = await world.hca.runLine("hca local token");
    world.hca.terminal.inputText = out;
    await world.hca.runLine("hca dss login --access-token -");
    return world;
  }

  /** Runs a line that must go well, and gives its output as JSON. */
  async json(line: string): Promise<JsonObject> {
    const { status, out, err } = await this.hca.runLine(`${line} ${DEBUG}`);
    assert.equal(status, 0, err);
    assert.ok(!err.includes(SECRET), err);
    return JSON.parse(out);
  }

  async import(name = "a.txt", content = "a"): Promise<string> {
    await this.hca.write(`data/${name}`, content);
    const { bundle_uuid } = await this.json("hca local import data");
    return String(bundle_uuid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hook[Symbol.asyncDispose]();
    this.#runtime[Symbol.dispose]();
    await this.hca[Symbol.asyncDispose]();
  }
}

// The document calls the commands `hca X` and writes `hca dss X`.
for (const hcaDss of ["hca dss", "hca"]) {
  Deno.test(`${hcaDss} put-subscription, get-subscriptions, get-subscription, delete-subscription`, async () => {
    await using world = await World.create();
    const { url } = world.hook;
    // instance_info=$(hca dss put-subscription …); ID=$(… | jq -r .uuid)
    const made = await world.json(
      `${hcaDss} put-subscription --callback-url ${url} --replica aws`,
    );
    const { uuid, owner, ...others } = made;
    assert.match(String(uuid), UUID);
    assert.match(String(owner), /@localhost$/);
    assert.deepEqual(others, { callback_url: url, replica: "aws" });
    assert.deepEqual(
      await world.json(`${hcaDss} get-subscriptions --replica aws`),
      { subscriptions: [made] },
    );
    const id = `--replica aws --uuid ${uuid}`;
    assert.deepEqual(
      await world.json(`${hcaDss} get-subscription ${id}`),
      made,
    );
    const deleted = await world.json(`${hcaDss} delete-subscription ${id}`);
    assert.deepEqual(Object.keys(deleted), ["timeDeleted"]);
    assert.match(
      String(deleted.timeDeleted),
      /^\d{4}-\d\d-\d\dT\d{6}\.\d{6}Z$/,
    );
    const gone = await world.hca.runLine(`${hcaDss} get-subscription ${id}`);
    assert.equal(gone.status, 5, gone.err);
    assert.match(gone.err, /Cannot find subscription!/);
    assert.deepEqual(
      await world.json(`${hcaDss} get-subscriptions --replica aws`),
      { subscriptions: [] },
    );
  });
}

Deno.test("hca local import tells a subscriber, signed, and shows the secret to its maker only", async () => {
  await using world = await World.create();
  const { hca, hook } = world;
  const query = "event_type==`CREATE`";
  const made = await world.json(
    `hca dss put-subscription --replica aws --callback-url ${hook.url} ` +
      `--jmespath-query '${query}' --hmac-secret-key ${SECRET} ` +
      `--attachments '{"n":{"type":"jmespath","expression":"files.cell_json"}}'`,
  );
  assert.equal(made.hmac_secret_key, SECRET);
  const uuid = await world.import("cell_0_0.json", '{"a":1}');
  const [request] = hook.received;
  assert.ok(request);
  const [payload] = hook.payloads();
  assert.equal(payload?.subscription_id, made.uuid);
  assert.equal(payload?.jmespath_query, query);
  assert.equal((payload?.match as JsonObject).bundle_uuid, uuid);
  const { headers } = request;
  const signature = createHmac("sha256", Buffer.from(SECRET))
    .update(`date: ${headers.get("date")}\ndigest: ${headers.get("digest")}`)
    .digest("base64");
  assert.ok(
    headers.get("authorization")?.endsWith(`,signature="${signature}"`),
  );
  const shown = await world.json("hca dss get-subscriptions --replica aws");
  assert.ok(!JSON.stringify(shown).includes(SECRET));
  // Nowhere but in the store itself.
  const places = namesBelow(hca.root).filter((name) =>
    Deno.readTextFileSync(`${hca.root}/${name}`).includes(SECRET)
  );
  assert.ok(places.every((name) => /^store\/dss\.sqlite(-wal)?$/.test(name)));
});

Deno.test("a notification that failed is sent by a later command", async () => {
  await using world = await World.create();
  const { hca, hook } = world;
  const { clock } = hca.runtime;
  let laterMs = 0;
  hca.runtime.clock = {
    now: () => clock.now() + laterMs,
    elapsed: () => clock.elapsed(),
    sleep: (delayMs, signal) => clock.sleep(delayMs, signal),
  };
  hook.answer = () => new Response(null, { status: 500 });
  const es = `'{"query":{"match_all":{}}}'`;
  await world.json(
    `hca dss put-subscription --replica gcp --callback-url ${hook.url} ` +
      `--es-query ${es}`,
  );
  await world.import();
  assert.equal(hook.received.length, 1);
  const line = "hca dss get-bundles-all --replica aws --log-level ERROR";
  await hca.runLine(line);
  assert.equal(hook.received.length, 1);
  laterMs = 61_000;
  await hca.runLine(line);
  await hca.runLine(line);
  assert.deepEqual(
    hook.received.map(({ headers }) => headers.get("x-dss-notify-attempt")),
    ["0", "1"],
  );
});

Deno.test("hca dss put-subscription says what is wrong in one line", async () => {
  await using world = await World.create();
  const { url } = world.hook;
  for (
    const [options, message] of [
      ["--callback-url https://elsewhere.test/", /may not send notifications/],
      [`--callback-url ${url} --jmespath-query a[`, /is not JMESPath/],
    ] as const
  ) {
    const { status, out, err } = await world.hca.runLine(
      `hca dss put-subscription --replica aws ${options} --log-level ERROR`,
    );
    assert.notEqual(status, 0);
    assert.equal(out, "");
    assert.match(err, message);
    assert.ok(!err.includes("    at "), err);
  }
});
