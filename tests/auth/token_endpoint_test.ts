import assert from "node:assert/strict";
import { requestToken, TokenRefused } from "../../src/auth/mod.ts";
import { CancelledError, type Fetch } from "../../src/base/mod.ts";
import { denoClock } from "../../src/platform/mod.ts";
import { settle } from "../support/fake_clock.ts";
import {
  jsonAnswer,
  neverAnswers,
  scriptedFetch,
} from "../support/scripted_fetch.ts";
import {
  assertNoSecrets,
  errorOf,
  providerAt,
  tokenWorld,
} from "./_token_world.ts";

const PROVIDER = providerAt("https://idp.test");
const FIELDS = {
  grant_type: "refresh_token",
  refresh_token: "PLANTED-refresh",
  code_verifier: "PLANTED-verifier",
};
const GOOD = { access_token: "abc", token_type: "Bearer" };

/** What a provider's answer becomes. */
async function answerTo(value: unknown, init?: ResponseInit) {
  const answer = value instanceof Response ? value : jsonAnswer(value, init);
  const world = tokenWorld({ fetch: () => Promise.resolve(answer) });
  try {
    return await requestToken(world.tools, PROVIDER, FIELDS);
  } finally {
    assertNoSecrets(world.log.messages().join("\n"));
    assert.equal(world.clock.pending, 0, "the time limit is over");
  }
}

const errorFor = (value: unknown, init?: ResponseInit) =>
  errorOf(answerTo(value, init));

Deno.test("requestToken sends the form and the client in the body", async () => {
  const script = scriptedFetch([{
    request: "POST https://idp.test/token",
    answer: jsonAnswer({
      ...GOOD,
      refresh_token: "next",
      id_token: "id",
      expires_in: 3600,
      scope: "openid email",
    }),
  }]);
  const { tools, clock, log } = tokenWorld(script);
  assert.deepEqual(await requestToken(tools, PROVIDER, FIELDS), {
    accessToken: "abc",
    refreshToken: "next",
    idToken: "id",
    expiresAtMs: clock.now() + 3_600_000,
    scope: "openid email",
  });
  script.done();
  const [request] = script.requests;
  assert.deepEqual(Object.fromEntries(new URLSearchParams(request?.body)), {
    ...FIELDS,
    client_id: "the-client",
    client_secret: "PLANTED-client-secret",
  });
  assert.match(
    request?.headers["content-type"] ?? "",
    /^application\/x-www-form-urlencoded\b/,
  );
  assert.equal(request?.headers.authorization, undefined);
  assert.deepEqual(log.messages(), [
    "POST https://idp.test/token answered 200 in 0 ms",
  ]);
});

Deno.test("requestToken leaves out a client secret that is not there", async () => {
  const script = scriptedFetch([{
    request: "POST https://idp.test/token",
    answer: jsonAnswer(GOOD),
  }]);
  const { clientSecret: _, ...provider } = PROVIDER;
  await requestToken(tokenWorld(script).tools, provider, FIELDS);
  assert.doesNotMatch(script.requests[0]?.body ?? "", /client_secret/);
});

Deno.test("requestToken counts the lifetime from before it asked", async () => {
  const world = tokenWorld({
    fetch: async () => {
      await world.clock.advance(7_000);
      return jsonAnswer({ ...GOOD, expires_in: 10 });
    },
  });
  const startMs = world.clock.now();
  const answer = await requestToken(world.tools, PROVIDER, FIELDS);
  assert.equal(answer.expiresAtMs, startMs + 10_000);
});

Deno.test("requestToken reads a lifetime or takes it as not there", async () => {
  const startMs = Date.UTC(2020, 0, 1);
  const cases: [unknown, number | undefined][] = [
    [1, startMs + 1_000],
    ["7200", startMs + 7_200_000],
    [0, undefined],
    [-5, undefined],
    [null, undefined],
    ["soon", undefined],
    [1e12, undefined],
    [[60], undefined],
  ];
  for (const [expires_in, expiresAtMs] of cases) {
    const answer = await answerTo({ ...GOOD, expires_in });
    assert.equal(answer.expiresAtMs, expiresAtMs, JSON.stringify(expires_in));
  }
  const huge = new Response(
    '{"access_token":"a","token_type":"bearer",' +
      '"expires_in":1e999}',
  );
  assert.deepEqual(await answerTo(huge), { accessToken: "a" });
});

