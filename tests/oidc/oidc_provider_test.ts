import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { UsageError } from "../../src/base/mod.ts";
import type { Database, Statement } from "../../src/base/mod.ts";
import { decodeJwt, importPublicKey, isSignedBy } from "../../src/jwt/mod.ts";
import { OIDC_TABLES } from "../../src/oidc/mod.ts";
import { openSqlite } from "../../src/platform/mod.ts";
import {
  AUDIENCE,
  claimsOf,
  emptyDatabase,
  ORIGIN,
  PASSWORD,
  TestProvider,
} from "./_provider.ts";

Deno.test("discovery says what there is under the address that was asked", async () => {
  const store = new TestProvider();
  const path = "/.well-known/openid-configuration";
  const { body, status } = await store.json(path);
  assert.equal(status, 200);
  assert.equal(body.issuer, `${ORIGIN}/`);
  assert.equal(body.authorization_endpoint, `${ORIGIN}/oauth/authorize`);
  assert.equal(body.token_endpoint, `${ORIGIN}/oauth/token`);
  assert.equal(body.revocation_endpoint, `${ORIGIN}/oauth/revoke`);
  assert.equal(body.userinfo_endpoint, `${ORIGIN}/oauth/userinfo`);
  assert.equal(body.jwks_uri, `${ORIGIN}/.well-known/jwks.json`);
  assert.deepEqual(body.response_types_supported, ["code"]);
  assert.deepEqual(body.code_challenge_methods_supported, ["S256"]);
  assert.deepEqual(body.id_token_signing_alg_values_supported, ["RS256"]);
  assert.deepEqual(body.subject_types_supported, ["public"]);
  assert.equal(body.authorization_response_iss_parameter_supported, true);
  assert.deepEqual(body.grant_types_supported, [
    "authorization_code",
    "refresh_token",
  ]);
  const elsewhere = await store.json(`http://dss.hca.localhost${path}`);
  assert.equal(elsewhere.body.issuer, "http://dss.hca.localhost/");
});

Deno.test("every endpoint that discovery names is there", async () => {
  const store = new TestProvider();
  const { body } = await store.json("/.well-known/openid-configuration");
  const urls = Object.entries(body)
    .filter(([name]) => /_endpoint$|_uri$/.test(name))
    .map(([, url]) => String(url));
  assert.equal(urls.length, 5);
  for (const url of urls) assert.notEqual((await store.ask(url)).status, 404);
});

Deno.test("the key set has the public half of the signing key and no more", async () => {
  const store = new TestProvider();
  const { body } = await store.json("/.well-known/jwks.json");
  const { keys } = body as { keys: Record<string, string>[] };
  assert.equal(keys.length, 1);
  assert.deepEqual(
    Object.keys(keys[0] ?? {}).sort(),
    ["alg", "e", "kid", "kty", "n", "use"],
  );
  assert.deepEqual(await store.provider.keySet(), keys);
  const decoded = decodeJwt((await store.tokens()).access_token);
  assert.equal(decoded.header.kid, keys[0]?.kid);
  const key = await importPublicKey(keys[0] ?? {});
  assert.ok(await isSignedBy(decoded, key));
});

Deno.test("application secrets are what the old client reads", async () => {
  const store = new TestProvider();
  const { body } = await store.json("/internal/application_secrets");
  const { installed } = body as { installed: Record<string, unknown> };
  assert.equal(installed.auth_uri, `${ORIGIN}/oauth/authorize`);
  assert.equal(installed.token_uri, `${ORIGIN}/oauth/token`);
  assert.equal(installed.client_id, "hca");
  assert.equal(typeof installed.client_secret, "string");
  const uris = installed.redirect_uris as string[];
  for (const uri of ["http://127.0.0.1/", "http://localhost/"]) {
    assert.ok(uris.includes(uri));
  }
  assert.ok(uris.includes(`${ORIGIN}/echo`));
  for (const redirect_uri of uris) await store.form({ redirect_uri });
});

Deno.test("echo answers a program with the parameters", async () => {
  const store = new TestProvider();
  const { body, headers } = await store.json("/echo?code=a%26b&state=%3C");
  assert.deepEqual(body, { query_params: { code: "a&b", state: "<" } });
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.equal(headers.get("cache-control"), "no-store");
});

const BROWSER = { accept: "text/html,*/*;q=0.8" };

Deno.test("echo shows a person the code", async () => {
  const store = new TestProvider();
  const path = "/echo?code=abc-123&state=x&iss=y";
  const response = await store.ask(path, { headers: BROWSER });
  const page = await response.text();
  assert.match(page, /<h1>Your code<\/h1>/);
  assert.match(page, /<dt>code<\/dt><dd><code>abc-123<\/code><\/dd>/);
  const policy = response.headers.get("content-security-policy") ?? "";
  assert.match(policy, /^default-src 'none'; .*form-action 'none'; /);
  assert.equal(response.headers.get("cache-control"), "no-store");
  const refused = await store
    .ask("/echo?error=access_denied", { headers: BROWSER });
  const text = await refused.text();
  assert.match(text, /<h1>No code<\/h1>/);
  assert.match(text, /<code>access_denied<\/code>/);
});

