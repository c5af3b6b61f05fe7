import assert from "node:assert/strict";
import {
  findProvider,
  type ProviderPlaces,
  serviceAudience,
} from "../../src/auth/mod.ts";
import {
  AuthError,
  type Json,
  type JsonObject,
  NetworkError,
  RefusedError,
} from "../../src/base/mod.ts";
import { ApiDocument } from "../../src/swagger/mod.ts";
import { answers, authWorld } from "./_auth_world.ts";

const SECRETS_URL = "https://dss.test/internal/application_secrets";
const CONFIGURATION_URL = "https://idp.test/.well-known/openid-configuration";

const SECRETS = {
  installed: {
    auth_uri: "https://idp.test/authorize",
    token_uri: "https://idp.test/token",
    client_id: "the-client",
    client_secret: "not one",
    redirect_uris: ["http://localhost:8080/"],
  },
};

const CONFIGURATION = {
  issuer: "https://idp.test/",
  authorization_endpoint: "https://idp.test/oidc/authorize",
  token_endpoint: "https://idp.test/oidc/token",
  revocation_endpoint: "https://idp.test/oidc/revoke",
  jwks_uri: "https://idp.test/jwks",
};

const DOCUMENT_SCHEME = {
  type: "oauth2",
  flow: "accessCode",
  authorizationUrl: "https://idp.test/doc/authorize",
  tokenUrl: "https://idp.test/doc/token",
  scopes: { openid: "", email: "", "all:of:it": "" },
  "x-google-issuer": "https://idp.test/",
  "x-google-audiences": "https://dss.test/",
};

function places(scheme?: Json, config: JsonObject = {}): ProviderPlaces {
  const securityDefinitions: JsonObject = scheme === undefined
    ? {}
    : { dcpAuth: scheme };
  const root = {
    swagger: "2.0",
    host: "dss.test",
    paths: {},
    securityDefinitions,
  };
  const url = "https://dss.test/v1/swagger.json";
  return { document: new ApiDocument(root, url), config };
}

Deno.test("findProvider puts application secrets before the document before discovery", async () => {
  const world = authWorld(
    answers({ [SECRETS_URL]: SECRETS, [CONFIGURATION_URL]: CONFIGURATION }),
  );
  const found = await findProvider(world.tools, places(DOCUMENT_SCHEME));
  assert.deepEqual(found, {
    issuer: "https://idp.test/",
    authorizationEndpoint: "https://idp.test/authorize",
    tokenEndpoint: "https://idp.test/token",
    revocationEndpoint: "https://idp.test/oidc/revoke",
    jwksUri: "https://idp.test/jwks",
    clientId: "the-client",
    clientSecret: "not one",
    redirectUris: ["http://localhost:8080/"],
    audience: "https://dss.test/",
    scopes: ["openid", "email"],
    sendsIssuer: false,
  });
  assert.deepEqual(world.requests, [
    `GET ${SECRETS_URL}`,
    `GET ${CONFIGURATION_URL}`,
  ]);
});

Deno.test("findProvider takes endpoints of the document, then of discovery, where the secrets have none", async () => {
  const installed = { client_id: "the-client" };
  const network = answers({
    [SECRETS_URL]: { installed },
    [CONFIGURATION_URL]: CONFIGURATION,
  });
  const byDocument = await findProvider(
    authWorld(network).tools,
    places(DOCUMENT_SCHEME),
  );
  assert.equal(
    byDocument.authorizationEndpoint,
    "https://idp.test/doc/authorize",
  );
  assert.equal(byDocument.tokenEndpoint, "https://idp.test/doc/token");
  const { authorizationUrl: _a, tokenUrl: _t, ...bare } = DOCUMENT_SCHEME;
  const byDiscovery = await findProvider(
    authWorld(network).tools,
    places(bare),
  );
  assert.equal(
    byDiscovery.authorizationEndpoint,
    "https://idp.test/oidc/authorize",
  );
  assert.equal(byDiscovery.tokenEndpoint, "https://idp.test/oidc/token");
});

