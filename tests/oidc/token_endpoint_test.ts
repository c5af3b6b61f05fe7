import assert from "node:assert/strict";
import {
  AUDIENCE,
  type Changes,
  claimsOf,
  makePkce,
  ORIGIN,
  query,
  readJson,
  TestProvider,
} from "./_provider.ts";

const DAY_MS = 24 * 3600 * 1000;

async function assertRefused(
  response: Response,
  error: string,
  status = 400,
): Promise<void> {
  const { body, headers, ...answer } = await readJson(response);
  assert.equal(body.error, error);
  assert.equal(answer.status, status);
  assert.deepEqual(Object.keys(body).sort(), ["error", "error_description"]);
  assert.match(String(body.error_description), /^[ !#-[\]-~]+$/);
  assert.equal(headers.get("cache-control"), "no-store");
  assert.equal(headers.get("content-type"), "application/json");
}

Deno.test("a code with its verifier gives tokens that say who signed in", async () => {
  const store = new TestProvider();
  const response = await store.exchange(await store.code());
  const { body, headers, status } = await readJson(response);
  assert.equal(status, 200);
  assert.equal(headers.get("cache-control"), "no-store");
  const { access_token, id_token, refresh_token, ...rest } = body;
  assert.deepEqual(rest, {
    token_type: "Bearer",
    expires_in: 3600,
    scope: "openid email offline_access",
  });
  assert.match(String(refresh_token), /^[\w-]{43}$/);
  const nowSeconds = store.clock.now() / 1000;
  const person = {
    iss: `${ORIGIN}/`,
    email: "ada@example.org",
    email_verified: true,
    "https://auth.data.humancellatlas.org/email": "ada@example.org",
    "https://auth.data.humancellatlas.org/group": "hca",
    iat: nowSeconds,
    exp: nowSeconds + 3600,
  };
  const { sub, sid, jti, ...access } = claimsOf(String(access_token));
  assert.deepEqual(access, {
    ...person,
    aud: [AUDIENCE, `${ORIGIN}/oauth/userinfo`],
    scope: "openid email offline_access",
  });
  assert.ok(sid && jti && store.provider.isActive(String(sid)));
  assert.deepEqual(claimsOf(String(id_token)), {
    ...person,
    sub,
    aud: "hca",
    auth_time: nowSeconds,
    nonce: "nonce-1",
  });
});

Deno.test("the same person has the same sub, others another", async () => {
  const store = new TestProvider();
  const subOf = async (email: string) => {
    const code = await store.code({}, { email });
    const { id_token } = await (await store.exchange(code)).json();
    return claimsOf(id_token).sub;
  };
  assert.equal(await subOf("a@b"), await subOf("a@b"));
  assert.notEqual(await subOf("a@b"), await subOf("a@c"));
});

Deno.test("without offline_access there is no refresh token, and the session ends with the access token", async () => {
  const store = new TestProvider();
  const tokens = await store.tokens({ scope: "openid", nonce: undefined });
  assert.equal(tokens.refresh_token, undefined);
  assert.equal(tokens.scope, "openid");
  assert.ok(!("nonce" in claimsOf(tokens.id_token)));
  await store.clock.advance(3600_000 - 1);
  assert.equal(await store.userinfoStatus(tokens.access_token), 200);
  await store.clock.advance(1);
  assert.equal(await store.userinfoStatus(tokens.access_token), 401);
  await store.code();
  assert.equal(store.count("oidc_sessions"), 1);
});

Deno.test("a code is refused with anything wrong about it, and is spent then", async () => {
  const wrong: Changes[] = [
    { code_verifier: makePkce().verifier },
    { code_verifier: "short" },
    { code_verifier: "!".repeat(50) },
    { redirect_uri: "http://127.0.0.1:5556/back" },
    { redirect_uri: "http://127.0.0.1:5555/back/" },
    { redirect_uri: "http://localhost:5555/back" },
  ];
  for (const changes of wrong) {
    const store = new TestProvider();
    const code = await store.code();
    await assertRefused(await store.exchange(code, changes), "invalid_grant");
    await assertRefused(await store.exchange(code), "invalid_grant");
    assert.equal(store.count("oidc_sessions"), 0);
  }
});

Deno.test("the challenge itself is no verifier, as it would be in the plain method", async () => {
  const store = new TestProvider();
  const changes = { code_verifier: store.pkce.challenge };
  const response = await store.exchange(await store.code(), changes);
  await assertRefused(response, "invalid_grant");
});

Deno.test("a verifier that is too short is refused even if it fits", async () => {
  const store = new TestProvider();
  const { createHash } = await import("node:crypto");
  const verifier = "a".repeat(42);
  const code_challenge = createHash("sha256").update(verifier)
    .digest("base64url");
  const code = await store.code({ code_challenge });
  const response = await store.exchange(code, { code_verifier: verifier });
  await assertRefused(response, "invalid_grant");
});

Deno.test("a code that is not known is refused", async () => {
  const store = new TestProvider();
  await assertRefused(await store.exchange("x"), "invalid_grant");
});

Deno.test("a code that is used twice ends all that its first use gave", async () => {
  const store = new TestProvider();
  const code = await store.code();
  const tokens = await (await store.exchange(code)).json();
  assert.equal(await store.userinfoStatus(tokens.access_token), 200);
  await assertRefused(await store.exchange(code), "invalid_grant");
  assert.equal(await store.userinfoStatus(tokens.access_token), 401);
  const { sid } = claimsOf(tokens.access_token);
  assert.ok(!store.provider.isActive(String(sid)));
  const refreshed = await store.refresh(tokens.refresh_token);
  await assertRefused(refreshed, "invalid_grant");
});

Deno.test("a code that is used again weeks later ends what came of it by refreshing", async () => {
  const store = new TestProvider();
  const code = await store.code();
  let tokens = await (await store.exchange(code)).json();
  for (let week = 0; week < 6; week++) {
    await store.clock.advance(7 * DAY_MS);
    tokens = await (await store.refresh(tokens.refresh_token)).json();
  }
  assert.equal(await store.userinfoStatus(tokens.access_token), 200);
  await assertRefused(await store.exchange(code), "invalid_grant");
  assert.equal(await store.userinfoStatus(tokens.access_token), 401);
});

Deno.test("of two exchanges of one code at once, one wins at most", async () => {
  const store = new TestProvider();
  const code = await store.code();
  const responses = await Promise.all(
    Array.from({ length: 8 }, () => store.exchange(code)),
  );
  const won = responses.filter((response) => response.status === 200);
  assert.equal(won.length, 1);
  assert.equal(store.count("oidc_sessions"), 0);
});

Deno.test("a code is good for a minute", async () => {
  const store = new TestProvider();
  const [first, second] = [await store.code(), await store.code()];
  await store.clock.advance(5 * 60_000 - 1);
  assert.equal((await store.exchange(first)).status, 200);
  await store.clock.advance(1);
  await assertRefused(await store.exchange(second), "invalid_grant");
  assert.equal(store.count("oidc_codes"), 1);
});

Deno.test("a token request must be whole", async () => {
  const store = new TestProvider();
  for (const name of ["grant_type", "code", "redirect_uri", "code_verifier"]) {
    for (const value of [undefined, ""]) {
      const code = await store.code();
      const response = await store.exchange(code, { [name]: value });
      await assertRefused(response, "invalid_request");
      // What was not understood spends nothing.
      assert.equal((await store.exchange(code)).status, 200, name);
    }
  }
  const empty = await store.refresh("");
  await assertRefused(empty, "invalid_request");
});

Deno.test("the token endpoint knows two grant types", async () => {
  const store = new TestProvider();
  for (const grant_type of ["password", "client_credentials", "toString"]) {
    const response = await store.exchange("x", { grant_type });
    await assertRefused(response, "unsupported_grant_type");
  }
});

Deno.test("the token endpoint knows one client and looks at no secret", async () => {
  const store = new TestProvider();
  const basic = (text: string) => ({ authorization: `Basic ${btoa(text)}` });
  const ask = async (client_id: string | undefined, headers: HeadersInit) =>
    await store.post("/oauth/token", {
      grant_type: "refresh_token",
      refresh_token: "unknown",
      client_id,
      client_secret: "anything",
    }, headers);
  const bad: [string | undefined, HeadersInit][] = [
    [undefined, {}],
    ["other", {}],
    ["hca", basic("other:")],
    ["other", basic("hca:")],
    [undefined, { authorization: "Basic ?" }],
    [undefined, { authorization: "Basic Jf8=" }],
    [undefined, { authorization: "Bearer x" }],
  ];
  for (const [id, headers] of bad) {
    const response = await ask(id, headers);
    const challenge = response.headers.get("www-authenticate");
    assert.equal(challenge, 'Basic realm="hca"');
    await assertRefused(response, "invalid_client", 401);
  }
  // The client is right, so that the token is looked at.
  await assertRefused(await ask("hca", {}), "invalid_grant");
  await assertRefused(await ask(undefined, basic("hca:x")), "invalid_grant");
});

Deno.test("the token endpoint refuses bodies that are no form, too long or ambiguous", async () => {
  const store = new TestProvider();
  const fields = query({
    grant_type: "refresh_token",
    refresh_token: "x",
    client_id: "hca",
  });
  const send = async (body: BodyInit, type?: string) =>
    await store.ask("/oauth/token", {
      method: "POST",
      body,
      headers: type === undefined ? {} : { "content-type": type },
    });
  const form = "application/x-www-form-urlencoded";
  await assertRefused(await send("{}", "application/json"), "invalid_request");
  await assertRefused(await send(`${fields}`), "invalid_request");
  await assertRefused(await send(`${fields}`, "text/plain"), "invalid_request");
  const upper = "Application/X-WWW-Form-Urlencoded ; charset=UTF-8";
  await assertRefused(await send(`${fields}`, upper), "invalid_grant");
  for (const more of ["client_id=hca", "refresh_token=y", "x=1&x=2"]) {
    const response = await send(`${fields}&${more}`, form);
    await assertRefused(response, "invalid_request");
  }
  const long = await send(`${fields}&x=${"x".repeat(70_000)}`, form);
  await assertRefused(long, "invalid_request", 413);
});

Deno.test("the token endpoint stops reading a body without an end", async () => {
  const store = new TestProvider();
  let chunks = 0;
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      chunks++;
      controller.enqueue(new Uint8Array(16 * 1024).fill(97));
    },
    cancel() {
      isCancelled = true;
    },
  });
  const response = await store.ask("/oauth/token", {
    method: "POST",
    body,
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  assert.equal(response.status, 413);
  assert.ok(isCancelled && chunks < 10);
});

Deno.test("a refresh token is exchanged for the next one and new tokens", async () => {
  const store = new TestProvider();
  const first = await store.tokens();
  await store.clock.advance(DAY_MS);
  const response = await store.refresh(first.refresh_token);
  const { body, status } = await readJson(response);
  assert.equal(status, 200);
  const second = {
    access_token: String(body.access_token),
    id_token: String(body.id_token),
  };
  assert.notEqual(body.refresh_token, first.refresh_token);
  assert.equal(body.scope, "openid email offline_access");
  const [before, after] = [first, second]
    .map(({ access_token }) => claimsOf(access_token));
  assert.equal(after?.sid, before?.sid);
  assert.notEqual(after?.jti, before?.jti);
  assert.equal(after?.exp, store.clock.now() / 1000 + 3600);
  // OpenID Connect Core, section 12.2.
  const [old, renewed] = [first, second]
    .map(({ id_token }) => claimsOf(id_token));
  assert.equal(renewed?.auth_time, old?.auth_time);
  assert.equal(renewed?.sub, old?.sub);
  assert.equal(renewed?.iss, old?.iss);
  assert.ok(!("nonce" in (renewed ?? {})));
  assert.equal(await store.userinfoStatus(second.access_token), 200);
});

Deno.test("an old refresh token that comes again ends the session", async () => {
  const store = new TestProvider();
  const first = await store.tokens();
  const second = await (await store.refresh(first.refresh_token)).json();
  const third = await (await store.refresh(second.refresh_token)).json();
  assert.equal(await store.userinfoStatus(third.access_token), 200);
  const reused = await store.refresh(first.refresh_token);
  await assertRefused(reused, "invalid_grant");
  assert.equal(await store.userinfoStatus(third.access_token), 401);
  const last = await store.refresh(third.refresh_token);
  await assertRefused(last, "invalid_grant");
  assert.equal(store.count("oidc_refresh_tokens"), 0);
});

Deno.test("of two refreshes of one token at once, one wins at most", async () => {
  const store = new TestProvider();
  const { refresh_token } = await store.tokens();
  const responses = await Promise.all(
    Array.from({ length: 8 }, () => store.refresh(refresh_token)),
  );
  const won = responses.filter((response) => response.status === 200);
  assert.equal(won.length, 1);
});

Deno.test("a refresh token is good for thirty days, and each use gives thirty more", async () => {
  const store = new TestProvider();
  const first = await store.tokens();
  await store.clock.advance(30 * DAY_MS - 1);
  const second = await (await store.refresh(first.refresh_token)).json();
  await store.clock.advance(30 * DAY_MS);
  const late = await store.refresh(second.refresh_token);
  await assertRefused(late, "invalid_grant");
  assert.equal(store.count("oidc_sessions"), 0);
});

Deno.test("a refresh can ask for less, not for more, and a wrong one costs nothing", async () => {
  const store = new TestProvider();
  const { refresh_token } = await store.tokens({
    scope: "openid offline_access",
  });
  for (const scope of ["openid email", "admin", "a  b"]) {
    const response = await store.refresh(refresh_token, { scope });
    await assertRefused(response, "invalid_scope");
  }
  const less = await store.refresh(refresh_token, { scope: "openid" });
  const { body } = await readJson(less);
  assert.equal(body.scope, "openid");
  assert.equal(claimsOf(String(body.access_token)).scope, "openid");
  // The next one still has all that was granted.
  const next = await store.refresh(String(body.refresh_token));
  assert.equal((await readJson(next)).body.scope, "openid offline_access");
});

Deno.test("codes, access and ID tokens are no refresh tokens", async () => {
  const store = new TestProvider();
  const code = await store.code();
  const tokens = await store.tokens();
  for (const token of [code, tokens.access_token, tokens.id_token]) {
    await assertRefused(await store.refresh(token), "invalid_grant");
  }
  const swapped = await store.exchange(tokens.refresh_token);
  await assertRefused(swapped, "invalid_grant");
});