Deno.test("echo shows nothing that another page could say through it", async () => {
  const store = new TestProvider();
  for (
    const text of ["c<script>1</script>", '"><b>', "call 555-1234", "\u202ex"]
  ) {
    const names = ["code", "state", "error", "error_description", "evil"];
    for (const name of names) {
      const query = new URLSearchParams({ [name]: text });
      const response = await store.ask(`/echo?${query}`, { headers: BROWSER });
      assert.doesNotMatch(
        await response.text(),
        /script|<b>|555-1234|\u202e|<dd>/,
      );
    }
  }
});

Deno.test("the provider leaves other paths to others", async () => {
  const { provider } = new TestProvider();
  for (
    const path of [
      "/",
      "/oauth",
      "/oauth/token/",
      "/oauth/other",
      "/.well-known/other",
      "//oauth/token",
      "/OAuth/token",
      "/constructor",
      "/__proto__",
    ]
  ) {
    const request = new Request(`${ORIGIN}${path}`);
    assert.equal(await provider.handle(request), undefined, path);
  }
});

Deno.test("wrong methods are refused and the right ones named", async () => {
  const store = new TestProvider();
  const allowed: Record<string, string> = {
    "/.well-known/openid-configuration": "GET, HEAD",
    "/.well-known/jwks.json": "GET, HEAD",
    "/internal/application_secrets": "GET, HEAD",
    "/oauth/authorize": "GET, HEAD, POST",
    "/oauth/token": "POST",
    "/oauth/revoke": "POST",
    "/oauth/userinfo": "GET, HEAD, POST",
    "/echo": "GET, HEAD",
  };
  for (const [path, methods] of Object.entries(allowed)) {
    for (const method of ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]) {
      const { headers, status } = await store.ask(path, { method });
      const isAllowed = methods.split(", ").includes(method);
      assert.equal(status === 405, !isAllowed, `${method} ${path}`);
      if (!isAllowed) assert.equal(headers.get("allow"), methods);
    }
  }
});

Deno.test("HEAD is GET without the body", async () => {
  const store = new TestProvider();
  const path = "/.well-known/openid-configuration";
  const response = await store.ask(path, { method: "HEAD" });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.equal(response.body, null);
});

Deno.test("issueTokens makes a login without a page", async () => {
  const { clock, provider, ...store } = new TestProvider();
  const issuer = "http://dss.hca.localhost/";
  const tokens = await provider.issueTokens({ issuer, email: "me@localhost" });
  assert.equal(tokens.refreshToken, undefined);
  assert.equal(tokens.expiresAtMs, clock.now() + 3600_000);
  const claims = claimsOf(tokens.accessToken);
  assert.equal(claims.iss, issuer);
  assert.deepEqual(claims.aud, [AUDIENCE, `${issuer}oauth/userinfo`]);
  assert.equal(claims.scope, "openid email");
  assert.equal(claims.email, "me@localhost");
  assert.ok(!("https://auth.data.humancellatlas.org/group" in claims));
  assert.ok(provider.isActive(String(claims.sid)));
  assert.equal(claimsOf(tokens.idToken).aud, "hca");
  await clock.advance(3600_000);
  assert.ok(!provider.isActive(String(claims.sid)));
  store.database.close();
});

Deno.test("issueTokens takes group, scopes, lifetime and refresh", async () => {
  const store = new TestProvider();
  const { accessToken, refreshToken = "" } = await store.provider.issueTokens({
    issuer: `${ORIGIN}/`,
    email: "me@localhost",
    group: "public",
    scopes: ["openid"],
    lifetimeSeconds: 5,
    refreshable: true,
  });
  const claims = claimsOf(accessToken);
  assert.equal(claims.exp, store.clock.now() / 1000 + 5);
  assert.equal(claims.scope, "openid offline_access");
  assert.equal(claims["https://auth.data.humancellatlas.org/group"], "public");
  await store.clock.advance(5000);
  assert.equal(await store.userinfoStatus(accessToken), 401);
  const next = await (await store.refresh(refreshToken)).json();
  assert.equal(next.expires_in, 3600);
  assert.equal(claimsOf(next.access_token).sid, claims.sid);
});

Deno.test("issueTokens keeps a login for as long as its access token is good", async () => {
  const { clock, provider } = new TestProvider();
  const yearSeconds = 365 * 24 * 3600;
  const { accessToken } = await provider.issueTokens({
    issuer: `${ORIGIN}/`,
    email: "me@localhost",
    lifetimeSeconds: yearSeconds,
    refreshable: true,
  });
  await clock.advance(yearSeconds * 1000 - 1);
  assert.ok(provider.isActive(String(claimsOf(accessToken).sid)));
});

