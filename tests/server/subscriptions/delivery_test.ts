import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash, createHmac } from "node:crypto";
import type { JsonObject } from "../../../src/base/mod.ts";
import { openSqlite } from "../../../src/platform/mod.ts";
import { neverAnswers } from "../../support/scripted_fetch.ts";
import { settle } from "../../support/fake_clock.ts";
import { uuidOf } from "../../support/local_store.ts";
import { NotifyWorld } from "./_notify_world.ts";
import type { Received } from "./_webhook.ts";

const BUNDLE = uuidOf(1);
const ES = { es_query: { query: { match_all: {} } } };
const HOUR_MS = 3_600_000;
const SECRET = "planted schlüssel";

const FORM: JsonObject = {
  encoding: "multipart/form-data",
  form_fields: { z: "1", a: 'ä\r\n"' },
  payload_form_field: "what",
};

/** The signature's parameters, if it is that of the request. */
function verify(
  { headers, bytes }: Received,
  secret: string,
): Record<string, string> {
  const [scheme, ...rest] = (headers.get("authorization") ?? "").split(" ");
  assert.equal(scheme, "Signature");
  const parameters = Object.fromEntries(
    rest.join(" ").split(",").map((pair) => {
      const [, name = "", value = ""] = /^([a-zA-Z]+)="([^"]*)"$/.exec(pair) ??
        [];
      return [name, value] as const;
    }),
  );
  const digest = createHash("sha256").update(bytes).digest("base64");
  assert.equal(headers.get("digest"), `SHA-256=${digest}`);
  assert.match(
    headers.get("date") ?? "",
    /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/,
  );
  assert.equal(parameters.headers, "date digest");
  assert.equal(parameters.algorithm, "hmac-sha256");
  const signed = (parameters.headers ?? "").split(" ")
    .map((name) => `${name}: ${headers.get(name)}`).join("\n");
  const expected = createHmac("sha256", Buffer.from(secret, "utf8"))
    .update(signed).digest("base64");
  assert.equal(parameters.signature, expected);
  return parameters;
}

function only(world: NotifyWorld): Received {
  const [request, ...more] = world.hook.received;
  assert.deepEqual(more, []);
  assert.ok(request);
  return request;
}

/** How much is on its way: deliveries, and tasks of them and of changes. */
function rowsOf(world: NotifyWorld): Record<string, unknown> {
  const database = openSqlite(`${world.store.dataDir}/dss.sqlite`);
  try {
    const count = (table: string) =>
      database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n;
    return { deliveries: count("deliveries"), tasks: count("tasks") };
  } finally {
    database.close();
  }
}

for (const [kind, query] of Object.entries({ jmespath: {}, es: ES })) {
  Deno.test(`a notification of the ${kind} kind is signed, as JSON and as a form`, async () => {
    for (const form of [{}, FORM]) {
      await using world = await NotifyWorld.open();
      const uuid = await world.subscribe({
        ...query,
        ...form,
        hmac_secret_key: SECRET,
      });
      await world.add({ uuid: BUNDLE });
      await world.run();
      const { keyId } = verify(only(world), SECRET);
      assert.equal(keyId, `hca-dss:${uuid}`);
      assert.throws(() => verify(only(world), "another key"));
    }
  });

  Deno.test(`a notification of the ${kind} kind is sent as a form`, async () => {
    await using world = await NotifyWorld.open();
    const subscription_id = await world.subscribe({ ...query, ...FORM });
    await world.add({ uuid: BUNDLE });
    await world.run();
    const { headers, bytes } = only(world);
    const form = await new Response(bytes, { headers }).formData();
    assert.deepEqual([...form.keys()], ["z", "a", "what"]);
    assert.equal(form.get("z"), "1");
    assert.equal(form.get("a"), 'ä\r\n"');
    const payload = JSON.parse(String(form.get("what")));
    assert.equal(payload.subscription_id, subscription_id);
    assert.equal(payload.match.bundle_uuid, BUNDLE);
    const lines = new TextDecoder().decode(bytes).split("\r\n");
    assert.deepEqual(
      lines.filter((line) => /^[\w-]+: /.test(line))
        .map((line) => line.split(":")[0]),
      ["Content-Disposition", "Content-Disposition", "Content-Disposition"],
    );
  });

  Deno.test(`a form of the ${kind} kind has its defaults`, async () => {
    await using world = await NotifyWorld.open();
    await world.subscribe({ ...query, encoding: "multipart/form-data" });
    await world.add({ uuid: BUNDLE });
    await world.run();
    const { headers, bytes } = only(world);
    const form = await new Response(bytes, { headers }).formData();
    assert.deepEqual([...form.keys()], ["payload"]);
  });
}

