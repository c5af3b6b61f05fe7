import assert from "node:assert/strict";
import { HOSTILE_REDIRECTS } from "./_hostile_redirects.ts";
import {
  AUDIENCE,
  type Changes,
  locationOf,
  ORIGIN,
  TestProvider,
} from "./_provider.ts";

async function refusalOf(
  store: TestProvider,
  path: string,
): Promise<Record<string, string>> {
  const answer = locationOf(await store.ask(path));
  return Object.fromEntries(answer);
}

async function assertPage(
  store: TestProvider,
  path: string,
  problem: RegExp,
): Promise<void> {
  const response = await store.ask(path);
  assert.equal(response.status, 400, path);
  assert.equal(response.headers.get("location"), null);
  assert.match(response.headers.get("content-type") ?? "", /^text\/html/);
  const page = await response.text();
  assert.match(page, problem);
  assert.doesNotMatch(page, /<form|<a /);
}

Deno.test("authorize shows an error and redirects nowhere when the client is not known", async () => {
  const store = new TestProvider();
  for (const client_id of [undefined, "", "other", "HCA", "hca "]) {
    await assertPage(
      store,
      store.authorizePath({ client_id }),
      /The client_id is/,
    );
  }
});

Deno.test("authorize shows an error and redirects nowhere when the address is not of this machine", async () => {
  const store = new TestProvider();
  for (const redirect_uri of [undefined, "", ...HOSTILE_REDIRECTS]) {
    await assertPage(
      store,
      store.authorizePath({ redirect_uri }),
      /The redirect_uri is/,
    );
  }
});

Deno.test("authorize shows an error when client_id or redirect_uri are there twice", async () => {
  const store = new TestProvider();
  for (
    const more of [
      "client_id=hca",
      "redirect_uri=http%3A%2F%2Fevil.test%2F",
      "redirect_uri=http%3A%2F%2F127.0.0.1%3A5555%2Fback",
    ]
  ) {
    const path = `${store.authorizePath()}&${more}`;
    await assertPage(store, path, /there twice/);
  }
});

const REFUSALS: [string, Changes][] = [
  ["invalid_request", { response_type: undefined }],
  ["unsupported_response_type", { response_type: "token" }],
  ["unsupported_response_type", { response_type: "code id_token" }],
  ["invalid_request", { response_mode: "fragment" }],
  ["invalid_request", { response_mode: "form_post" }],
  ["invalid_scope", { scope: undefined }],
  ["invalid_scope", { scope: "email" }],
  ["invalid_scope", { scope: "openid  email" }],
  ["invalid_scope", { scope: 'openid "' }],
  ["invalid_request", { code_challenge: undefined }],
  ["invalid_request", { code_challenge: "short" }],
  ["invalid_request", { code_challenge: "=".repeat(43) }],
  ["invalid_request", { code_challenge_method: undefined }],
  ["invalid_request", { code_challenge_method: "plain" }],
  ["invalid_request", { code_challenge_method: "s256" }],
  ["invalid_request", { audience: "https://elsewhere.test/" }],
  ["invalid_request", { nonce: "a\nb" }],
  ["invalid_request", { login_hint: "a\u0000b" }],
  ["login_required", { prompt: "none" }],
  ["request_not_supported", { request: "e30.e30." }],
  ["request_uri_not_supported", { request_uri: "https://evil.test/" }],
  ["registration_not_supported", { registration: "{}" }],
];

Deno.test("authorize tells the program why it refuses, with state and issuer", async () => {
  const store = new TestProvider();
  for (const [error, changes] of REFUSALS) {
    const refusal = await refusalOf(store, store.authorizePath(changes));
    const { error_description = "", ...rest } = refusal;
    assert.deepEqual(
      rest,
      { error, state: "state-1", iss: `${ORIGIN}/` },
      JSON.stringify(changes),
    );
    // RFC 6749, section 4.1.2.1: the characters that it may have.
    assert.match(error_description, /^[ !#-[\]-~]+$/);
  }
});

Deno.test("authorize refuses a parameter that is there twice", async () => {
  const store = new TestProvider();
  for (const more of ["scope=openid", "nonce=2", "other=1&other=2"]) {
    const path = `${store.authorizePath()}&${more}`;
    const { error, state } = await refusalOf(store, path);
    assert.deepEqual({ error, state }, {
      error: "invalid_request",
      state: "state-1",
    });
  }
  // Which of two states would be the right one is not known.
  const twice = await refusalOf(store, `${store.authorizePath()}&state=2`);
  assert.equal(twice.error, "invalid_request");
  assert.equal(twice.state, undefined);
});

Deno.test("authorize does not repeat a state that is not UTF-8", async () => {
  const store = new TestProvider();
  const path = `${store.authorizePath({ state: undefined })}&state=%FF`;
  const { error, state } = await refusalOf(store, path);
  assert.equal(error, "invalid_request");
  assert.equal(state, undefined);
});

Deno.test("authorize takes parameters without a value as left out", async () => {
  const store = new TestProvider();
  const path = store.authorizePath({ audience: "", nonce: "", state: "" });
  assert.equal((await store.ask(path)).status, 200);
});

Deno.test("authorize takes the audience of the store, and scopes that nobody knows", async () => {
  const store = new TestProvider();
  const path = store.authorizePath({
    audience: AUDIENCE,
    scope: "openid constructor other:scope",
    access_type: "offline",
    prompt: "consent",
  });
  assert.equal((await store.ask(path)).status, 200);
});

Deno.test("authorize repeats any state unchanged, in refusals and with a code", async () => {
  const store = new TestProvider();
  const states = [
    "a b+c&d=e#f?g%20h;i/j",
    "\"'<script>alert(1)</script>",
    "http://evil.test/",
    "žluťoučký 🐎",
    "%0d%0aset-cookie: a=b",
    "x".repeat(2000),
  ];
  for (const state of states) {
    const refused = store.authorizePath({ state, response_type: "token" });
    assert.equal((await refusalOf(store, refused)).state, state);
    const answer = locationOf(await store.decide({}, { state }));
    assert.equal(answer.get("state"), state);
    assert.ok(answer.get("code"));
    const denied = await store.decide({ decision: "deny" }, { state });
    assert.equal(locationOf(denied).get("state"), state);
  }
});

Deno.test("authorize refuses an address that no program makes", async () => {
  const store = new TestProvider();
  const path = store.authorizePath({ state: "x".repeat(20_000) });
  assert.equal((await store.ask(path)).status, 414);
});
