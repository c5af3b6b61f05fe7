import assert from "node:assert/strict";
import {
  authorizationUrl,
  createAuthorizationRequest,
} from "../../src/auth/mod.ts";
import { RefusedError } from "../../src/base/mod.ts";
import { PROVIDER, REQUEST } from "./_auth_world.ts";

Deno.test("authorizationUrl asks for a code with PKCE, state and nonce", () => {
  const url = new URL(authorizationUrl(PROVIDER, REQUEST));
  assert.equal(`${url.origin}${url.pathname}`, "https://idp.test/authorize");
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    response_type: "code",
    client_id: "the-client",
    redirect_uri: "http://127.0.0.1:8765/",
    scope: "openid email offline_access",
    state: "PLANTED-state",
    nonce: "PLANTED-nonce",
    code_challenge: "the-challenge",
    code_challenge_method: "S256",
    access_type: "offline",
    audience: "https://dss.test/",
  });
});

Deno.test("authorizationUrl has neither the verifier nor the client's secret", () => {
  const url = decodeURIComponent(authorizationUrl(PROVIDER, REQUEST));
  assert.doesNotMatch(url, /PLANTED-(verifier|client-secret)/);
});

Deno.test("authorizationUrl keeps the endpoint's own query, but nothing of it that is ours", () => {
  const authorizationEndpoint = "https://idp.test/authorize?tenant=a%20b&" +
    "redirect_uri=https://evil.test/&redirect_uri=x&state=theirs#fragment";
  const url = new URL(
    authorizationUrl({ ...PROVIDER, authorizationEndpoint }, REQUEST),
  );
  assert.equal(url.searchParams.get("tenant"), "a b");
  assert.deepEqual(url.searchParams.getAll("redirect_uri"), [
    REQUEST.redirectUri,
  ]);
  assert.deepEqual(url.searchParams.getAll("state"), [REQUEST.state]);
  assert.equal(url.hash, "");
});

for (
  const authorizationEndpoint of [
    "http://idp.test/authorize",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "not a url",
  ]
) {
  Deno.test(`authorizationUrl refuses ${authorizationEndpoint}`, () => {
    assert.throws(
      () => authorizationUrl({ ...PROVIDER, authorizationEndpoint }, REQUEST),
      (error) =>
        error instanceof RefusedError && /not an https/.test(error.message),
    );
  });
}

Deno.test("createAuthorizationRequest never repeats itself", async () => {
  const requests = await Promise.all(
    Array.from({ length: 10 }, () => createAuthorizationRequest("http://x/")),
  );
  const secrets = requests.flatMap((request) => {
    assert.equal(request.redirectUri, "http://x/");
    return [request.state, request.nonce, request.verifier];
  });
  assert.equal(new Set(secrets).size, 30);
  // 256 bits each.
  for (const secret of secrets) assert.match(secret, /^[\w-]{43}$/);
});
