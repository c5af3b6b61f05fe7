import assert from "node:assert/strict";
import { revokeLogin, type StoredLogin } from "../../src/auth/mod.ts";
import { CancelledError } from "../../src/base/mod.ts";
import { authWorld, PROVIDER } from "./_auth_world.ts";

const LOGIN: StoredLogin = {
  accessToken: "PLANTED-access",
  refreshToken: "PLANTED-refresh",
  provider: PROVIDER,
};

// login, form that is sent
const FORMS: [StoredLogin, Record<string, string>][] = [
  [LOGIN, {
    token: "PLANTED-refresh",
    token_type_hint: "refresh_token",
    client_id: "the-client",
    client_secret: "PLANTED-client-secret",
  }],
  [
    {
      accessToken: "PLANTED-access",
      provider: { ...PROVIDER, clientSecret: "" },
    },
    {
      token: "PLANTED-access",
      token_type_hint: "access_token",
      client_id: "the-client",
    },
  ],
];

for (const [login, form] of FORMS) {
  Deno.test(`revokeLogin sends the ${form.token_type_hint}`, async () => {
    const bodies: string[] = [];
    const { tools, requests, log } = authWorld(async (request) => {
      bodies.push(await request.text());
      return new Response();
    });
    await revokeLogin(tools, login);
    assert.deepEqual(requests, ["POST https://idp.test/revoke"]);
    const sent = Object.fromEntries(new URLSearchParams(bodies[0]));
    assert.deepEqual(sent, form);
    assert.deepEqual(log.messages("WARNING"), []);
  });
}

Deno.test("revokeLogin does nothing where there is nothing to ask", async () => {
  const { tools, requests, log } = authWorld();
  const { revocationEndpoint: _revocation, ...provider } = PROVIDER;
  await revokeLogin(tools, { accessToken: "a", refreshToken: "b", provider });
  await revokeLogin(tools, { accessToken: "a" });
  assert.deepEqual(requests, []);
  assert.deepEqual(log.messages(), []);
});

const echo = (request: Request) => request.text();

// what happens, in the warning
const FAILURES: [
  string,
  (request: Request) => Promise<Response>,
  RegExp,
][] = [
  [
    "no answer",
    () => Promise.reject(new TypeError("connection refused")),
    /no answer/,
  ],
  [
    "an error that repeats the token",
    async (request) => new Response(await echo(request), { status: 503 }),
    /\(HTTP 503\)/,
  ],
  [
    "a redirect",
    () =>
      Promise.resolve(
        new Response("", {
          status: 307,
          headers: { location: "https://evil.test/?PLANTED" },
        }),
      ),
    /redirects/,
  ],
];

for (const [what, fetch, message] of FAILURES) {
  Deno.test(`revokeLogin warns of ${what} and asks once`, async () => {
    const { tools, requests, log } = authWorld(fetch);
    await revokeLogin(tools, LOGIN);
    assert.deepEqual(requests, ["POST https://idp.test/revoke"]);
    const [warning = "", ...more] = log.messages("WARNING");
    assert.match(warning, message);
    assert.match(warning, /forgotten here, but may work until they expire/);
    assert.deepEqual(more, []);
    assert.doesNotMatch(log.messages().join("\n"), /PLANTED/);
  });
}

Deno.test("revokeLogin asks no one over plain http", async () => {
  const { tools, requests, log } = authWorld();
  const revocationEndpoint = "http://idp.test/revoke";
  const provider = { ...PROVIDER, revocationEndpoint };
  await revokeLogin(tools, { ...LOGIN, provider });
  assert.deepEqual(requests, []);
  assert.match(log.messages("WARNING")[0] ?? "", /not an https address/);
});

Deno.test("revokeLogin waits 5 s for a provider that does not answer", async () => {
  const { tools, clock, log } = authWorld(() => new Promise(() => {}));
  const revoked = revokeLogin(tools, LOGIN);
  await clock.advance(4_999);
  assert.deepEqual(log.messages("WARNING"), []);
  await clock.advance(1);
  await revoked;
  assert.match(log.messages("WARNING")[0] ?? "", /within 5 s/);
});

Deno.test("revokeLogin is cancelled by the signal", async () => {
  const controller = new AbortController();
  const { tools } = authWorld(() => {
    controller.abort(new CancelledError("interrupted"));
    return new Promise(() => {});
  }, controller.signal);
  await assert.rejects(revokeLogin(tools, LOGIN), CancelledError);
});
