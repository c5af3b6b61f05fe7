import assert from "node:assert/strict";
import {
  type Provider,
  readStoredLogin,
  removeLogin,
  type StoredLogin,
  storeLogin,
} from "../../src/auth/mod.ts";
import { formatJson, type JsonObject, parseJson } from "../../src/base/mod.ts";

const PROVIDER: Provider = {
  issuer: "https://idp.test/",
  authorizationEndpoint: "https://idp.test/authorize",
  tokenEndpoint: "https://idp.test/token",
  revocationEndpoint: "https://idp.test/revoke",
  clientId: "client",
  clientSecret: "no-secret",
  redirectUris: ["http://localhost:8080/"],
  audience: "https://dss.test/",
  scopes: ["openid"],
};
const LOGIN: StoredLogin = {
  accessToken: "access",
  refreshToken: "refresh",
  idToken: "id",
  expiresAtMs: 1_577_836_800_500,
  service: "https://dss.test",
  provider: PROVIDER,
};
// What the old client wrote after `hca dss login`.
const OLD = {
  log_level: "INFO",
  application_secrets: {
    installed: {
      auth_uri: "https://auth.test/authorize",
      token_uri: "https://auth.test/oauth/token",
      client_id: "old-client",
      client_secret: "old-secret",
      redirect_uris: ["http://localhost:8080", "urn:ietf:wg:oauth:2.0:oob"],
    },
  },
  oauth2_token: {
    access_token: "access",
    refresh_token: "refresh",
    id_token: "id",
    expires_at: "-1",
    token_type: "Bearer",
  },
};

/** A configuration as it is after it was written and read. */
function reread(config: unknown): JsonObject {
  return parseJson(formatJson(config)) as JsonObject;
}

function withToken(token: object): JsonObject {
  return reread({ ...OLD, oauth2_token: { ...OLD.oauth2_token, ...token } });
}

Deno.test("readStoredLogin reads what storeLogin stored", () => {
  assert.deepEqual(readStoredLogin(reread(storeLogin({}, LOGIN))), LOGIN);
  const least = { accessToken: "access" };
  assert.deepEqual(readStoredLogin(reread(storeLogin({}, least))), least);
});

Deno.test("storeLogin stores a login under the keys of the old client", () => {
  assert.deepEqual(storeLogin({ a: 1 }, LOGIN), {
    a: 1,
    oauth2_token: {
      access_token: "access",
      refresh_token: "refresh",
      id_token: "id",
      expires_at: 1_577_836_800.5,
      token_type: "Bearer",
      service: "https://dss.test",
    },
    application_secrets: {
      installed: {
        auth_uri: "https://idp.test/authorize",
        token_uri: "https://idp.test/token",
        client_id: "client",
        client_secret: "no-secret",
        redirect_uris: ["http://localhost:8080/"],
        revocation_uri: "https://idp.test/revoke",
        issuer: "https://idp.test/",
        audience: "https://dss.test/",
        scopes: ["openid"],
      },
    },
  });
});

Deno.test("storeLogin stores a token alone as the old client did", () => {
  const stored = storeLogin({}, { accessToken: "test" });
  assert.deepEqual(stored, {
    oauth2_token: {
      access_token: "test",
      refresh_token: null,
      id_token: null,
      expires_at: "-1",
      token_type: "Bearer",
    },
  });
});

Deno.test("storeLogin leaves nothing of an earlier login but unknown keys", () => {
  const before = reread(storeLogin({
    oauth2_token: { scope: "openid" },
    application_secrets: { web: {}, installed: { project_id: "p" } },
  }, LOGIN));
  const { revocationEndpoint: _, issuer: __, ...provider } = PROVIDER;
  const login = { accessToken: "other", refreshToken: "next", provider };
  const after = storeLogin(before, login);
  assert.deepEqual(after.oauth2_token, {
    scope: "openid",
    access_token: "other",
    refresh_token: "next",
    id_token: null,
    expires_at: "-1",
    token_type: "Bearer",
  });
  assert.deepEqual(readStoredLogin(after), login);
  const secrets = after.application_secrets as JsonObject;
  assert.deepEqual(secrets.web, {});
  assert.equal((secrets.installed as JsonObject).project_id, "p");
  assert.deepEqual(
    readStoredLogin(storeLogin(before, { accessToken: "typed" })),
    { accessToken: "typed" },
    "a typed token has nothing to do with the provider of an earlier one",
  );
});

