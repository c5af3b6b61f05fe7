import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/base/mod.ts";
import { ORIGIN, uuidOf, VERSION } from "../../support/local_store.ts";
import { jmesPath, NotifyWorld } from "./_notify_world.ts";

const BUNDLE = uuidOf(1);
const LATER = "2019-02-01T000000.000000Z";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const CELL = { describedBy: "https://schema.test/cell", taxon: [9606] };
const FILES = [
  { name: "cell_suspension_0.json", content: JSON.stringify(CELL) },
  { name: "a.txt" },
];
const SPECIES = { "files.cell_suspension_json.taxon": 9606 };
const MATCHES = { es_query: { query: { match: SPECIES } } };
const DEAD = { es_query: { query: { term: { admin_deleted: true } } } };

/** What was sent, without what is new each time. */
function payloads(world: NotifyWorld): unknown[] {
  return world.hook.payloads().map(({ transaction_id, ...others }) => {
    assert.match(String(transaction_id), UUID);
    return others;
  });
}

function subscriptionsOf(world: NotifyWorld): unknown[] {
  return world.hook.payloads().map(({ subscription_id }) => subscription_id);
}

Deno.test("a jmespath subscription without a query is told of a new bundle", async () => {
  await using world = await NotifyWorld.open();
  const subscription_id = await world.subscribe();
  await world.add({ uuid: BUNDLE, files: FILES });
  assert.equal(world.hook.received.length, 0);
  await world.store.clock.advance(1500);
  await world.run();
  assert.deepEqual(payloads(world), [{
    subscription_id,
    match: { bundle_uuid: BUNDLE, bundle_version: VERSION },
    event_type: "CREATE",
    event_timestamp: "2020-01-01T000001.500000Z",
    dss_api: ORIGIN,
    bundle_url: `${ORIGIN}/v1/bundles/${BUNDLE}?version=${VERSION}`,
  }]);
  const [request] = world.hook.received;
  assert.equal(request?.method, "POST");
  assert.equal(request.target, "/hook?a=b");
  assert.equal(request.headers.get("content-type"), "application/json");
  assert.equal(request.headers.get("x-dss-notify-attempt"), "0");
  assert.equal(request.headers.get("authorization"), null);
  await world.run();
  assert.equal(world.hook.received.length, 1);
});

Deno.test("an elasticsearch subscription is told of a new bundle that matches", async () => {
  await using world = await NotifyWorld.open();
  const subscription_id = await world.subscribe(MATCHES);
  await world.add({ uuid: BUNDLE, files: FILES });
  await world.add({ uuid: uuidOf(2) });
  await world.run();
  assert.deepEqual(payloads(world), [{
    subscription_id,
    match: { bundle_uuid: BUNDLE, bundle_version: VERSION },
    ...MATCHES,
  }]);
});

Deno.test("storing a bundle that is there notifies nobody", async () => {
  await using world = await NotifyWorld.open();
  await world.add({ uuid: BUNDLE, files: FILES });
  await world.subscribe(MATCHES);
  await world.subscribe();
  await world.add({ uuid: BUNDLE, files: FILES });
  await world.run();
  assert.deepEqual(subscriptionsOf(world), []);
});

Deno.test("a subscription is not told of what happened before it was made", async () => {
  await using world = await NotifyWorld.open();
  const early = await world.subscribe();
  await world.add({ uuid: BUNDLE });
  await world.subscribe();
  await world.run();
  assert.deepEqual(subscriptionsOf(world), [early]);
});

Deno.test("subscriptions of both replicas and of all users are told", async () => {
  await using world = await NotifyWorld.open();
  const all = [
    await world.subscribe(),
    await world.subscribe({}, { replica: "gcp" }),
    await world.subscribe(MATCHES, { replica: "gcp", email: "b@example.org" }),
  ];
  await world.add({ uuid: BUNDLE, files: FILES });
  await world.run();
  assert.deepEqual(subscriptionsOf(world).sort(), all.sort());
});

