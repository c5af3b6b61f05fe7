import assert from "node:assert/strict";
import { type Json, type JsonObject } from "../../src/base/mod.ts";
import {
  exposedFiles,
  isSecretPath,
  maskSecrets,
} from "../../src/config/mod.ts";

const SECRET = [
  "oauth2_token",
  "oauth2_token.access_token",
  "oauth2_token.expires_at",
  "application_secrets.installed.client_secret",
  "AuthClient.apiToken",
  "upload.api_key",
  "x.PASSWORD",
  "x.passwd",
  "service.private_key",
  "service.credentials.user",
  "hmac_secret_key",
];

const OPEN = [
  "log_level",
  "DSSClient.swagger_url",
  "application_secrets",
  "application_secrets.installed.client_id",
  "application_secrets.installed.token_uri",
  "application_secrets.installed.auth_uri",
  "upload.areas.key",
];

Deno.test("isSecretPath is true for what is named like a secret, at any depth", () => {
  const secret = [...SECRET, ...OPEN]
    .filter((text) => isSecretPath(text.split(".")));
  assert.deepEqual(secret, SECRET);
});

Deno.test("maskSecrets keeps the shape and shows no secret", () => {
  const config = {
    oauth2_token: {
      access_token: "hush",
      refresh_token: null,
      expires_at: 17,
    },
    application_secrets: {
      installed: { client_id: "id", client_secret: "hush" },
    },
    tokens: ["hush", { a: "hush" }],
    list: [{ token: "hush", name: "n" }],
    plain: [1, true],
  };
  const before = structuredClone(config);
  assert.deepEqual(maskSecrets(config), {
    oauth2_token: {
      access_token: "***",
      refresh_token: null,
      expires_at: "***",
    },
    application_secrets: {
      installed: { client_id: "id", client_secret: "***" },
    },
    tokens: ["***", { a: "***" }],
    list: [{ token: "***", name: "n" }],
    plain: [1, true],
  });
  assert.deepEqual(config, before);
});

Deno.test("maskSecrets knows where a value stands", () => {
  assert.equal(maskSecrets("hush", ["oauth2_token", "id_token"]), "***");
  assert.equal(maskSecrets("shown", ["log_level"]), "shown");
});

Deno.test("exposedFiles names files with a token that others may read or write", () => {
  const login: JsonObject = { oauth2_token: { access_token: "hush" } };
  const cases: [string, Json, number | undefined][] = [
    ["/private", login, 0o600],
    ["/read-only", login, 0o400],
    ["/group", login, 0o640],
    ["/others", login, 0o100644],
    ["/writable", { oauth2_token: { refresh_token: "hush" } }, 0o602],
    ["/no-token", { log_level: "INFO" }, 0o644],
    ["/logged-out", { oauth2_token: { access_token: "" } }, 0o644],
    ["/odd", { oauth2_token: "x" }, 0o644],
    ["/no-modes", login, undefined],
  ];
  const layers = cases.map(([path, content, mode]) => ({
    path,
    content: content as JsonObject,
    mode,
    isRegular: true,
  }));
  assert.deepEqual(exposedFiles(layers), [
    { path: "/group", mode: "0640" },
    { path: "/others", mode: "0644" },
    { path: "/writable", mode: "0602" },
  ]);
});
