import assert from "node:assert/strict";
import type { JsonObject } from "../../src/base/mod.ts";
import {
  exportPrivateKey,
  generateKeyPair,
  signJwt,
} from "../../src/jwt/mod.ts";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";
import { configure } from "./_served.ts";
import { FIRST, SecuredService } from "./_secured_service.ts";

const NOT_LOGGED_IN = "error: Please configure hca dss authentication " +
  'credentials using "hca dss login" or set the ' +
  "GOOGLE_APPLICATION_CREDENTIALS environment variable. A token can also be " +
  "given in HCA_ACCESS_TOKEN.\n";

const EXPIRES = Date.UTC(2100, 0, 1) / 1000;

/** A token that says all that tokens of the atlas say. */
async function jwtOf(claims: JsonObject = {}): Promise<string> {
  const { privateKey } = await generateKeyPair();
  return await signJwt(
    {
      iss: "https://issuer.test/",
      sub: "ann",
      aud: ["https://dss.test/", "https://issuer.test/userinfo"],
      exp: EXPIRES,
      scope: "openid email",
      email: "ann@other.test",
      "https://auth.data.humancellatlas.org/email": "ann@dss.test",
      "https://auth.data.humancellatlas.org/group": "hca",
      ...claims,
    },
    privateKey,
    "k1",
  );
}

function loginOf(accessToken: string, more: JsonObject = {}): JsonObject {
  return {
    oauth2_token: {
      access_token: accessToken,
      refresh_token: null,
      id_token: null,
      expires_at: "-1",
      token_type: "Bearer",
      ...more,
    },
  };
}

const OPAQUE = {
  who: null,
  group: null,
  issuer: null,
  audience: [],
  scopes: [],
  expires: null,
  state: "unknown",
  renewable: false,
};

Deno.test("hca auth status asks nobody for an audience that is configured", async () => {
  await using hca = await TestEnvironment.create();
  const keyFile = `${hca.root}/key.json`;
  const { privateKey } = await generateKeyPair();
  const account = "reader@atlas.iam.gserviceaccount.com";
  await Deno.writeTextFile(
    keyFile,
    JSON.stringify({
      type: "service_account",
      client_email: account,
      private_key_id: "k1",
      private_key: await exportPrivateKey(privateKey),
    }),
  );
  hca.variables.set("GOOGLE_APPLICATION_CREDENTIALS", keyFile);
  hca.variables.set("HCA_SWAGGER_URL", "https://dss.test/v1/swagger.json");
  await hca.runLine("hca config set DSSClient.audience https://aud.test/");
  const { status, out } = await hca.runLine("hca auth status");
  assert.equal(status, 0);
  const { audience, source, who } = JSON.parse(out);
  assert.deepEqual(
    [audience, source, who],
    [["https://aud.test/"], "GOOGLE_APPLICATION_CREDENTIALS", account],
  );
  assert.deepEqual(hca.refusedRequests, []);
});

Deno.test("hca auth status tells what the token of the variable says of itself", async () => {
  await using hca = await TestEnvironment.create();
  const token = await jwtOf();
  hca.variables.set("HCA_ACCESS_TOKEN", token);
  const { status, out, err } = await hca.runLine("hca auth status");
  assert.equal(err, "");
  assert.equal(status, 0);
  assert.deepEqual(JSON.parse(out), {
    service: "http://dss.hca.localhost",
    source: "HCA_ACCESS_TOKEN",
    who: "ann@dss.test",
    group: "hca",
    issuer: "https://issuer.test/",
    audience: ["https://dss.test/", "https://issuer.test/userinfo"],
    scopes: ["openid", "email"],
    expires: "2100-01-01T00:00:00.000Z",
    state: "valid",
    renewable: false,
  });
  for (const part of token.split(".")) assert.ok(!out.includes(part));
  // Nothing is made for it.
  assert.deepEqual(namesBelow(hca.root), []);
});

Deno.test("hca auth status tells of a stored login without asking anybody", async () => {
  await using world = await SecuredService.create({ lifetimeMs: -60_000 });
  const { hca, api } = world;
  const { status, out, err } = await hca.runLine("hca auth status");
  assert.equal(err, "");
  assert.equal(status, 0);
  const shown = JSON.parse(out);
  assert.deepEqual(shown, {
    ...OPAQUE,
    service: api.origin,
    source: "login",
    expires: shown.expires,
    state: "expired",
    renewable: true,
  });
  assert.ok(Date.parse(shown.expires) < Date.now());
  assert.doesNotMatch(out, /PLANTED/);
  assert.equal(api.requests.length + api.documentRequests, 0);
});

Deno.test("hca auth status names the service that the login is for", async () => {
  await using hca = await TestEnvironment.create();
  hca.variables.set("HCA_SWAGGER_URL", "https://here.test/v1/swagger.json");
  await configure(hca, loginOf("opaque", { service: "https://there.test" }));
  const { status, out } = await hca.runLine("hca auth status");
  assert.equal(status, 0);
  assert.deepEqual(JSON.parse(out), {
    ...OPAQUE,
    service: "https://there.test",
    source: "login",
  });
  assert.deepEqual(hca.refusedRequests, []);
});