Deno.test("storeLogin replaces what is no object", () => {
  const odd = { oauth2_token: "x", application_secrets: [1] };
  assert.deepEqual(readStoredLogin(storeLogin(odd, LOGIN)), LOGIN);
});

Deno.test("readStoredLogin reads a login of the old client", () => {
  assert.deepEqual(readStoredLogin(reread(OLD)), {
    accessToken: "access",
    refreshToken: "refresh",
    idToken: "id",
    provider: {
      authorizationEndpoint: "https://auth.test/authorize",
      tokenEndpoint: "https://auth.test/oauth/token",
      clientId: "old-client",
      clientSecret: "old-secret",
      redirectUris: ["http://localhost:8080", "urn:ietf:wg:oauth:2.0:oob"],
      audience: "https://dev.data.humancellatlas.org/",
      scopes: ["openid", "email", "offline_access"],
    },
  });
});

Deno.test("readStoredLogin reads what the old client made of a refresh", () => {
  // The answer of the provider with the time as a float, no id token.
  const config = parseJson(
    '{"oauth2_token": {"access_token": "access", "refresh_token": "refresh",' +
      ' "scope": ["openid"], "expires_in": 7200, "token_type": "Bearer",' +
      ' "expires_at": 1588000000.10}}',
  ) as JsonObject;
  assert.deepEqual(readStoredLogin(config), {
    accessToken: "access",
    refreshToken: "refresh",
    expiresAtMs: 1_588_000_000_100,
  });
});

Deno.test("readStoredLogin takes values of other types as not there", () => {
  const times = ["-1", "1588000000", -1, 0, null, true, [1], {}, 1e300];
  for (const expires_at of times) {
    const login = readStoredLogin(withToken({ expires_at }));
    assert.equal(login?.expiresAtMs, undefined, JSON.stringify(expires_at));
    assert.equal(login?.accessToken, "access");
  }
  for (const odd of [null, "", 5, [], {}]) {
    const login = readStoredLogin(
      withToken({ refresh_token: odd, id_token: odd, service: odd }),
    );
    assert.deepEqual(login, { accessToken: "access" });
    assert.equal(readStoredLogin(withToken({ access_token: odd })), undefined);
  }
  for (const oauth2_token of [null, "access", 1, ["access"], {}]) {
    assert.equal(readStoredLogin({ oauth2_token }), undefined);
  }
  assert.equal(readStoredLogin({}), undefined);
});

Deno.test("readStoredLogin knows no provider of which something is missing", () => {
  const { installed } = OLD.application_secrets;
  const odd = [
    undefined,
    null,
    {},
    { installed: null },
    { installed: { ...installed, token_uri: "" } },
    { installed: { ...installed, auth_uri: 5 } },
    { installed: { ...installed, client_id: undefined } },
  ];
  for (const application_secrets of odd) {
    const login = readStoredLogin(reread({ ...OLD, application_secrets }));
    assert.equal(login?.refreshToken, "refresh");
    assert.equal(login?.provider, undefined);
  }
});

Deno.test("removeLogin removes both keys of a login and nothing else", () => {
  const config = { a: 1, ...OLD, b: 2 };
  const { oauth2_token: _, application_secrets: __, ...left } = config;
  assert.deepEqual(removeLogin(reread(config)), left);
  assert.deepEqual(removeLogin({ oauth2_token: null }), {});
  const without = { a: 1 };
  assert.equal(removeLogin(without), without);
});