Deno.test("a notification says the key's id and uses PUT when asked to", async () => {
  await using world = await NotifyWorld.open();
  await world.subscribe({
    method: "PUT",
    hmac_secret_key: SECRET,
    hmac_key_id: "my key, no. 1",
  });
  await world.add({ uuid: BUNDLE });
  await world.run();
  assert.equal(only(world).method, "PUT");
  const { authorization } = Object.fromEntries(only(world).headers);
  assert.match(authorization ?? "", /^Signature keyId="my key, no. 1",/);
});

Deno.test("an empty secret signs nothing", async () => {
  await using world = await NotifyWorld.open();
  await world.subscribe({ hmac_secret_key: "" });
  await world.add({ uuid: BUNDLE });
  await world.run();
  assert.equal(only(world).headers.get("authorization"), null);
  assert.equal(only(world).headers.get("digest"), null);
});

const SCHEDULES = {
  jmespath: [0, 900, ...Array<number>(11).fill(21_600)],
  elasticsearch: [
    ...[0, 60, 600, 3600, 21_600, 60_540],
    ...Array<number>(6).fill(86_400),
  ],
};

for (const [kind, delays] of Object.entries(SCHEDULES)) {
  const query = kind === "jmespath" ? {} : ES;

  Deno.test(`a notification of the ${kind} kind that fails is tried on schedule, through restarts`, async () => {
    await using world = await NotifyWorld.open();
    const uuid = await world.subscribe({ ...query, hmac_secret_key: SECRET });
    world.hook.answer = () => new Response("no", { status: 503 });
    await world.add({ uuid: BUNDLE });
    for (const [attempt, seconds] of delays.entries()) {
      if (attempt % 3 === 2) await world.restart();
      if (seconds > 0) await world.store.clock.advance(seconds * 1000 - 1);
      await world.run();
      assert.equal(world.hook.received.length, attempt + Number(seconds === 0));
      if (seconds > 0) await world.store.clock.advance(1);
      await world.run();
      assert.equal(world.hook.received.length, attempt + 1);
    }
    await world.store.clock.advance(30 * 24 * HOUR_MS);
    await world.run();
    assert.equal(world.hook.received.length, delays.length);
    assert.deepEqual(
      world.hook.received.map(({ headers }) =>
        headers.get("x-dss-notify-attempt")
      ),
      delays.map((_seconds, attempt) => String(attempt)),
    );
    // One delivery, dated anew for each attempt.
    const ids = world.hook.payloads().map(({ transaction_id }) =>
      transaction_id
    );
    assert.equal(new Set(ids).size, 1);
    const dates = world.hook.received.map(({ headers }) => headers.get("date"));
    assert.equal(new Set(dates).size, delays.length);
    for (const request of world.hook.received) verify(request, SECRET);
    assert.deepEqual(
      world.log.messages().at(-1),
      `notification ${ids[0]} of subscription ${uuid}: it was answered with ` +
        `503; given up after ${delays.length} attempts`,
    );
    assert.equal(world.log.entries.at(-1)?.level, "WARNING");
    assert.deepEqual(rowsOf(world), { deliveries: 0, tasks: 0 });
  });

  Deno.test(`a notification of the ${kind} kind that is taken in the end is sent no more`, async () => {
    await using world = await NotifyWorld.open();
    await world.subscribe(query);
    const statuses = [500, 404, 204];
    world.hook.answer = () =>
      new Response(null, { status: statuses.shift() ?? 500 });
    await world.add({ uuid: BUNDLE });
    for (let turn = 0; turn < 10; turn++) {
      await world.run();
      await world.store.clock.advance(24 * HOUR_MS);
    }
    assert.equal(world.hook.received.length, 3);
    assert.deepEqual(statuses, []);
    assert.deepEqual(rowsOf(world), { deliveries: 0, tasks: 0 });
  });
}