Deno.test("requestToken takes parts of other types as not there", async () => {
  const answer = await answerTo({
    access_token: "a.b-c_d~e+f/g==",
    token_type: "bEARER",
    refresh_token: null,
    id_token: 5,
    scope: ["openid"],
  });
  assert.deepEqual(answer, { accessToken: "a.b-c_d~e+f/g==" });
});

Deno.test("requestToken refuses what is no bearer token", async () => {
  for (const token_type of [undefined, null, "mac", "DPoP", "Bearer "]) {
    const error = await errorFor({ access_token: "PLANTED", token_type });
    assert.equal(error.name, "RefusedError");
    assert.equal(
      error.message,
      "idp.test gave a token of another type than Bearer",
    );
  }
  const odd = [
    ...["", "PLANTED a", "PLANTED\r\nx-other: 1", "PLANTEDé", "=PLANTED"],
    ...[undefined, null, 5, ["PLANTED"]],
  ];
  for (const access_token of odd) {
    const error = await errorFor({ access_token, token_type: "Bearer" });
    assert.equal(error.name, "RefusedError");
    assert.equal(error.message, "idp.test gave a token that cannot be sent");
  }
});

Deno.test("requestToken tells the provider's word for why, and no other", async () => {
  const error = await errorFor({
    error: "invalid_grant",
    error_description: `wrong token ${FIELDS.refresh_token}`,
  }, { status: 400 });
  assert.ok(error instanceof TokenRefused);
  assert.equal(error.reason, "invalid_grant");
  assert.equal(error.code, "auth");
  assert.equal(error.message, "idp.test gives no token (invalid_grant)");
  assert.equal(error.hint, "Log in with 'hca dss login'.");
  assert.deepEqual(error.answer, {
    status: 400,
    url: "https://idp.test/token",
    method: "POST",
    code: "invalid_grant",
  });
  const others = [
    { error: FIELDS.refresh_token },
    { error: "planted" },
    { error: { planted: true } },
    { message: "PLANTED" },
    "PLANTED",
    null,
  ];
  for (const other of others) {
    for (const status of [400, 401, 403]) {
      const unknown = await errorFor(other, { status });
      assert.ok(unknown instanceof TokenRefused);
      assert.equal(unknown.reason, "unknown_error");
    }
  }
});

Deno.test("requestToken tells a failure of the provider from a refusal", async () => {
  const html = new Response("<h1>PLANTED</h1>", { status: 503 });
  const busy = await errorFor(html);
  assert.equal(busy.name, "ServiceError");
  assert.equal(
    busy.message,
    "the token endpoint https://idp.test/token answered 503",
  );
  assert.equal((busy as TokenRefused).hint, "Try again later.");
  const limited = await errorFor({ error: "too_many_requests" }, {
    status: 429,
  });
  assert.match(limited.message, /answered 429 \(too_many_requests\)$/);
  const missing = await errorFor({ error: "PLANTED" }, { status: 404 });
  assert.equal(missing.name, "ServiceError");
});

Deno.test("requestToken accepts JSON only", async () => {
  const answers = [
    new Response("access_token=PLANTED&token_type=bearer", {
      headers: { "content-type": "text/html" },
    }),
    new Response('{"access_token": "PLANTED"', {
      headers: { "content-type": "text/html" },
    }),
    new Response('["PLANTED"]', { headers: { "content-type": "text/html" } }),
  ];
  for (const answer of answers) {
    const error = await errorFor(answer);
    assert.equal(error.name, "ServiceError");
    assert.equal(
      error.message,
      "the token endpoint https://idp.test/token answered with 'text/html' " +
        "instead of JSON",
    );
  }
});

Deno.test("requestToken refuses a long answer before it is whole", async () => {
  let sentBytes = 0;
  const body = new ReadableStream({
    pull(controller) {
      sentBytes += 1024;
      controller.enqueue(new Uint8Array(1024).fill(0x20));
    },
  });
  const error = await errorFor(new Response(body));
  assert.equal(error.name, "RefusedError");
  assert.match(error.message, /^the answer is longer than 65536 bytes/);
  assert.ok(sentBytes < 100_000, String(sentBytes));
});

