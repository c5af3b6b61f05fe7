import assert from "node:assert/strict";
import { generateKeyPair, signJwt } from "../../src/jwt/mod.ts";
import { claimsOf, readJson, signingKey, TestProvider } from "./_provider.ts";

async function ask(
  store: TestProvider,
  authorization?: string,
  method = "GET",
): Promise<Response> {
  const headers = new Headers();
  if (authorization !== undefined) headers.set("authorization", authorization);
  return await store.ask("/oauth/userinfo", { method, headers });
}

Deno.test("userinfo says who an access token is about, by GET and POST", async () => {
  const store = new TestProvider();
  const { access_token, id_token } = await store.tokens();
  for (const method of ["GET", "POST"]) {
    const response = await ask(store, `Bearer ${access_token}`, method);
    const { body, headers, status } = await readJson(response);
    assert.equal(status, 200);
    assert.equal(headers.get("cache-control"), "no-store");
    assert.deepEqual(body, {
      sub: claimsOf(id_token).sub,
      email: "ada@example.org",
      email_verified: true,
      "https://auth.data.humancellatlas.org/email": "ada@example.org",
      "https://auth.data.humancellatlas.org/group": "hca",
    });
  }
});

Deno.test("userinfo asks for a token without blaming one that was not sent", async () => {
  const store = new TestProvider();
  const { access_token } = await store.tokens();
  for (const header of [undefined, "", "Bearer", access_token, "Basic eDp5"]) {
    const response = await ask(store, header);
    assert.equal(response.status, 401);
    const challenge = response.headers.get("www-authenticate");
    assert.equal(challenge, 'Bearer realm="hca"');
  }
  const path = `/oauth/userinfo?access_token=${access_token}`;
  assert.equal((await store.ask(path)).status, 401);
});

Deno.test("userinfo refuses tokens that do not hold", async () => {
  const store = new TestProvider();
  const tokens = await store.tokens();
  const { kid, privateKey } = await signingKey();
  const { access_token } = tokens;
  const claims = claimsOf(access_token) as Record<string, string>;
  const other = (await generateKeyPair()).privateKey;
  const none = btoa(JSON.stringify({ alg: "none" })).replace(/=+$/, "");
  const bad = [
    "x",
    tokens.id_token,
    tokens.refresh_token,
    access_token.replace(/[^.]*$/, ""),
    access_token.replace(/^[^.]*/, none).replace(/[^.]*$/, ""),
    await signJwt(claims, other, kid),
    await signJwt({ ...claims, exp: 1 }, privateKey, kid),
    await signJwt({ ...claims, exp: undefined }, privateKey, kid),
    await signJwt({ ...claims, aud: "https://x.test/" }, privateKey, kid),
    await signJwt({ ...claims, sid: "other" }, privateKey, kid),
    await signJwt({ ...claims, sid: undefined }, privateKey, kid),
    await signJwt({ ...claims, nbf: 9e9 }, privateKey, kid),
  ];
  for (const token of bad) {
    const { body, headers, status } = await readJson(
      await ask(store, `Bearer ${token}`),
    );
    assert.equal(status, 401);
    assert.equal(body.error, "invalid_token");
    assert.match(
      headers.get("www-authenticate") ?? "",
      /^Bearer realm="hca", error="invalid_token"$/,
    );
  }
  const again = await signJwt(claims, privateKey, kid);
  assert.equal((await ask(store, `bearer ${again}`)).status, 200);
});

Deno.test("userinfo takes a token that was made under another address of the store", async () => {
  const store = new TestProvider();
  const { accessToken } = await store.provider.issueTokens({
    issuer: "http://dss.hca.localhost/",
    email: "a@b",
  });
  assert.equal(await store.userinfoStatus(accessToken), 200);
});