Deno.test("findProvider of the atlas's own document works as the old client did", async () => {
  const scheme = {
    type: "oauth2",
    flow: "implicit",
    authorizationUrl: "https://auth.data.humancellatlas.org/authorize",
    scopes: { email: "", openid: "", offline_access: "" },
  };
  const { tools, requests } = authWorld(answers({ [SECRETS_URL]: SECRETS }));
  const found = await findProvider(tools, places(scheme));
  assert.equal(found.authorizationEndpoint, "https://idp.test/authorize");
  assert.equal(found.tokenEndpoint, "https://idp.test/token");
  assert.equal(found.audience, "https://dev.data.humancellatlas.org/");
  assert.deepEqual(
    [...found.scopes].sort(),
    ["email", "offline_access", "openid"],
  );
  assert.equal(found.issuer, undefined);
  // Tried, because it may be an OpenID provider.
  assert.deepEqual(requests, [
    `GET ${SECRETS_URL}`,
    `GET ${CONFIGURATION_URL}`,
  ]);
});

Deno.test("findProvider follows openIdConnectUrl of an OpenAPI 3 document", async () => {
  const root = {
    openapi: "3.0.0",
    paths: {},
    components: {
      securitySchemes: {
        oidc: { type: "openIdConnect", openIdConnectUrl: CONFIGURATION_URL },
      },
    },
  };
  const document = new ApiDocument(root, "https://dss.test/openapi.json");
  const network = answers({
    [SECRETS_URL]: { installed: { client_id: "the-client" } },
    [CONFIGURATION_URL]: CONFIGURATION,
  });
  const { tools } = authWorld(network);
  const found = await findProvider(tools, { document, config: {} });
  assert.equal(found.issuer, "https://idp.test/");
  assert.equal(found.tokenEndpoint, "https://idp.test/oidc/token");
  assert.deepEqual(found.scopes, ["openid", "email", "offline_access"]);
});

Deno.test("findProvider adds the scopes that operations ask for", async () => {
  const { document } = places(DOCUMENT_SCHEME);
  document.root.paths = {
    "/a": { put: { security: [{ dcpAuth: ["all:of:it"] }] } },
  };
  const { tools } = authWorld(answers({ [SECRETS_URL]: SECRETS }));
  const found = await findProvider(tools, { document, config: {} });
  assert.deepEqual(found.scopes, ["openid", "email", "all:of:it"]);
});

Deno.test("findProvider does without application secrets when the configuration has a client id", async () => {
  const config = {
    application_secrets: { installed: { client_id: "configured" } },
  };
  const { tools } = authWorld(answers({ [CONFIGURATION_URL]: CONFIGURATION }));
  const found = await findProvider(tools, places(DOCUMENT_SCHEME, config));
  assert.equal(found.clientId, "configured");
  assert.equal(found.tokenEndpoint, "https://idp.test/doc/token");
});

Deno.test("findProvider does not use configured secrets that are for another provider", async () => {
  const config = {
    application_secrets: {
      installed: { ...SECRETS.installed, auth_uri: "https://other.test/a" },
    },
  };
  const { tools } = authWorld(answers({ [CONFIGURATION_URL]: CONFIGURATION }));
  await assert.rejects(
    findProvider(tools, places(DOCUMENT_SCHEME, config)),
    (error) => error instanceof AuthError && /client id/.test(error.message),
  );
});

Deno.test("findProvider says what is missing, and asks no one else", async () => {
  const { tools, requests } = authWorld(answers({}));
  await assert.rejects(findProvider(tools, places()), (error) => {
    assert.ok(error instanceof AuthError);
    assert.equal(
      error.message,
      "the service does not say how to sign in to it: no client id in " +
        `${SECRETS_URL}, in its API document or in the configuration`,
    );
    assert.match(error.hint ?? "", /hca dss login --access-token -/);
    return true;
  });
  assert.deepEqual(requests, [`GET ${SECRETS_URL}`]);
});

