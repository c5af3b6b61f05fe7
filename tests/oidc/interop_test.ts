/**
 * The provider over real HTTP, as programs of others see it: `oauth4webapi`
 * is a certified OpenID Connect client, `jose` checks the tokens.
 *
 * @module
 */

import assert from "node:assert/strict";
import { createRemoteJWKSet, jwtVerify } from "npm:jose@6.2.18";
import * as oauth from "npm:oauth4webapi@3.8.8";
import { OidcProvider } from "../../src/oidc/mod.ts";
import {
  AUDIENCE,
  emptyDatabase,
  hiddenFields,
  PASSWORD,
  signingKey,
} from "./_provider.ts";

const INSECURE = {
  [oauth.allowInsecureRequests]: true,
  // The client leaves bodies unread when the status is enough for it.
  [oauth.customFetch]: async (url: string, init: RequestInit) => {
    const response = await fetch(url, init);
    return new Response(await response.arrayBuffer(), response);
  },
};
const CLIENT: oauth.Client = { client_id: "hca" };
const REDIRECT_URI = "http://127.0.0.1:5555/back";

interface Served {
  origin: string;
  server: oauth.AuthorizationServer;
}

async function withServer(work: (served: Served) => Promise<void>) {
  const database = emptyDatabase();
  const provider = new OidcProvider({
    database,
    clock: {
      now: Date.now,
      elapsed: () => performance.now(),
      sleep: () => Promise.resolve(),
    },
    signingKey,
    password: () => Promise.resolve(PASSWORD),
    audience: AUDIENCE,
  });
  const listener = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) =>
      await provider.handle(request) ?? new Response(null, { status: 404 }),
  );
  const origin = `http://127.0.0.1:${listener.addr.port}`;
  try {
    const issuer = new URL(`${origin}/`);
    const response = await oauth.discoveryRequest(issuer, INSECURE);
    const server = await oauth.processDiscoveryResponse(issuer, response);
    await work({ origin, server });
  } finally {
    await listener.shutdown();
    database.close();
  }
}

interface Attempt {
  verifier: string;
  state: string;
  nonce: string;
  url: URL;
}

async function begin(server: oauth.AuthorizationServer): Promise<Attempt> {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const url = new URL(server.authorization_endpoint ?? "");
  url.search = new URLSearchParams({
    ...{ client_id: "hca", redirect_uri: REDIRECT_URI, response_type: "code" },
    ...{ scope: "openid email offline_access", audience: AUDIENCE },
    ...{ state, nonce, code_challenge_method: "S256" },
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  }).toString();
  return { verifier, state, nonce, url };
}

/** What a person and a browser do with the page; where it leads. */
async function signIn(origin: string, url: URL): Promise<URL> {
  const page = await (await fetch(url)).text();
  const action = /<form method="post" action="([^"]+)"/.exec(page)?.[1] ?? "";
  const response = await fetch(new URL(action, url), {
    method: "POST",
    redirect: "manual",
    headers: { origin },
    body: new URLSearchParams({
      ...hiddenFields(page),
      email: "ada@example.org",
      group: "hca",
      password: PASSWORD,
      decision: "sign_in",
    }),
  });
  await response.body?.cancel();
  return new URL(response.headers.get("location") ?? "");
}

async function exchange(
  server: oauth.AuthorizationServer,
  parameters: URLSearchParams,
  verifier: string,
): Promise<Response> {
  return await oauth.authorizationCodeGrantRequest(
    server,
    CLIENT,
    oauth.None(),
    parameters,
    REDIRECT_URI,
    verifier,
    INSECURE,
  );
}

async function userinfo(
  server: oauth.AuthorizationServer,
  accessToken: string,
  sub: string,
): Promise<oauth.UserInfoResponse> {
  const response = await oauth
    .userInfoRequest(server, CLIENT, accessToken, INSECURE);
  return await oauth.processUserInfoResponse(server, CLIENT, sub, response);
}

async function refresh(
  server: oauth.AuthorizationServer,
  token: string,
): Promise<oauth.TokenEndpointResponse> {
  const response = await oauth.refreshTokenGrantRequest(
    server,
    CLIENT,
    oauth.None(),
    token,
    INSECURE,
  );
  return await oauth.processRefreshTokenResponse(server, CLIENT, response);
}

Deno.test("an independent client signs in, stays signed in and signs out", async () => {
  await withServer(async ({ origin, server }) => {
    const { verifier, state, nonce, url } = await begin(server);
    const parameters = oauth
      .validateAuthResponse(server, CLIENT, await signIn(origin, url), state);
    const response = await exchange(server, parameters, verifier);
    const tokens = await oauth.processAuthorizationCodeResponse(
      server,
      CLIENT,
      response,
      { expectedNonce: nonce, requireIdToken: true },
    );
    await oauth
      .validateApplicationLevelSignature(server, response, INSECURE);
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    assert.equal(claims?.email, "ada@example.org");

    const keys = createRemoteJWKSet(new URL(server.jwks_uri ?? ""));
    const { payload, protectedHeader } = await jwtVerify(
      tokens.access_token,
      keys,
      { issuer: `${origin}/`, audience: AUDIENCE, algorithms: ["RS256"] },
    );
    assert.equal(protectedHeader.alg, "RS256");
    assert.equal(payload.sub, claims?.sub);
    const group = payload["https://auth.data.humancellatlas.org/group"];
    assert.equal(group, "hca");

    const sub = claims?.sub ?? "";
    const person = await userinfo(server, tokens.access_token, sub);
    assert.equal(person.email, "ada@example.org");

    const renewed = await refresh(server, tokens.refresh_token ?? "");
    assert.notEqual(renewed.refresh_token, tokens.refresh_token);
    await userinfo(server, renewed.access_token, sub);

    const revoked = await oauth.revocationRequest(
      server,
      CLIENT,
      oauth.None(),
      renewed.refresh_token ?? "",
      INSECURE,
    );
    await oauth.processRevocationResponse(revoked);
    await assert.rejects(
      userinfo(server, renewed.access_token, sub),
      oauth.WWWAuthenticateChallengeError,
    );
    await assert.rejects(
      refresh(server, renewed.refresh_token ?? ""),
      (error) =>
        error instanceof oauth.ResponseBodyError &&
        error.error === "invalid_grant",
    );
  });
});

Deno.test("an independent client understands the refusals", async () => {
  await withServer(async ({ origin, server }) => {
    const first = await begin(server);
    const back = await signIn(origin, first.url);
    assert.throws(
      () => oauth.validateAuthResponse(server, CLIENT, back, "other-state"),
      /state/,
    );
    const parameters = oauth
      .validateAuthResponse(server, CLIENT, back, first.state);
    const wrong = oauth.generateRandomCodeVerifier();
    await assert.rejects(
      oauth.processAuthorizationCodeResponse(
        server,
        CLIENT,
        await exchange(server, parameters, wrong),
      ),
      (error) =>
        error instanceof oauth.ResponseBodyError && error.status === 400 &&
        error.error === "invalid_grant",
    );
    const { state, url } = await begin(server);
    url.searchParams.set("code_challenge_method", "plain");
    const response = await fetch(url, { redirect: "manual" });
    await response.body?.cancel();
    const refused = new URL(response.headers.get("location") ?? "");
    assert.throws(
      () => oauth.validateAuthResponse(server, CLIENT, refused, state),
      (error) =>
        error instanceof oauth.AuthorizationResponseError &&
        error.error === "invalid_request",
    );
  });
});
