import assert from "node:assert/strict";
import { signJwt } from "../../src/jwt/mod.ts";
import { generateKeyPair } from "../../src/jwt/mod.ts";
import {
  type Changes,
  claimsOf,
  signingKey,
  TestProvider,
} from "./_provider.ts";

async function revoke(
  store: TestProvider,
  token: string | undefined,
  changes: Changes = {},
): Promise<Response> {
  const fields = { token, client_id: "hca", ...changes };
  return await store.post("/oauth/revoke", fields);
}

Deno.test("an access or refresh token that is revoked ends its session", async () => {
  for (const name of ["access_token", "refresh_token"] as const) {
    // The hint may be wrong (RFC 7009, section 2.1).
    for (const token_type_hint of [undefined, "access_token", "other"]) {
      const store = new TestProvider();
      const tokens = await store.tokens();
      const others = await store.tokens();
      const response = await revoke(store, tokens[name], { token_type_hint });
      assert.equal(response.status, 200);
      assert.equal(await response.text(), "");
      assert.equal(response.headers.get("cache-control"), "no-store");
      assert.equal(await store.userinfoStatus(tokens.access_token), 401);
      assert.equal((await store.refresh(tokens.refresh_token)).status, 400);
      assert.equal(await store.userinfoStatus(others.access_token), 200);
    }
  }
});

Deno.test("an old refresh token and an expired access token end their session too", async () => {
  const store = new TestProvider();
  for (const name of ["access_token", "refresh_token"] as const) {
    const first = await store.tokens();
    await store.clock.advance(7200_000);
    const second = await (await store.refresh(first.refresh_token)).json();
    assert.equal((await revoke(store, first[name])).status, 200);
    assert.equal(await store.userinfoStatus(second.access_token), 401);
  }
});

Deno.test("a token that is not known is no error and ends nothing", async () => {
  const store = new TestProvider();
  const tokens = await store.tokens();
  const { kid } = await signingKey();
  const { privateKey } = await generateKeyPair();
  const { access_token, id_token } = tokens;
  const unsigned = access_token.replace(/[^.]*$/, "");
  const forged = await signJwt(
    { sid: String(claimsOf(access_token).sid) },
    privateKey,
    kid,
  );
  for (const token of ["x", "a.b.c", unsigned, forged, id_token]) {
    assert.equal((await revoke(store, token)).status, 200);
  }
  assert.equal(await store.userinfoStatus(access_token), 200);
});

Deno.test("revocation refuses requests without a token or of another client", async () => {
  const store = new TestProvider();
  const { access_token } = await store.tokens();
  const missing = await revoke(store, undefined);
  assert.equal(missing.status, 400);
  assert.equal((await missing.json()).error, "invalid_request");
  const other = await revoke(store, access_token, { client_id: "other" });
  assert.equal(other.status, 401);
  assert.equal((await other.json()).error, "invalid_client");
  assert.equal(await store.userinfoStatus(access_token), 200);
});