Deno.test("a redirect is a failure and is not followed", async () => {
  await using world = await NotifyWorld.open();
  await world.subscribe();
  world.hook.answer = () =>
    new Response(null, { status: 307, headers: { location: "/elsewhere" } });
  await world.add({ uuid: BUNDLE });
  await world.run();
  assert.equal(only(world).target, "/hook?a=b");
  assert.match(
    world.log.messages().join("\n"),
    /it was answered with 307; next attempt at 2020-01-01T00:15:00.000Z$/,
  );
});

Deno.test("a receiver that says nothing is given up after a minute", async () => {
  let isAborted = false;
  await using world = await NotifyWorld.open({
    fetch: (request) => {
      request.signal.addEventListener("abort", () => isAborted = true);
      return neverAnswers(request);
    },
  });
  await world.subscribe();
  await world.add({ uuid: BUNDLE });
  await using _server = world.serve();
  await settle();
  await world.store.clock.advance(59_999);
  assert.equal(isAborted, false);
  await world.store.clock.advance(1);
  assert.equal(isAborted, true);
  assert.match(
    world.log.messages().join("\n"),
    /there was no answer in 60 seconds; next attempt/,
  );
});

Deno.test("a receiver that is not there is tried again, and its address is no secret's leak", async () => {
  await using world = await NotifyWorld.open();
  const port = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port: free } = port.addr;
  port.close();
  const callback_url = `http://127.0.0.1:${free}/hook?token=${SECRET}`;
  await world.subscribe({ callback_url, hmac_secret_key: SECRET });
  await world.add({ uuid: BUNDLE });
  await world.run();
  const messages = world.log.messages().join("\n");
  assert.match(messages, /there was no answer; next attempt/);
  assert.ok(!messages.includes("planted"));
});

Deno.test("an answer's body is not read", async () => {
  await using world = await NotifyWorld.open();
  await world.subscribe();
  let isCancelled = false;
  world.hook.answer = () =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
        cancel: () => {
          isCancelled = true;
        },
      }),
    );
  await world.add({ uuid: BUNDLE });
  await world.run();
  world.hook.answer = () => new Response();
  await world.add({ uuid: uuidOf(2) });
  await world.run();
  while (!isCancelled) await settle();
  assert.equal(world.hook.received.length, 2);
});

Deno.test("deleting a subscription drops what is on its way for it", async () => {
  await using world = await NotifyWorld.open();
  world.hook.answer = () => new Response(null, { status: 500 });
  const uuid = await world.subscribe();
  const other = await world.subscribe();
  await world.add({ uuid: BUNDLE });
  await world.run();
  // One that was not even matched.
  await world.add({ uuid: uuidOf(2) });
  assert.equal(world.hook.received.length, 2);
  await world.json("DELETE", `/subscriptions/${uuid}?replica=aws`);
  assert.deepEqual(rowsOf(world), { deliveries: 1, tasks: 2 });
  await world.store.clock.advance(24 * HOUR_MS);
  await world.run();
  const told = world.hook.payloads().slice(2)
    .map(({ subscription_id }) => subscription_id);
  assert.deepEqual(told, [other, other]);
});

Deno.test("a host that is not allowed any more is not asked, and is when it is again", async () => {
  const asked: string[] = [];
  const fetch = (request: Request) => {
    asked.push(request.url);
    return Promise.resolve(new Response());
  };
  const callbackHosts = ["hooks.test"];
  await using world = await NotifyWorld.open({ callbackHosts, fetch });
  const callback_url = "https://hooks.test/x";
  await world.subscribe({ callback_url });
  await world.add({ uuid: BUNDLE });
  await world.restart({ fetch });
  await world.run();
  assert.deepEqual(asked, []);
  assert.match(
    world.log.messages().join("\n"),
    /may not send notifications to 'hooks.test'/,
  );
  await world.restart({ callbackHosts, fetch });
  await world.store.clock.advance(900_000);
  await world.run();
  assert.deepEqual(asked, [callback_url]);
});

Deno.test("a process that ends while it delivers leaves the attempt to another one", async () => {
  await using world = await NotifyWorld.open({ fetch: neverAnswers });
  await world.subscribe();
  await world.add({ uuid: BUNDLE });
  const ending = new AbortController();
  const running = world.dss.runDueTasks(ending.signal);
  await settle();
  ending.abort();
  await running;
  assert.deepEqual(world.log.messages(), []);
  await world.restart();
  await world.run();
  assert.equal(only(world).headers.get("x-dss-notify-attempt"), "0");
});