Deno.test("requestToken sends nothing over plain http", async () => {
  const { tools } = tokenWorld();
  for (const origin of ["http://idp.test", "ftp://idp.test", "idp"]) {
    const error = await errorOf(
      requestToken(tools, providerAt(origin), FIELDS),
    );
    assert.equal(error.name, "RefusedError");
    assert.match(error.message, /is not an https address/);
  }
});

/** Starts a server on this machine and asks it for a token. */
async function askServer(
  handler: (request: Request) => Response | Promise<Response>,
) {
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    handler,
  );
  const world = tokenWorld({ fetch: (request) => fetch(request) });
  const tools = {
    runtime: { ...world.tools.runtime, clock: denoClock },
  };
  const provider = providerAt(`http://127.0.0.1:${server.addr.port}`);
  try {
    return await requestToken(tools, provider, FIELDS);
  } finally {
    assertNoSecrets(world.log.messages().join("\n"));
  }
}

Deno.test("requestToken does not follow a redirect", async () => {
  for (const status of [301, 302, 303, 307, 308]) {
    const asked: string[] = [];
    const error = await errorOf(askServer(async (request) => {
      asked.push(`${request.method} ${new URL(request.url).pathname}`);
      await request.body?.cancel();
      const location = "/elsewhere?code=PLANTED";
      return new Response(null, { status, headers: { location } });
    }));
    assert.equal(error.name, "RefusedError");
    assert.match(error.message, /\/token redirects; what was sent to it is/);
    assert.deepEqual(asked, ["POST /token"]);
  }
});

Deno.test("requestToken asks once and tells of a network that fails", async () => {
  let asked = 0;
  const broken: Fetch = () => {
    asked++;
    const cause = new Error(`cut off ${"https://idp.test/?code=PLANTED"}`);
    return Promise.reject(new TypeError("PLANTED", { cause }));
  };
  const { tools } = tokenWorld({ fetch: broken });
  const error = await errorOf(requestToken(tools, PROVIDER, FIELDS));
  assert.equal(error.name, "NetworkError");
  assert.equal(error.message, "no answer from idp.test: cut off …");
  assert.equal(asked, 1);
});

Deno.test("requestToken tells of an answer that is cut short", async () => {
  let pieces = 0;
  const body = new ReadableStream({
    pull(controller) {
      if (pieces++ > 0) controller.error(new TypeError("connection reset"));
      else controller.enqueue(new TextEncoder().encode('{"token": "PLAN'));
    },
  });
  const error = await errorFor(new Response(body));
  assert.equal(error.name, "NetworkError");
  assert.equal(error.message, "no answer from idp.test: connection reset");
});

Deno.test("requestToken gives up after 20 seconds, in the body too", async () => {
  const stalled: Fetch = () =>
    Promise.resolve(
      new Response(new ReadableStream({ pull: () => new Promise(() => {}) })),
    );
  // The last one does not listen to its signal.
  const networks: Fetch[] = [
    neverAnswers,
    stalled,
    () => new Promise(() => {}),
  ];
  for (const fetch of networks) {
    const { tools, clock } = tokenWorld({ fetch });
    const failing = errorOf(requestToken(tools, PROVIDER, FIELDS));
    await clock.advance(19_999);
    assert.equal(clock.pending, 1);
    await clock.advance(1);
    const error = await failing;
    assert.equal(error.name, "NetworkError");
    assert.equal(error.message, "no answer from idp.test within 20 s");
    assert.equal(clock.pending, 0);
  }
});

Deno.test("requestToken ends when the signal is aborted", async () => {
  const ending = new AbortController();
  const { tools, clock } = tokenWorld({
    fetch: neverAnswers,
    signal: ending.signal,
  });
  const failing = errorOf(requestToken(tools, PROVIDER, FIELDS));
  await settle();
  ending.abort(new CancelledError("interrupted"));
  assert.equal((await failing).message, "interrupted");
  assert.equal(clock.pending, 0);
  const again = await errorOf(requestToken(tools, PROVIDER, FIELDS));
  assert.equal(again.name, "CancelledError");
});