Deno.test("hca auth status warns of a login that others may read", async () => {
  if (Deno.build.os === "windows") return;
  await using hca = await TestEnvironment.create();
  await configure(hca, loginOf("opaque"));
  await Deno.chmod(`${hca.root}/home/config/hca/config.json`, 0o644);
  const { status, err } = await hca.runLine("hca auth status");
  assert.equal(status, 0);
  assert.match(err, /^hca: warning: .* others may read it \(mode 0644\)/);
});

for (const command of ["status", "token"]) {
  Deno.test(`hca auth ${command} ends with 4 when nobody is logged in`, async () => {
    await using hca = await TestEnvironment.create();
    const { status, out, err } = await hca.runLine(`hca auth ${command}`);
    assert.equal(err, `hca auth ${command}: ${NOT_LOGGED_IN}`);
    assert.equal(out, "");
    assert.equal(status, 4);
    assert.deepEqual(namesBelow(hca.root), []);
  });

  Deno.test(`hca auth ${command} --service of one that is not configured is refused`, async () => {
    await using hca = await TestEnvironment.create();
    hca.variables.set("HCA_ACCESS_TOKEN", "t0ken");
    const { status, err } = await hca.runLine(
      `hca auth ${command} --service other`,
    );
    assert.equal(status, 2);
    assert.match(err, /error: there is no service 'other'\./);
  });
}

Deno.test("hca auth token prints the token and nothing else", async () => {
  await using hca = await TestEnvironment.create();
  hca.variables.set("HCA_ACCESS_TOKEN", "variable-token");
  await configure(hca, loginOf("stored-token"));
  const given = await hca.runLine("hca auth token");
  assert.deepEqual([given.out, given.err], ["variable-token\n", ""]);
  hca.variables.delete("HCA_ACCESS_TOKEN");
  const stored = await hca.runLine("hca auth token --log-level DEBUG");
  assert.deepEqual([stored.out, stored.err], ["stored-token\n", ""]);
});

Deno.test("hca auth token renews a login that has expired", async () => {
  await using world = await SecuredService.create({ lifetimeMs: 30_000 });
  const { status, out, err } = await world.hca.runLine("hca auth token");
  assert.equal(err, "");
  assert.equal(status, 0);
  assert.equal(out, "PLANTED-token-2\n");
  assert.equal(world.renewals, 1);
  assert.deepEqual(world.tokens, []);
});

Deno.test("hca auth token does not print the login of another service", async () => {
  await using world = await SecuredService.create();
  const { hca } = world;
  hca.variables.set("HCA_SWAGGER_URL", "https://other.test/swagger.json");
  const { status, out, err } = await hca.runLine("hca auth token");
  assert.equal(out, "");
  assert.equal(status, 4);
  assert.match(err, /is for '.*' and is not sent to 'https:\/\/other\.test'/);
});

Deno.test("hca auth token --service auth prints the login that all services share", async () => {
  await using world = await SecuredService.create();
  const { hca } = world;
  const path = `${hca.root}/home/config/hca/config.json`;
  const login = JSON.parse(await Deno.readTextFile(path));
  const AuthClient = { swagger_url: "https://auth.test/swagger.json" };
  await configure(hca, { ...login, AuthClient });
  const { status, out, err } = await hca.runLine(
    "hca auth token --service auth",
  );
  assert.equal(err, "");
  assert.equal(status, 0);
  assert.equal(out, `${FIRST}\n`);
});

Deno.test("hca auth login and logout are those of hca dss", async () => {
  await using hca = await TestEnvironment.create();
  hca.terminal.inputText = "opaque-token\n";
  const login = await hca.runLine("hca auth login --access-token -");
  assert.equal(login.status, 0, login.err);
  const status = await hca.runLine("hca auth status");
  assert.equal(JSON.parse(status.out).source, "login");
  assert.equal((await hca.runLine("hca auth logout")).status, 0);
  assert.equal((await hca.runLine("hca auth status")).status, 4);
});

Deno.test("hca auth has its own commands when no service auth is configured", async () => {
  await using hca = await TestEnvironment.create();
  const { status, out } = await hca.runLine("hca auth --help");
  assert.equal(status, 0);
  const [, commands = ""] = /^Commands:\n(.*?)\n\n/ms.exec(out) ?? [];
  assert.deepEqual(
    [...commands.matchAll(/^ {2}(\S+)/gm)].map((match) => match[1]),
    ["status", "token", "login", "logout"],
  );
  assert.deepEqual(namesBelow(hca.root), []);
});

Deno.test("hca dss get-collections of the embedded service ends with 4 when nobody is logged in", async () => {
  await using hca = await TestEnvironment.create();
  const { status, out, err } = await hca.runLine("hca dss get-collections");
  assert.equal(err, `hca dss get-collections: ${NOT_LOGGED_IN}`);
  assert.equal(out, "");
  assert.equal(status, 4);
  // It was not even made.
  assert.deepEqual(namesBelow(hca.root), []);
});