Deno.test("issueTokens refuses what is no e-mail address", async () => {
  const { provider } = new TestProvider();
  for (const email of ["me", "a@b\n", ""]) {
    await assert.rejects(
      provider.issueTokens({ issuer: `${ORIGIN}/`, email }),
      (error) =>
        error instanceof UsageError &&
        error.message === "the e-mail address has no @ or cannot be printed",
    );
  }
});

Deno.test("the database holds no code, no token and no password", async () => {
  const store = new TestProvider();
  await store.decide({ password: "wrong-guess" });
  const code = await store.code();
  const first = await (await store.exchange(code)).json();
  const second = await (await store.refresh(first.refresh_token)).json();
  const unused = await store.code();
  const rows = [
    ...["oidc_sessions", "oidc_codes", "oidc_refresh_tokens"],
    ...["oidc_password_tries", "oidc_settings"],
  ].flatMap((table) => store.database.prepare(`SELECT * FROM ${table}`).all());
  const text = JSON.stringify(rows);
  for (
    const secret of [
      ...[code, unused, first.refresh_token, second.refresh_token],
      ...[first.access_token, first.id_token, second.access_token],
      ...[PASSWORD, "wrong-guess", store.pkce.verifier],
    ]
  ) assert.ok(!text.includes(secret));
  for (const secret of [code, unused, second.refresh_token]) {
    const hash = createHash("sha256").update(secret).digest("base64url");
    assert.ok(text.includes(hash));
  }
});

Deno.test("everything that expired is forgotten", async () => {
  const store = new TestProvider();
  await store.code();
  await store.tokens({ scope: "openid" });
  const lasting = await store.tokens();
  await store.refresh(lasting.refresh_token);
  await store.decide({ password: "wrong" });
  await store.clock.advance(31 * 24 * 3600_000);
  await store.code();
  assert.equal(store.count("oidc_sessions"), 1);
  assert.equal(store.count("oidc_codes"), 1);
  assert.equal(store.count("oidc_refresh_tokens"), 0);
  assert.equal(store.count("oidc_password_tries"), 0);
});

Deno.test("used refresh tokens of a session that goes on are forgotten when they would have expired", async () => {
  const store = new TestProvider();
  let { refresh_token } = await store.tokens();
  for (let day = 0; day < 40; day++) {
    await store.clock.advance(24 * 3600_000);
    refresh_token = (await (await store.refresh(refresh_token)).json())
      .refresh_token;
  }
  assert.equal(store.count("oidc_refresh_tokens"), 30);
});

/** A database that refuses to write outside a transaction. */
class StrictDatabase implements Database {
  #depth = 0;
  writes = 0;

  constructor(readonly inner: Database) {}

  execute(sql: string): void {
    this.inner.execute(sql);
  }

  prepare(sql: string): Statement {
    if (!/^SELECT/.test(sql)) {
      assert.equal(this.#depth, 1, sql);
      this.writes++;
    }
    return this.inner.prepare(sql);
  }

  transaction<T>(work: () => T): T {
    return this.inner.transaction(() => {
      this.#depth++;
      try {
        return work();
      } finally {
        this.#depth--;
      }
    });
  }

  close(): void {
    this.inner.close();
  }
}

Deno.test("every write is in a transaction", async () => {
  const database = new StrictDatabase(emptyDatabase());
  const store = new TestProvider(database);
  await store.decide({ password: "wrong" });
  const code = await store.code();
  const { refresh_token } = await (await store.exchange(code)).json();
  const { access_token } = await (await store.refresh(refresh_token)).json();
  await store.post("/oauth/revoke", { client_id: "hca", token: access_token });
  await store.exchange(code);
  await store.provider.issueTokens({
    issuer: `${ORIGIN}/`,
    email: "a@b",
    refreshable: true,
  });
  assert.ok(database.writes > 20);
});

Deno.test("two processes on one database are one provider", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const path = `${directory}/oidc.sqlite`;
    const here = new TestProvider(emptyDatabase(path));
    const there = new TestProvider(openSqlite(path));
    const fields = {
      ...await here.form(),
      email: "a@b",
      group: "hca",
      password: PASSWORD,
    };
    const response = await there.post("/oauth/authorize", fields);
    const location = new URL(response.headers.get("location") ?? "");
    const code = location.searchParams.get("code") ?? "";
    const verifier = { code_verifier: here.pkce.verifier };
    const answers = await Promise.all(
      [here, there, here, there].map((store) => store.exchange(code, verifier)),
    );
    const won = answers.filter(({ status }) => status === 200);
    assert.equal(won.length, 1);
    for (let wrong = 0; wrong < 5; wrong++) {
      for (const store of [here, there]) {
        assert.equal((await store.decide({ password: "x" })).status, 403);
      }
    }
    assert.equal((await here.decide()).status, 429);
    assert.equal((await there.decide()).status, 429);
    here.database.close();
    there.database.close();
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("all tables of the provider are known by their prefix", () => {
  const names = [...OIDC_TABLES.matchAll(/CREATE (?:TABLE|INDEX) (\w+)/g)];
  assert.ok(names.length > 5);
  for (const [, name = ""] of names) assert.match(name, /^oidc_/);
});