Deno.test("a tombstone of one version tells subscribers of that version", async () => {
  await using world = await NotifyWorld.open();
  await world.add({ uuid: BUNDLE });
  await world.add({ uuid: BUNDLE, version: LATER });
  const match = { bundle_uuid: BUNDLE, bundle_version: VERSION };
  const jmespath_query = "event_type==`TOMBSTONE` && bundle_info.version";
  const event = await world.subscribe({ jmespath_query });
  const es = await world.subscribe(DEAD);
  await world.subscribe(MATCHES);
  await world.remove(BUNDLE, VERSION);
  await world.run();
  const found = payloads(world) as JsonObject[];
  assert.equal(found.length, 2);
  assert.deepEqual(found.find((one) => one.subscription_id === es), {
    subscription_id: es,
    match,
    ...DEAD,
  });
  assert.deepEqual(found.find((one) => one.subscription_id === event), {
    subscription_id: event,
    match,
    jmespath_query,
    event_type: "TOMBSTONE",
    event_timestamp: "2020-01-01T000000.000000Z",
    dss_api: ORIGIN,
    bundle_url: `${ORIGIN}/v1/bundles/${BUNDLE}?version=${VERSION}`,
  });
});

Deno.test("a tombstone of a whole bundle tells subscribers of each version that was alive", async () => {
  await using world = await NotifyWorld.open();
  const versions = [VERSION, LATER, "2019-03-01T000000.000000Z"];
  for (const version of versions) await world.add({ uuid: BUNDLE, version });
  await world.remove(BUNDLE, LATER);
  const all = [
    await world.subscribe(DEAD),
    await world.subscribe(),
    await world.subscribe({ jmespath_query: "admin_deleted==`true`" }),
  ];
  await world.subscribe({ jmespath_query: "bundle_info.version" });
  await world.remove(BUNDLE);
  await world.run();
  const told = world.hook.payloads().map(({ subscription_id, match }) =>
    `${subscription_id} ${(match as JsonObject).bundle_version}`
  );
  const alive = [VERSION, "2019-03-01T000000.000000Z"];
  assert.deepEqual(
    told.sort(),
    all.flatMap((uuid) => alive.map((version) => `${uuid} ${version}`)).sort(),
  );
});

/** Queries on the event of the bundle of `FILES`, and whether they match. */
const QUERIES: [query: string, matches: boolean][] = [
  ["event_type==`CREATE`", true],
  ["event_type==`TOMBSTONE`", false],
  ["bundle_info.uuid", true],
  ["files.cell_suspension_json[].taxon", true],
  ["files.donor_json", false],
  ["files.donor_json[].x", false],
  ["`0`", false],
  ["`0.0`", false],
  ["`-1`", true],
  ["`false`", false],
  ["`null`", false],
  ['`""`', false],
  ["` false `", false],
  ["`[]`", false],
  ["`{}`", false],
  ["`[0]`", true],
  ["'0'", true],
  ['`{"a": null}`', true],
  // It compiles, and fails.
  ["length(bundle_info.version.x)", false],
];

Deno.test("a jmespath query matches if its result is true in Python", async () => {
  await using world = await NotifyWorld.open();
  const expected: unknown[] = [];
  for (const [jmespath_query, matches] of QUERIES) {
    const uuid = await world.subscribe({ jmespath_query });
    if (matches) expected.push(uuid);
  }
  await world.add({ uuid: BUNDLE, files: FILES });
  await world.run();
  const names = new Map(
    world.hook.payloads().map((one) =>
      [one.subscription_id, one.jmespath_query] as const
    ),
  );
  assert.deepEqual(
    [...names.values()].sort(),
    QUERIES.filter(([, matches]) => matches).map(([query]) => query).sort(),
  );
  assert.deepEqual([...names.keys()].sort(), expected.sort());
});

const TAXON = {
  attachments: {
    taxon: {
      type: "jmespath",
      expression: "files.cell_suspension_json[].taxon[]",
    },
    state: { type: "jmespath", expression: "state" },
    type: { type: "jmespath", expression: "event_type" },
    bad: { type: "jmespath", expression: "length(`1`)" },
  },
};

