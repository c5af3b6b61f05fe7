import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import * as jose from "npm:jose@6.2.18";
import { createServiceAccount } from "../../src/auth/mod.ts";
import { denoFiles } from "../../src/platform/mod.ts";
import { failEvery } from "../support/memory_files.ts";
import {
  assertNoSecrets,
  errorOf,
  type TokenWorld,
  tokenWorld,
} from "./_token_world.ts";

const VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS";
const PATH = "/keys/account.json";
const EMAIL = "robot@project.iam.gserviceaccount.com";
const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
});
// As Google makes it.
const KEY_FILE = {
  type: "service_account",
  project_id: "project",
  private_key_id: "0123456789abcdef",
  private_key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  client_email: EMAIL,
  client_id: "1",
  auth_uri: "https://accounts.google.com/o/oauth2/auth",
  token_uri: "https://accounts.google.com/o/oauth2/token",
};

function accountWorld(content: unknown = KEY_FILE) {
  const world = tokenWorld();
  world.variables[VARIABLE] = PATH;
  const text = typeof content === "string" ? content : JSON.stringify(content);
  world.files.put(PATH, text, 0o600);
  let asked = 0;
  const audience = () => {
    asked++;
    return Promise.resolve("https://dss.test/");
  };
  const source = createServiceAccount(world.tools, { audience });
  return { world, source, asked: () => asked };
}

async function verify(token: string | undefined, { clock }: TokenWorld) {
  return await jose.jwtVerify(token ?? "", publicKey, {
    audience: "https://dss.test/",
    issuer: EMAIL,
    algorithms: ["RS256"],
    currentDate: new Date(clock.now()),
  });
}

Deno.test("createServiceAccount signs what the old client signed", async () => {
  const { world, source } = accountWorld();
  // Half a second later: times are whole, and never in the future.
  await world.clock.advance(500);
  const found = await source.find();
  const startSeconds = Date.UTC(2020, 0, 1) / 1000;
  const { payload, protectedHeader } = await verify(found?.token, world);
  assert.deepEqual(protectedHeader, {
    alg: "RS256",
    typ: "JWT",
    kid: "0123456789abcdef",
  });
  assert.deepEqual(payload, {
    iss: EMAIL,
    sub: EMAIL,
    email: EMAIL,
    aud: "https://dss.test/",
    iat: startSeconds,
    exp: startSeconds + 3600,
    scope: ["email", "openid", "offline_access"],
    "https://auth.data.humancellatlas.org/group": "hca",
    "https://auth.data.humancellatlas.org/email": EMAIL,
  });
  assert.deepEqual({ ...found, token: "" }, {
    token: "",
    source: VARIABLE,
    expiresAtMs: (startSeconds + 3600) * 1000,
    isRenewable: true,
  });
  assert.deepEqual([...world.files.contents().keys()], [PATH]);
  assert.ok(!world.files.operations.some((line) => line.startsWith("create")));
});

Deno.test("createServiceAccount keeps a token until a minute before it expires", async () => {
  const { world, source, asked } = accountWorld();
  const first = await source.find();
  await world.clock.advance(3_539_999);
  assert.deepEqual(await source.find(), first);
  assert.deepEqual(await source.find("another"), first);
  assert.equal(asked(), 1);
  await world.clock.advance(1);
  const second = await source.find();
  assert.notEqual(second?.token, first?.token);
  const { payload } = await verify(second?.token, world);
  assert.equal(payload.iat, Date.UTC(2020, 0, 1) / 1000 + 3540);
});

Deno.test("createServiceAccount makes a refused token anew, once for all requests", async () => {
  const { world, source, asked } = accountWorld();
  const first = await source.find();
  await world.clock.advance(5_000);
  const found = await Promise.all(
    Array.from({ length: 10 }, () => source.find(first?.token)),
  );
  assert.equal(new Set(found.map((each) => each?.token)).size, 1);
  assert.notEqual(found[0]?.token, first?.token);
  assert.equal(asked(), 2);
  assert.deepEqual(await source.find(first?.token), found[0]);
  assert.equal(asked(), 2);
});

