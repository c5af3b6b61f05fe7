import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/base/mod.ts";
import { uuidOf } from "../../support/local_store.ts";
import { NotifyWorld, OWNER } from "./_notify_world.ts";

const UUID =
  /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const HOOK = "http://127.0.0.1:1/hook";
const OTHER = "other@example.org";
const ES = { es_query: { query: { match_all: {} } } };
const PUT = "/subscriptions?replica=aws";
const SECRET = "my planted key";
/** As a body may be: every property. */
const FULL = {
  callback_url: HOOK,
  jmespath_query: "event_type==`CREATE`",
  method: "PUT",
  encoding: "multipart/form-data",
  form_fields: { foo: "bar" },
  payload_form_field: "p",
  hmac_secret_key: SECRET,
  hmac_key_id: "key 1",
  attachments: { a: { type: "jmespath", expression: "files" } },
};

Deno.test("putSubscription answers a jmespath subscription whole, secret included", async () => {
  await using world = await NotifyWorld.open();
  const answer = await world.call("PUT", PUT, { body: FULL });
  assert.equal(answer.status, 201);
  const { uuid, ...others } = await answer.json();
  assert.match(uuid, UUID);
  assert.deepEqual(others, { ...FULL, owner: OWNER, replica: "aws" });
});

Deno.test("putSubscription answers an elasticsearch subscription by its uuid", async () => {
  await using world = await NotifyWorld.open();
  const body = { ...FULL, ...ES };
  const answer = await world.call("PUT", PUT, { body });
  assert.equal(answer.status, 201);
  const { uuid, ...others } = await answer.json();
  assert.match(uuid, UUID);
  assert.deepEqual(others, {});
});

Deno.test("putSubscription makes another subscription with every call, whatever uuid is asked for", async () => {
  await using world = await NotifyWorld.open();
  const path = `${PUT}&uuid=${uuidOf(1)}`;
  const made = await Promise.all(
    [1, 2].map(() => world.json("PUT", path, { body: { callback_url: HOOK } })),
  );
  assert.notEqual(made[0]?.uuid, made[1]?.uuid);
  assert.ok(made.every(({ uuid }) => uuid !== uuidOf(1)));
});

Deno.test("getSubscriptions lists the caller's of one kind and replica, by descending uuid", async () => {
  await using world = await NotifyWorld.open();
  const ours = [
    await world.subscribe(),
    await world.subscribe(),
    await world.subscribe({ es_query: {} }),
  ];
  const es = await world.subscribe(ES);
  const gcp = await world.subscribe({}, { replica: "gcp" });
  await world.subscribe({}, { email: OTHER });
  const list = async (query: string) => {
    const { subscriptions, ...more } = await world
      .json("GET", `/subscriptions?${query}`);
    assert.deepEqual(more, {});
    return (subscriptions as JsonObject[]).map(({ uuid }) => uuid);
  };
  assert.deepEqual(await list("replica=aws"), ours.sort().reverse());
  assert.deepEqual(
    await list("replica=aws&subscription_type=jmespath"),
    ours.sort().reverse(),
  );
  const kind = "subscription_type=elasticsearch";
  assert.deepEqual(await list(`replica=aws&${kind}`), [es]);
  assert.deepEqual(await list("replica=gcp"), [gcp]);
  assert.deepEqual(await list(`replica=gcp&${kind}`), []);
});

Deno.test("an empty es_query makes a jmespath subscription and is kept", async () => {
  await using world = await NotifyWorld.open();
  const uuid = await world.subscribe({ es_query: {} });
  const { es_query } = await world
    .json("GET", `/subscriptions/${uuid}?replica=aws`);
  assert.deepEqual(es_query, {});
});

