import assert from "node:assert/strict";
import { describeToken, type FoundToken } from "../../src/auth/mod.ts";
import { encodeBase64Url } from "../../src/base/mod.ts";

const NOW_MS = Date.UTC(2020, 0, 1);

/** A token with these claims; nobody signed it. */
function tokenOf(claims: unknown): string {
  const part = (value: unknown) =>
    encodeBase64Url(new TextEncoder().encode(JSON.stringify(value)));
  return `${part({ alg: "RS256" })}.${part(claims)}.AAAA`;
}

function describe(claims: unknown, found: Partial<FoundToken> = {}) {
  const token = tokenOf(claims);
  const all: FoundToken = {
    token,
    source: "login",
    isRenewable: true,
    ...found,
  };
  return describeToken(all, NOW_MS);
}

Deno.test("describeToken tells what a token says of itself", () => {
  const described = describe({
    iss: "https://idp.test/",
    sub: "auth0|1",
    email: "second@b.test",
    "https://auth.data.humancellatlas.org/email": "first@b.test",
    "https://auth.data.humancellatlas.org/group": "hca",
    aud: ["https://dss.test/", "https://idp.test/userinfo"],
    scope: "openid email  offline_access",
    exp: NOW_MS / 1000 + 1,
  });
  assert.deepEqual(described, {
    source: "login",
    who: "first@b.test",
    group: "hca",
    issuer: "https://idp.test/",
    audience: ["https://dss.test/", "https://idp.test/userinfo"],
    scopes: ["openid", "email", "offline_access"],
    expires: "2020-01-01T00:00:01.000Z",
    state: "valid",
    renewable: true,
  });
});

Deno.test("describeToken says little of a token that is opaque", () => {
  const found: FoundToken = {
    token: "opaque",
    source: "HCA_ACCESS_TOKEN",
    isRenewable: false,
  };
  assert.deepEqual(describeToken(found, NOW_MS), {
    source: "HCA_ACCESS_TOKEN",
    who: null,
    group: null,
    issuer: null,
    audience: [],
    scopes: [],
    expires: null,
    state: "unknown",
    renewable: false,
  });
});

Deno.test("describeToken finds out whose a token is", () => {
  const idToken = tokenOf({ email: "id@b.test", sub: "2" });
  const who = (claims: unknown) => describe(claims, { idToken }).who;
  assert.equal(who({ email: "a@b.test", sub: "1" }), "a@b.test");
  assert.equal(who({ sub: "1" }), "1");
  assert.equal(who({}), "id@b.test");
  assert.equal(who({ email: 5, sub: "" }), "id@b.test");
  assert.equal(describe({}, { idToken: "opaque" }).who, null);
});

Deno.test("describeToken tells the state at the moment", () => {
  const at = (expiresAtMs: number) => describe({}, { expiresAtMs }).state;
  assert.equal(at(NOW_MS + 1), "valid");
  assert.equal(at(NOW_MS), "expired");
  assert.equal(describe({ exp: NOW_MS / 1000 }).state, "expired");
  const both = describe({ exp: 1 }, { expiresAtMs: NOW_MS + 1 });
  assert.equal(both.expires, "2020-01-01T00:00:00.001Z");
  assert.equal(describe({ exp: "soon" }).state, "unknown");
  assert.equal(describe({ exp: 1e300 }).state, "unknown");
});

Deno.test("describeToken bears every claim of another type", () => {
  for (const odd of [null, 5, 1e308, true, {}, [[]], [null, "a", 5]]) {
    const described = describe({
      iss: odd,
      aud: odd,
      scope: odd,
      exp: odd,
      "https://auth.data.humancellatlas.org/group": odd,
    });
    assert.equal(described.issuer, null);
    assert.equal(described.group, null);
    assert.deepEqual(
      described.audience,
      Array.isArray(odd) && odd.length > 1 ? ["a"] : [],
    );
  }
});

Deno.test("describeToken reads scopes from a list, under either name", () => {
  const scopes = ["openid", "email"];
  assert.deepEqual(describe({ scope: scopes }).scopes, scopes);
  assert.deepEqual(describe({ scopes }).scopes, scopes);
  assert.deepEqual(describe({ scopes: "openid email" }).scopes, scopes);
});

Deno.test("describeToken never tells the token", () => {
  const token = tokenOf({ sub: "1" });
  const idToken = tokenOf({ sub: "2" });
  const text = JSON.stringify(describe({ sub: "1" }, { idToken }));
  for (const secret of [...token.split("."), ...idToken.split(".")]) {
    assert.ok(!text.includes(secret));
  }
});