Deno.test("findProvider asks the old client's provider when nobody names one", async () => {
  const url =
    "https://humancellatlas.auth0.com/.well-known/openid-configuration";
  const configuration = {
    issuer: "https://humancellatlas.auth0.com/",
    authorization_endpoint: "https://humancellatlas.auth0.com/authorize",
    token_endpoint: "https://humancellatlas.auth0.com/oauth/token",
  };
  const secrets = { installed: { client_id: "the-client" } };
  const { tools } = authWorld(
    answers({ [SECRETS_URL]: secrets, [url]: configuration }),
  );
  const found = await findProvider(tools, places());
  assert.equal(found.issuer, "https://humancellatlas.auth0.com/");
  assert.equal(found.tokenEndpoint, configuration.token_endpoint);
  assert.equal(found.audience, "https://dev.data.humancellatlas.org/");
});

Deno.test("findProvider goes on without a configuration of the provider if the rest is known", async () => {
  const { tools, log } = authWorld(answers({ [SECRETS_URL]: SECRETS }));
  const found = await findProvider(tools, places(DOCUMENT_SCHEME));
  // The document has named it, so its id tokens are held against that.
  assert.equal(found.issuer, "https://idp.test/");
  assert.equal(found.revocationEndpoint, undefined);
  assert.match(log.messages("DEBUG").join("\n"), /no OpenID configuration/);
});

Deno.test("findProvider refuses a provider that says it is another one", async () => {
  const configuration = { ...CONFIGURATION, issuer: "https://evil.test/" };
  const { tools } = authWorld(
    answers({ [SECRETS_URL]: SECRETS, [CONFIGURATION_URL]: configuration }),
  );
  await assert.rejects(
    findProvider(tools, places(DOCUMENT_SCHEME)),
    (error) =>
      error instanceof RefusedError && /another issuer/.test(error.message),
  );
});

Deno.test("findProvider takes no issuer from a guess that is not confirmed", async () => {
  const configuration = { ...CONFIGURATION, issuer: "https://evil.test/" };
  const { tools } = authWorld(
    answers({ [SECRETS_URL]: SECRETS, [CONFIGURATION_URL]: configuration }),
  );
  const found = await findProvider(tools, places());
  assert.equal(found.issuer, undefined);
  assert.equal(found.jwksUri, undefined);
});

Deno.test("findProvider leaves out an issuer that is a service account", async () => {
  const scheme = {
    ...DOCUMENT_SCHEME,
    "x-google-issuer": "robot@project.iam.gserviceaccount.com",
  };
  const { tools } = authWorld(
    answers({ [SECRETS_URL]: SECRETS, [CONFIGURATION_URL]: CONFIGURATION }),
  );
  const found = await findProvider(tools, places(scheme));
  assert.equal(found.issuer, "https://idp.test/");
});

for (const key of ["auth_uri", "token_uri"]) {
  Deno.test(`findProvider refuses a ${key} that is not secure`, async () => {
    for (const bad of ["http://idp.test/x", "javascript:x", "file:///x"]) {
      const installed = { ...SECRETS.installed, [key]: bad };
      const { tools } = authWorld(answers({ [SECRETS_URL]: { installed } }));
      await assert.rejects(
        findProvider(tools, places(DOCUMENT_SCHEME)),
        (error) => error instanceof RefusedError && /https/.test(error.message),
      );
    }
  });
}

Deno.test("findProvider fails when a service or a provider that is needed does not answer", async () => {
  const down = () => Promise.reject(new TypeError("connection refused"));
  await assert.rejects(
    findProvider(authWorld(down).tools, places(DOCUMENT_SCHEME)),
    NetworkError,
  );
  const secrets = { installed: { client_id: "the-client" } };
  const half = answers({ [SECRETS_URL]: secrets });
  const { tools } = authWorld((request) =>
    request.url === SECRETS_URL ? half(request) : down()
  );
  const { tokenUrl: _tokenUrl, ...scheme } = DOCUMENT_SCHEME;
  await assert.rejects(findProvider(tools, places(scheme)), NetworkError);
});

Deno.test("serviceAudience is configured, else documented, else the old one", () => {
  const { document } = places(DOCUMENT_SCHEME);
  const config = { DSSClient: { audience: "https://mine.test/" } };
  assert.equal(serviceAudience(document, config), "https://mine.test/");
  assert.equal(serviceAudience(document, {}), "https://dss.test/");
  assert.equal(
    serviceAudience(places().document, { DSSClient: { audience: 7 } }),
    "https://dev.data.humancellatlas.org/",
  );
});