for (const kind of ["jmespath", "elasticsearch"]) {
  const asked = kind === "jmespath" ? {} : ES;
  const query = `replica=aws&subscription_type=${kind}`;

  Deno.test(`getSubscription shows a ${kind} subscription as it was sent, without the secret`, async () => {
    await using world = await NotifyWorld.open();
    const uuid = await world.subscribe({ ...FULL, ...asked });
    const { hmac_secret_key: _, ...sent } = { ...FULL, ...asked };
    const expected = { ...sent, uuid, owner: OWNER, replica: "aws" };
    const shown = await world.json("GET", `/subscriptions/${uuid}?${query}`);
    assert.deepEqual(shown, expected);
    const list = await world.json("GET", `/subscriptions?${query}`);
    assert.deepEqual(list, { subscriptions: [expected] });
  });

  Deno.test(`getSubscription fills in no defaults of a ${kind} subscription`, async () => {
    await using world = await NotifyWorld.open();
    const uuid = await world.subscribe({ callback_url: HOOK, ...asked });
    const shown = await world.json("GET", `/subscriptions/${uuid}?${query}`);
    assert.deepEqual(shown, {
      callback_url: HOOK,
      ...asked,
      uuid,
      owner: OWNER,
      replica: "aws",
    });
  });

  for (const method of ["GET", "DELETE"]) {
    Deno.test(`${method} finds a ${kind} subscription only where and as what it was made`, async () => {
      await using world = await NotifyWorld.open();
      const uuid = await world.subscribe(asked);
      const other = kind === "jmespath" ? "elasticsearch" : "jmespath";
      const paths = [
        `/subscriptions/${uuidOf(1)}?${query}`,
        `/subscriptions/${uuid.toUpperCase()}?${query}`,
        `/subscriptions/${uuid}?replica=gcp&subscription_type=${kind}`,
        `/subscriptions/${uuid}?replica=aws&subscription_type=${other}`,
      ];
      for (const path of paths) {
        const answer = await world.call(method, path);
        assert.equal(answer.status, 404, path);
        const { code, title } = await answer.json();
        assert.equal(code, "not_found");
        assert.equal(title, "Cannot find subscription!");
      }
      await world.json("GET", `/subscriptions/${uuid}?${query}`);
    });

    const status = kind === "jmespath" ? 404 : 403;
    Deno.test(`${method} of somebody else's ${kind} subscription is ${status}`, async () => {
      await using world = await NotifyWorld.open();
      const uuid = await world.subscribe({ ...FULL, ...asked });
      const path = `/subscriptions/${uuid}?${query}`;
      const answer = await world.call(method, path, { email: OTHER });
      assert.equal(answer.status, status);
      const text = await answer.text();
      assert.ok(!text.includes(SECRET) && !text.includes(HOOK), text);
      await world.json("GET", path);
    });
  }

  Deno.test(`deleteSubscription says when, and then there is no ${kind} subscription`, async () => {
    await using world = await NotifyWorld.open();
    const uuid = await world.subscribe(asked);
    const path = `/subscriptions/${uuid}?${query}`;
    assert.deepEqual(await world.json("DELETE", path), {
      timeDeleted: "2020-01-01T000000.000000Z",
    });
    assert.equal((await world.call("DELETE", path)).status, 404);
    const list = await world.json("GET", `/subscriptions?${query}`);
    assert.deepEqual(list, { subscriptions: [] });
  });

  Deno.test(`putSubscription refuses the 102nd ${kind} subscription of one owner and replica`, async () => {
    await using world = await NotifyWorld.open();
    const { accessToken } = await world.dss.issueTokens({ email: OWNER });
    const put = (path = PUT, token = accessToken) =>
      world.dss.handler(
        new Request(`http://dss.test/v1${path}`, {
          method: "PUT",
          headers: {
            authorization: `Bearer ${token}`,
            "content-type": "application/json",
          },
          body: JSON.stringify({ callback_url: HOOK, ...asked }),
        }),
      );
    for (let count = 1; count <= 101; count++) {
      assert.equal((await put()).status, 201, String(count));
    }
    const refused = await put();
    assert.equal(refused.status, 406);
    const { code, title } = await refused.json();
    assert.equal(code, "not_acceptable");
    assert.match(title, /^You have more than 100 subscriptions/);
    // Nobody and nothing else is meant.
    const other = await world.dss.issueTokens({ email: OTHER });
    assert.equal((await put(PUT, other.accessToken)).status, 201);
    assert.equal((await put("/subscriptions?replica=gcp")).status, 201);
    const body = {
      callback_url: HOOK,
      ...(kind === "jmespath" ? ES : {}),
    };
    assert.equal((await world.call("PUT", PUT, { body })).status, 201);
    // One less is one more.
    const { subscriptions } = await world.json(
      "GET",
      `/subscriptions?${query}`,
    );
    assert.equal((subscriptions as JsonObject[]).length, 101);
    const uuid = (subscriptions as JsonObject[])[0]?.uuid;
    await world.json("DELETE", `/subscriptions/${uuid}?${query}`);
    assert.equal((await put()).status, 201);
  });
}

const good = { callback_url: HOOK };
const attached = (name: string, expression: string) => ({
  ...good,
  attachments: { [name]: { type: "jmespath", expression } },
});