Deno.test("attachments are taken from the index document or from the event", async () => {
  await using world = await NotifyWorld.open();
  const es = await world.subscribe({ ...MATCHES, ...TAXON });
  await world.subscribe(TAXON);
  await world.add({ uuid: BUNDLE, files: FILES });
  await world.run();
  assert.equal(world.hook.received.length, 2);
  for (const { subscription_id, attachments } of world.hook.payloads()) {
    const { _errors, ...others } = attachments as JsonObject;
    assert.deepEqual(
      others,
      subscription_id === es
        ? { taxon: [9606], state: "new", type: null }
        : { taxon: [9606], state: null, type: "CREATE" },
    );
    assert.deepEqual(Object.keys(_errors as JsonObject), ["bad"]);
  }
});

Deno.test("a tombstone comes with attachments for elasticsearch subscriptions only", async () => {
  await using world = await NotifyWorld.open();
  await world.add({ uuid: BUNDLE });
  const expression = "reason";
  const attachments = { why: { type: "jmespath", expression } };
  const es = await world.subscribe({ ...DEAD, attachments });
  const event = await world.subscribe({ attachments });
  await world.remove(BUNDLE);
  await world.run();
  const found = new Map(
    world.hook.payloads().map((one) => [one.subscription_id, one]),
  );
  assert.deepEqual(found.get(es)?.attachments, { why: "wrong" });
  assert.ok(!("attachments" in (found.get(event) ?? { attachments: 0 })));
});

Deno.test("attachments of more than 128 KiB are replaced by a message", async () => {
  await using world = await NotifyWorld.open();
  const expression = "files.big_json[].text";
  await world.subscribe({
    attachments: { a: { type: "jmespath", expression } },
  });
  const text = "x".repeat(131_072);
  await world.add({
    uuid: BUNDLE,
    files: [{ name: "big_0.json", content: JSON.stringify({ text }) }],
  });
  await world.run();
  const [payload] = world.hook.payloads();
  const length = `{"a": ["${text}"]}`.length;
  assert.deepEqual(payload?.attachments, {
    _errors: `Attachments too large (${length} > 131072)`,
  });
});

Deno.test("a change survives the end of the process that made it", async () => {
  await using world = await NotifyWorld.open();
  await world.subscribe();
  await world.subscribe(MATCHES);
  await world.add({ uuid: BUNDLE, files: FILES });
  await world.restart();
  await world.run();
  assert.equal(world.hook.received.length, 2);
});

Deno.test("what needs JMESPath waits for a process that has it, the rest does not", async () => {
  await using world = await NotifyWorld.open();
  const first = [await world.subscribe(), await world.subscribe(MATCHES)];
  const second = [
    await world.subscribe({ jmespath_query: "event_type" }),
    await world.subscribe({ ...MATCHES, ...TAXON }),
  ];
  await world.restart({ jmesPath: null });
  await world.add({ uuid: BUNDLE, files: FILES });
  await world.run();
  assert.deepEqual(subscriptionsOf(world).sort(), first.sort());
  await world.store.clock.advance(60_000);
  await world.run();
  assert.equal(world.hook.received.length, 2);
  await world.restart();
  await world.store.clock.advance(60_000);
  await world.run();
  assert.deepEqual(
    subscriptionsOf(world).sort(),
    [...first, ...second].sort(),
  );
});

Deno.test("a library that cannot be loaded for a while loses nothing", async () => {
  let isThere = true;
  await using world = await NotifyWorld.open({
    jmesPath: (text) =>
      isThere ? jmesPath(text) : Promise.reject(new TypeError("npm is gone")),
  });
  await world.subscribe({ jmespath_query: "event_type" });
  await world.subscribe(MATCHES);
  isThere = false;
  await world.add({ uuid: BUNDLE, files: FILES });
  await world.run();
  assert.equal(world.hook.received.length, 0);
  isThere = true;
  await world.store.clock.advance(60_000);
  await world.run();
  assert.equal(world.hook.received.length, 2);
});
