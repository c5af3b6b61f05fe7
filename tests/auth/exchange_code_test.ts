import assert from "node:assert/strict";
import { exchangeCode } from "../../src/auth/mod.ts";
import { AuthError, RefusedError } from "../../src/base/mod.ts";
import { authWorld, PROVIDER, REQUEST } from "./_auth_world.ts";
import { idTokenOf } from "./_id_token.ts";

const CODE = "PLANTED-code";

Deno.test("exchangeCode sends the code with its verifier and makes a login", async () => {
  const idToken = idTokenOf({ nonce: REQUEST.nonce });
  const bodies: string[] = [];
  const { tools, requests } = authWorld(async (request) => {
    bodies.push(await request.text());
    return Response.json({
      access_token: "PLANTED-access",
      refresh_token: "PLANTED-refresh",
      id_token: idToken,
      token_type: "Bearer",
      expires_in: 3600,
    });
  });
  const found = { ...PROVIDER, sendsIssuer: true };
  const login = await exchangeCode(tools, found, REQUEST, CODE);
  const { sendsIssuer: _sendsIssuer, ...provider } = PROVIDER;
  assert.deepEqual(login, {
    accessToken: "PLANTED-access",
    refreshToken: "PLANTED-refresh",
    idToken,
    expiresAtMs: Date.UTC(2020, 0, 1, 1),
    provider,
  });
  assert.deepEqual(requests, ["POST https://idp.test/token"]);
  assert.deepEqual(Object.fromEntries(new URLSearchParams(bodies[0])), {
    grant_type: "authorization_code",
    code: CODE,
    redirect_uri: REQUEST.redirectUri,
    code_verifier: REQUEST.verifier,
    client_id: "the-client",
    client_secret: "PLANTED-client-secret",
  });
});

Deno.test("exchangeCode makes a login of an access token alone", async () => {
  const answer = { access_token: "PLANTED-access", token_type: "bearer" };
  const { tools } = authWorld(() => Promise.resolve(Response.json(answer)));
  const login = await exchangeCode(tools, PROVIDER, REQUEST, CODE);
  assert.deepEqual(Object.keys(login), ["accessToken", "provider"]);
});

// id token
const BAD_ID_TOKENS: [string, string][] = [
  ["of another question", idTokenOf({ nonce: "other" })],
  ["for another client", idTokenOf({ nonce: REQUEST.nonce, aud: "other" })],
  ["of another issuer", idTokenOf({ nonce: REQUEST.nonce, iss: "https://e/" })],
  ["without a signature", idTokenOf({ nonce: REQUEST.nonce }, "none")],
  ["that is none", "PLANTED"],
];

for (const [what, idToken] of BAD_ID_TOKENS) {
  Deno.test(`exchangeCode refuses an id token ${what}`, async () => {
    const { tools } = authWorld(() =>
      Promise.resolve(Response.json({
        access_token: "PLANTED-access",
        id_token: idToken,
        token_type: "Bearer",
      }))
    );
    await assert.rejects(
      exchangeCode(tools, PROVIDER, REQUEST, CODE),
      (error) =>
        error instanceof RefusedError && !/PLANTED/.test(String(error)),
    );
  });
}

Deno.test("exchangeCode says that the code was not taken, without it", async () => {
  const { tools, log } = authWorld(() =>
    Promise.resolve(
      Response.json({
        error: "invalid_grant",
        error_description: `no code ${CODE} for ${REQUEST.verifier}`,
      }, { status: 400 }),
    )
  );
  await assert.rejects(
    exchangeCode(tools, PROVIDER, REQUEST, CODE),
    (error) => {
      assert.ok(error instanceof AuthError);
      assert.equal(
        error.message,
        "the provider did not take the code: invalid_grant",
      );
      assert.match(error.hint ?? "", /hca dss login/);
      const everything = `${error.stack} ${Deno.inspect(error)} ` +
        log.messages().join(" ");
      assert.doesNotMatch(everything, /PLANTED/);
      return true;
    },
  );
});
