import assert from "node:assert/strict";
import {
  applicationSecretsUrl,
  parseApplicationSecrets,
  readApplicationSecrets,
} from "../../src/auth/mod.ts";
import { type Json, NetworkError, ServiceError } from "../../src/base/mod.ts";
import { ApiDocument } from "../../src/swagger/mod.ts";
import { answers, authWorld } from "./_auth_world.ts";

const URL = "https://dss.test/internal/application_secrets";

Deno.test("parseApplicationSecrets reads Google's form and ours", () => {
  assert.deepEqual(
    parseApplicationSecrets({
      installed: {
        auth_uri: "https://idp.test/authorize",
        token_uri: "https://idp.test/token",
        client_id: "id",
        client_secret: "secret",
        redirect_uris: ["http://localhost:8080/", 7, "urn:x"],
        revocation_uri: "https://idp.test/revoke",
        issuer: "https://idp.test/",
      },
    }),
    {
      authorizationEndpoint: "https://idp.test/authorize",
      tokenEndpoint: "https://idp.test/token",
      revocationEndpoint: "https://idp.test/revoke",
      issuer: "https://idp.test/",
      clientId: "id",
      clientSecret: "secret",
      redirectUris: ["http://localhost:8080/", "urn:x"],
    },
  );
});

Deno.test("parseApplicationSecrets takes nothing from other types or the prototype", () => {
  const values: Json[] = [null, "x", [], {}, { installed: [] }, { web: {} }];
  for (const value of values) {
    assert.equal(parseApplicationSecrets(value), undefined);
  }
  const inherited = JSON.parse(
    '{"__proto__": {"installed": {"client_id": "x"}}}',
  );
  assert.equal(parseApplicationSecrets(inherited), undefined);
  const secrets = parseApplicationSecrets({
    installed: { client_id: 7, auth_uri: {}, redirect_uris: "http://x" },
  });
  assert.equal(secrets?.clientId, undefined);
  assert.equal(secrets?.authorizationEndpoint, undefined);
  assert.deepEqual(secrets?.redirectUris, []);
});

// where the document is from, where the secrets are
const ADDRESSES: [string, string][] = [
  ["https://dss.test/v1/swagger.json", URL],
  [
    "https://dss.test:8443/a/b?c",
    "https://dss.test:8443/internal/application_secrets",
  ],
  [
    "http://127.0.0.1:8473/v1/swagger.json",
    "http://127.0.0.1:8473/internal/application_secrets",
  ],
  [
    "http://dss.hca.localhost/v1/swagger.json",
    "http://dss.hca.localhost/internal/application_secrets",
  ],
  // The old client asked by https, whatever the document came by.
  ["http://dss.test/v1/swagger.json", URL],
  ["swagger.json", URL],
];

for (const [url, expected] of ADDRESSES) {
  Deno.test(`applicationSecretsUrl of a document from ${url}`, () => {
    const root = { swagger: "2.0", host: "dss.test", paths: {} };
    assert.equal(applicationSecretsUrl(new ApiDocument(root, url)), expected);
  });
}

// answers of services that have none
const NONE: Response[] = [
  new Response("", { status: 404 }),
  // API Gateway for a path that it does not know.
  Response.json({ message: "Missing Authentication Token" }, { status: 403 }),
  new Response("", { status: 405 }),
  new Response("<html>The one page of an application</html>"),
  Response.json({ something: "else" }),
];

for (const answer of NONE) {
  Deno.test(`readApplicationSecrets gives nothing for ${answer.status} ${answer.headers.get("content-type")}`, async () => {
    const { tools } = authWorld(answers({ [URL]: answer }));
    assert.equal(await readApplicationSecrets(tools, URL), undefined);
  });
}

Deno.test("readApplicationSecrets fails when the service does", async () => {
  const down = authWorld(() => Promise.reject(new TypeError("refused")));
  await assert.rejects(readApplicationSecrets(down.tools, URL), NetworkError);
  const failing = answers({ [URL]: new Response("", { status: 503 }) });
  await assert.rejects(
    readApplicationSecrets(authWorld(failing).tools, URL),
    ServiceError,
  );
});