Deno.test("createServiceAccount begins again after it failed", async () => {
  const { world, source } = accountWorld();
  world.files.failures = failEvery("readChunks", "permission");
  await errorOf(source.find());
  world.files.failures = () => undefined;
  await verify((await source.find())?.token, world);
});

Deno.test("createServiceAccount gives nothing without the variable", async () => {
  const { world, source } = accountWorld();
  delete world.variables[VARIABLE];
  assert.equal(await source.find(), undefined);
});

const HINT = "Set GOOGLE_APPLICATION_CREDENTIALS to the JSON key file of a " +
  "service account, or unset it to use the login of 'hca dss login'.";
const NAMED = `'${PATH}', which GOOGLE_APPLICATION_CREDENTIALS names,`;

Deno.test("createServiceAccount names the file and the variable when it is not there", async () => {
  const { world, source } = accountWorld();
  await world.files.remove(PATH);
  const error = await errorOf(source.find());
  assert.equal(error.name, "AuthError");
  assert.equal(error.message, `${NAMED} is not there`);
  assert.equal("hint" in error && error.hint, HINT);
});

Deno.test("createServiceAccount opens nothing but a regular file, which a pipe would keep waiting", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const path = `${directory}/pipe`;
    await new Deno.Command("mkfifo", { args: [path] }).output();
    const { world } = accountWorld();
    world.variables[VARIABLE] = path;
    const runtime = { ...world.tools.runtime, files: denoFiles };
    const tools = { ...world.tools, runtime };
    const audience = () => Promise.resolve("");
    const error = await errorOf(
      createServiceAccount(tools, { audience }).find(),
    );
    assert.equal(error.name, "AuthError");
    assert.equal(
      error.message,
      `'${path}', which GOOGLE_APPLICATION_CREDENTIALS names, is not a ` +
        "regular file",
    );
    assert.equal("hint" in error && error.hint, HINT);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("createServiceAccount tells why a file cannot be read", async () => {
  const { world, source } = accountWorld();
  world.files.failures = failEvery("readChunks", "permission");
  const error = await errorOf(source.find());
  assert.equal(error.name, "LocalError");
  assert.ok(error.message.startsWith(`${NAMED} cannot be read: `));
});

Deno.test("createServiceAccount tells nothing of a file that is no key file", async () => {
  const contents = [
    "",
    "PLANTED",
    '{"private_key": "PLANTED',
    "[]",
    "null",
    {},
    { ...KEY_FILE, type: "authorized_user", refresh_token: "PLANTED" },
    { ...KEY_FILE, client_email: undefined },
    { ...KEY_FILE, private_key_id: 5 },
    { ...KEY_FILE, private_key: "" },
  ];
  for (const content of contents) {
    const { world, source } = accountWorld(content);
    const error = await errorOf(source.find());
    assert.equal(error.name, "AuthError");
    assert.equal(
      error.message,
      `${NAMED} is not the key file of a service account`,
    );
    assertNoSecrets(world.log.messages().join("\n"));
  }
});

Deno.test("createServiceAccount tells nothing of a key that is none", async () => {
  const short = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey
    .export({ type: "pkcs8", format: "pem" }).toString();
  const keys = [
    "PLANTED",
    "-----BEGIN PRIVATE KEY-----\nPLANTED\n-----END PRIVATE KEY-----\n",
    short,
    privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
  ];
  for (const private_key of keys) {
    const { source } = accountWorld({ ...KEY_FILE, private_key });
    const error = await errorOf(source.find());
    assert.equal(error.name, "AuthError");
    assert.equal(
      error.message,
      `${NAMED} holds a private key that is not an RSA key of at least 2048 ` +
        "bits in PEM (PKCS #8)",
    );
    assert.equal(error.cause, undefined);
  }
});

Deno.test("createServiceAccount does not read an endless file", async () => {
  const { source } = accountWorld("P".repeat(1 << 20));
  const error = await errorOf(source.find());
  assert.equal(error.name, "AuthError");
  assert.equal(
    error.message,
    `${NAMED} is too long for the key file of an account`,
  );
});