/** Bodies that are refused with 400. */
const REFUSED: [what: string, body: unknown, code: string, title: RegExp][] = [
  ["no callback_url", {}, "illegal_arguments", /callback_url.*required/],
  [
    "another property",
    { ...good, hmac_secret: SECRET },
    "illegal_arguments",
    /'hmac_secret'/,
  ],
  [
    "another scheme",
    { callback_url: "ftp://localhost/" },
    "illegal_arguments",
    /callback_url/,
  ],
  [
    "a text around the address",
    { callback_url: "zzhttps://localhost/" },
    "illegal_arguments",
    /^'callback_url' is not an http or https address$/,
  ],
  [
    "a host that is not allowed",
    { callback_url: "https://elsewhere.test/" },
    "illegal_arguments",
    /^This service may not send notifications to 'elsewhere.test'/,
  ],
  [
    "plain http to an allowed host",
    { callback_url: "http://allowed.test/" },
    "illegal_arguments",
    /^Notifications to 'allowed.test' need an https address$/,
  ],
  ["another method", { ...good, method: "GET" }, "illegal_arguments", /method/],
  [
    "another encoding",
    { ...good, encoding: "text/plain" },
    "illegal_arguments",
    /encoding/,
  ],
  [
    "a form field that is no text",
    { ...good, form_fields: { a: 1 } },
    "illegal_arguments",
    /form_fields/,
  ],
  [
    "a secret that is no text",
    { ...good, hmac_secret_key: [SECRET] },
    "illegal_arguments",
    /hmac_secret_key/,
  ],
  [
    "a key id that no header can have",
    { ...good, hmac_key_id: 'a"\r\nX: y' },
    "illegal_arguments",
    /^'hmac_key_id' may have printable ASCII only/,
  ],
  [
    "an attachment of another type",
    { ...good, attachments: { a: { type: "xpath", expression: "a" } } },
    "illegal_arguments",
    /type/,
  ],
  [
    "an attachment without expression",
    { ...good, attachments: { a: { type: "jmespath" } } },
    "illegal_arguments",
    /expression/,
  ],
  [
    "an empty query",
    { ...good, jmespath_query: "" },
    "invalid_jmespath",
    /^'jmespath_query' is not JMESPath: it is empty$/,
  ],
  [
    "a query that does not compile",
    { ...good, jmespath_query: "a[" },
    "invalid_jmespath",
    /^'jmespath_query' is not JMESPath: Syntax error/,
  ],
  [
    "a query with a function that is none",
    { ...good, jmespath_query: "lenght(a)" },
    "invalid_jmespath",
    /there is no function lenght\(\)$/,
  ],
  [
    "a query of very many characters",
    { ...good, jmespath_query: "a".repeat(10_001) },
    "invalid_jmespath",
    /^'jmespath_query' has more than 10000 characters$/,
  ],
  [
    "very many attachments",
    {
      ...good,
      attachments: Object.fromEntries(
        Array.from({ length: 101 }, (_, number) => [
          `a${number}`,
          { type: "jmespath", expression: "a" },
        ]),
      ),
    },
    "illegal_arguments",
    /^'attachments' has more than 100 of them$/,
  ],
  [
    "a reserved attachment",
    attached("_errors", "a"),
    "invalid_attachment_name",
    /^The attachment '_errors' must not start with an underscore$/,
  ],
  [
    "an attachment that does not compile",
    attached("a", "b["),
    "invalid_attachment_expression",
    /^The expression of the attachment 'a' is not JMESPath: Syntax error/,
  ],
  [
    "an attachment of nothing",
    attached("a", ""),
    "invalid_attachment_expression",
    /it is empty$/,
  ],
  [
    "a query that no index takes",
    { ...good, es_query: { query: { mtch: {} } } },
    "elasticsearch_bad_request",
    /unsupported query type 'mtch'/,
  ],
];

for (const [what, body, code, title] of REFUSED) {
  Deno.test(`putSubscription refuses ${what}`, async () => {
    await using world = await NotifyWorld.open({
      callbackHosts: ["allowed.test"],
    });
    const answer = await world.call("PUT", PUT, { body });
    const text = await answer.text();
    assert.equal(answer.status, 400, text);
    const problem = JSON.parse(text);
    assert.equal(problem.code, code, text);
    assert.match(problem.title, title);
    assert.ok(!text.includes(SECRET));
    const list = await world.json("GET", "/subscriptions?replica=aws");
    assert.deepEqual(list, { subscriptions: [] });
  });
}

const TAKEN: [what: string, body: JsonObject][] = [
  ["literals without quotes", { jmespath_query: "event_type==`TOMBSTONE`" }],
  ["a query of any value", { jmespath_query: "admin_deleted==`true`" }],
  ["an es_query without its wrapper", { es_query: { bool: {} } }],
  [
    "a bad jmespath_query beside an es_query, which is what counts",
    { ...ES, jmespath_query: "a[" },
  ],
  ["an allowed host", { callback_url: "https://allowed.test/x?y" }],
  ["an empty secret", { hmac_secret_key: "" }],
];

for (const [what, wishes] of TAKEN) {
  Deno.test(`putSubscription takes ${what}`, async () => {
    await using world = await NotifyWorld.open({
      callbackHosts: ["allowed.test"],
    });
    await world.subscribe(wishes);
  });
}

Deno.test("putSubscription answers 501 to JMESPath without a library, and takes the rest", async () => {
  await using world = await NotifyWorld.open({ jmesPath: null });
  for (const body of [{ ...good, jmespath_query: "a" }, attached("a", "b")]) {
    const answer = await world.call("PUT", PUT, { body });
    assert.equal(answer.status, 501);
    const { code, title } = await answer.json();
    assert.equal(code, "not_implemented");
    assert.match(title, /this service runs without a library for JMESPath/);
    assert.equal(answer.headers.get("retry-after"), null);
  }
  await world.subscribe();
  await world.subscribe(ES);
});

Deno.test("putSubscription answers 503 when the library cannot be loaded", async () => {
  await using world = await NotifyWorld.open({
    jmesPath: () => Promise.reject(new TypeError("npm is gone")),
  });
  const body = { ...good, jmespath_query: "a" };
  const answer = await world.call("PUT", PUT, { body });
  assert.equal(answer.status, 503);
  assert.equal(answer.headers.get("retry-after"), "10");
  assert.equal((await answer.json()).code, "service_unavailable");
});
