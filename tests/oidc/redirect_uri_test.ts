import assert from "node:assert/strict";
import { formActionOf, isRedirectUri } from "../../src/oidc/redirect_uri.ts";
import { HOSTILE_REDIRECTS } from "./_hostile_redirects.ts";
import { ORIGIN } from "./_provider.ts";

const ISSUER = `${ORIGIN}/`;

Deno.test("isRedirectUri takes http on the loopback interface with any port and path", () => {
  for (
    const uri of [
      "http://127.0.0.1",
      "http://127.0.0.1/",
      "http://127.0.0.1:1/",
      "http://127.0.0.1:65535/a/b-c_d~e",
      "http://[::1]:8080/",
      "http://localhost:8080/",
      "http://localhost/%20",
      `${ORIGIN}/echo`,
    ]
  ) assert.ok(isRedirectUri(uri, ISSUER), uri);
});

Deno.test("isRedirectUri takes the echo page of its own origin alone", () => {
  assert.ok(isRedirectUri("https://store.test/echo", "https://store.test/"));
  assert.ok(!isRedirectUri("https://other.test/echo", "https://store.test/"));
  assert.ok(!isRedirectUri("https://store.test/echo/", "https://store.test/"));
  assert.ok(!isRedirectUri("https://store.test/echo?", "https://store.test/"));
});

Deno.test("isRedirectUri refuses every other address", () => {
  for (const uri of HOSTILE_REDIRECTS) {
    assert.ok(!isRedirectUri(uri, ISSUER), JSON.stringify(uri));
  }
});

Deno.test("formActionOf names the origin that the redirect goes to", () => {
  assert.equal(
    formActionOf("http://127.0.0.1:5555/back"),
    "'self' http://127.0.0.1:5555",
  );
  // The grammar of the policy (CSP 3, host-source) has no IPv6 address.
  assert.equal(formActionOf("http://[::1]:5555/back"), "'self' http:");
});
