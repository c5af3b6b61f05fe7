import assert from "node:assert/strict";
import { RefusedError } from "../../src/base/mod.ts";
import { ApiDocument, oauthSchemes } from "../../src/swagger/mod.ts";

const URL = "https://dss.test/v1/swagger.json";

function schemesOf(root: object | string, url = URL) {
  const text = typeof root === "string"
    ? root
    : JSON.stringify({ paths: {}, ...root });
  return oauthSchemes(ApiDocument.parse(text, url));
}

Deno.test("oauthSchemes reads the scheme of the atlas's own document", () => {
  const securityDefinitions = {
    dcpAuth: {
      type: "oauth2",
      flow: "implicit",
      authorizationUrl: "https://auth.data.humancellatlas.org/authorize",
      scopes: { email: "…", openid: "…", offline_access: "…" },
    },
  };
  const paths = {
    "/files": { put: { security: [{ dcpAuth: [] }] } },
  };
  assert.deepEqual(
    schemesOf({ swagger: "2.0", securityDefinitions, paths }),
    [{
      name: "dcpAuth",
      authorizationUrl: "https://auth.data.humancellatlas.org/authorize",
      audiences: [],
      scopes: ["email", "openid", "offline_access"],
      requiredScopes: [],
    }],
  );
});

Deno.test("oauthSchemes reads the extensions of Cloud Endpoints and what operations ask for", () => {
  const securityDefinitions = {
    key: { type: "apiKey", in: "header", name: "Authorization" },
    dcpAuth: {
      type: "oauth2",
      flow: "accessCode",
      authorizationUrl: "https://idp.test/authorize",
      tokenUrl: "https://idp.test/token",
      scopes: { openid: "", write: "" },
      "x-google-issuer": "https://idp.test/",
      "x-google-audiences": "https://dss.test/, https://other.test/",
    },
  };
  const paths = {
    "/a": {
      get: { security: [{ other: ["read"] }] },
      put: { security: [{ dcpAuth: ["write"] }, { dcpAuth: ["write", 1] }] },
    },
  };
  assert.deepEqual(
    schemesOf({ swagger: "2.0", securityDefinitions, paths }),
    [{
      name: "dcpAuth",
      authorizationUrl: "https://idp.test/authorize",
      tokenUrl: "https://idp.test/token",
      issuer: "https://idp.test/",
      audiences: ["https://dss.test/", "https://other.test/"],
      scopes: ["openid", "write"],
      requiredScopes: ["write", "1"],
    }],
  );
});

Deno.test("oauthSchemes reads OpenAPI 3, through references and relative to the document", () => {
  const components = {
    securitySchemes: {
      implicit: {
        type: "oauth2",
        flows: { implicit: { authorizationUrl: "/authorize", scopes: {} } },
      },
      code: { $ref: "#/components/x-shared" },
      oidc: {
        type: "openIdConnect",
        openIdConnectUrl: "https://idp.test/.well-known/openid-configuration",
      },
      password: {
        type: "oauth2",
        flows: { password: { tokenUrl: "/token", scopes: {} } },
      },
    },
    "x-shared": {
      type: "oauth2",
      flows: {
        implicit: { authorizationUrl: "/implicit", scopes: {} },
        authorizationCode: {
          authorizationUrl: "/authorize",
          tokenUrl: "token",
          scopes: { openid: "" },
        },
      },
    },
  };
  const common = { audiences: [], requiredScopes: [] };
  assert.deepEqual(schemesOf({ openapi: "3.0.1", components }), [
    {
      name: "code",
      ...common,
      authorizationUrl: "https://dss.test/authorize",
      tokenUrl: "https://dss.test/v1/token",
      scopes: ["openid"],
    },
    {
      name: "oidc",
      ...common,
      openIdConnectUrl: "https://idp.test/.well-known/openid-configuration",
      scopes: [],
    },
    {
      name: "implicit",
      ...common,
      authorizationUrl: "https://dss.test/authorize",
      scopes: [],
    },
  ]);
});

// what securityDefinitions is, how many schemes come out
const HOSTILE: [unknown, number][] = [
  [undefined, 0],
  [null, 0],
  ["oauth2", 0],
  [[{ type: "oauth2" }], 0],
  [{ a: null, b: "x", c: 3, d: [] }, 0],
  [{ a: { type: ["oauth2"], flow: "accessCode" } }, 0],
  [{ a: { type: "oauth2", flow: { accessCode: 1 } } }, 0],
  [{ a: { type: "oauth2", flow: "accessCode", tokenUrl: 3, scopes: 4 } }, 1],
  [
    {
      a: {
        type: "oauth2",
        flow: "accessCode",
        authorizationUrl: ["https://idp.test/"],
        "x-google-audiences": { a: 1 },
        "x-google-issuer": 7,
        scopes: { "two words": "", 'quo"te': "", "": "" },
      },
    },
    1,
  ],
];

for (const [securityDefinitions, count] of HOSTILE) {
  Deno.test(`oauthSchemes leaves out what has another type: ${JSON.stringify(securityDefinitions)}`, () => {
    const schemes = schemesOf({ swagger: "2.0", securityDefinitions });
    assert.equal(schemes.length, count);
    for (const scheme of schemes) {
      assert.deepEqual(scheme, {
        name: "a",
        audiences: [],
        scopes: [],
        requiredScopes: [],
      });
    }
  });
}

Deno.test("oauthSchemes takes names of the prototype for names", () => {
  const text = `{"swagger": "2.0", "securityDefinitions": {
    "__proto__": {"type": "oauth2", "flow": "implicit", "scopes":
      {"__proto__": "", "constructor": ""}},
    "constructor": {"type": "basic"}},
    "paths": {"/a": {"get": {"security":
      [{"__proto__": ["toString"], "constructor": ["x"]}]}}}}`;
  const [scheme, ...more] = schemesOf(text);
  assert.deepEqual(more, []);
  assert.equal(scheme?.name, "__proto__");
  assert.deepEqual(scheme?.scopes, ["__proto__", "constructor"]);
  assert.deepEqual(scheme?.requiredScopes, ["toString"]);
  assert.equal(Object.hasOwn(Object.prototype, "type"), false);
  // Nothing is inherited into a document that says nothing.
  assert.deepEqual(schemesOf({ swagger: "2.0" }), []);
});

Deno.test("oauthSchemes refuses references that lead out or round", () => {
  for (
    const $ref of ["https://evil.test/x.json#/a", "#/securityDefinitions/a"]
  ) {
    assert.throws(
      () => schemesOf({ swagger: "2.0", securityDefinitions: { a: { $ref } } }),
      RefusedError,
    );
  }
});

Deno.test("oauthSchemes of a document without an address has absolute addresses only", () => {
  const securityDefinitions = {
    a: {
      type: "oauth2",
      flow: "accessCode",
      authorizationUrl: "/authorize",
      tokenUrl: "https://idp.test/token",
      scopes: {},
    },
  };
  const [scheme] = schemesOf({ swagger: "2.0", securityDefinitions }, "a.json");
  assert.equal(scheme?.authorizationUrl, undefined);
  assert.equal(scheme?.tokenUrl, "https://idp.test/token");
});
