import assert from "node:assert/strict";
import { RefusedError } from "../../../src/base/mod.ts";
import {
  exportPrivateKey,
  generateKeyPair,
  type JwtClaims,
  signJwt,
} from "../../../src/jwt/mod.ts";
import { parseServiceAccountKey } from "../../../src/server/authorization/mod.ts";
import { namesBelow } from "../../support/local_store.ts";
import { SECURED } from "../_request_for.ts";
import { openDss, SecuredStore, wasTaken } from "../_secured_store.ts";

const READER = "reader@project.iam.gserviceaccount.com";
const WRITER = "writer@project.example.org.iam.gserviceaccount.com";
const KEY_ID = "0123456789abcdef";
const NOW = Date.UTC(2020, 0, 1) / 1000;

let secured: SecuredStore;
let keys: CryptoKeyPair;
let pem: string;

Deno.test.beforeAll(async () => {
  keys = await generateKeyPair();
  pem = await exportPrivateKey(keys.privateKey);
});

Deno.test.beforeEach(async () => {
  secured = await SecuredStore.open();
});

Deno.test.afterEach(() => secured[Symbol.asyncDispose]());

function keyFile(email: string, changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    type: "service_account",
    project_id: "project",
    private_key_id: KEY_ID,
    private_key: pem,
    client_email: email,
    ...changes,
  });
}

/** The token that the old client makes of a key file. */
async function tokenOf(
  email: string,
  changes: JwtClaims = {},
  { privateKey } = keys,
  kid = KEY_ID,
): Promise<string> {
  return await signJwt(
    {
      iss: email,
      sub: email,
      aud: "https://dev.data.humancellatlas.org/",
      iat: NOW + 0.125,
      exp: NOW + 3600.125,
      scope: ["email", "openid", "offline_access"],
      "https://auth.data.humancellatlas.org/group": "hca",
      "https://auth.data.humancellatlas.org/email": email,
      ...changes,
    },
    privateKey,
    kid,
  );
}

async function trust(email: string, file = keyFile(email)): Promise<void> {
  await secured.dss.trustServiceAccount(await parseServiceAccountKey(file));
}

/** The statuses of all operations that refuse a token, or that all take it. */
async function statusesOf(token: string): Promise<(number | "taken")[]> {
  const statuses = new Set<number | "taken">();
  for (const found of SECURED) {
    // Of the one that administrators alone may call.
    if (found.operation.operationId === "delete_bundle") continue;
    const answer = await secured.call(found, `Bearer ${token}`);
    const { status } = answer;
    statuses.add(await wasTaken(answer) ? "taken" : status);
  }
  return [...statuses];
}

for (const email of [READER, WRITER]) {
  Deno.test(`operations take the token of ${email} once it is trusted`, async () => {
    const token = await tokenOf(email);
    assert.deepEqual(await statusesOf(token), [403]);
    await trust(email);
    assert.deepEqual(await statusesOf(token), ["taken"]);
    assert.equal(await secured.dss.distrustServiceAccount(email), true);
    assert.deepEqual(await statusesOf(token), [403]);
    assert.equal(await secured.dss.distrustServiceAccount(email), false);
  });
}

const REFUSED: [what: string, changes: JwtClaims, status: number][] = [
  ["another subject", { sub: WRITER }, 403],
  ["no subject", { sub: undefined }, 403],
  ["another issuer", { iss: WRITER, sub: WRITER }, 403],
  ["an issuer in other letters", {
    iss: READER.toUpperCase(),
    sub: READER.toUpperCase(),
  }, 403],
  ["the issuer of the store", { iss: "http://dss.hca.localhost/" }, 401],
  ["an expiry that has passed", { exp: NOW }, 401],
  ["a start to come", { nbf: NOW + 60 }, 401],
  ["another audience", { aud: "https://elsewhere.test/" }, 401],
  ["no scope", { scope: undefined }, 401],
];

for (const [what, changes, status] of REFUSED) {
  Deno.test(`operations refuse the token of a trusted account with ${what}`, async () => {
    await trust(READER);
    const token = await tokenOf(READER, changes);
    assert.deepEqual(await statusesOf(token), [status]);
  });
}

Deno.test("operations refuse what another key or key name signed for an account", async () => {
  await trust(READER);
  const other = await generateKeyPair();
  assert.deepEqual(await statusesOf(await tokenOf(READER, {}, other)), [401]);
  const renamed = await tokenOf(READER, {}, keys, "other");
  assert.deepEqual(await statusesOf(renamed), [401]);
});

Deno.test("operations refuse what one account signs in the name of another", async () => {
  const other = await generateKeyPair();
  const private_key = await exportPrivateKey(other.privateKey);
  await trust(READER);
  await trust(WRITER, keyFile(WRITER, { private_key }));
  assert.deepEqual(await statusesOf(await tokenOf(WRITER, {}, other)), [
    "taken",
  ]);
  assert.deepEqual(await statusesOf(await tokenOf(WRITER)), [401]);
});

Deno.test("a trusted account may have several keys, and loses all of them", async () => {
  const other = await generateKeyPair();
  const private_key = await exportPrivateKey(other.privateKey);
  await trust(READER);
  await trust(READER, keyFile(READER, { private_key, private_key_id: "2" }));
  await trust(WRITER);
  assert.deepEqual(await secured.dss.trustedKeys(), [
    { email: READER, kid: KEY_ID },
    { email: READER, kid: "2" },
    { email: WRITER, kid: KEY_ID },
  ]);
  const second = await tokenOf(READER, {}, other, "2");
  assert.deepEqual(await statusesOf(second), ["taken"]);
  assert.deepEqual(await statusesOf(await tokenOf(READER)), ["taken"]);
  await secured.dss.distrustServiceAccount(READER);
  assert.deepEqual(await secured.dss.trustedKeys(), [
    { email: WRITER, kid: KEY_ID },
  ]);
});

Deno.test("a trusted account is no administrator unless it is named", async () => {
  await trust(READER);
  const found = SECURED.find(({ operation }) =>
    operation.operationId === "delete_bundle"
  );
  assert.ok(found);
  const authorization = `Bearer ${await tokenOf(READER)}`;
  const answer = await secured.call(found, authorization);
  assert.equal(answer.status, 403);
});

Deno.test("the store keeps the public half of a key and nothing of the private one", async () => {
  await trust(READER);
  using again = await openDss(secured.store);
  assert.deepEqual(await again.trustedKeys(), [{ email: READER, kid: KEY_ID }]);
  const jwk = await crypto.subtle.exportKey("jwk", keys.privateKey);
  const { n = "", d = "", p = "", q = "", dp = "" } = jwk;
  const texts = namesBelow(secured.store.dataDir)
    .map((name) => Deno.readFileSync(`${secured.store.dataDir}/${name}`))
    .map((bytes) => new TextDecoder("latin1").decode(bytes));
  assert.ok(texts.some((text) => text.includes(n)));
  const pemLine = pem.split("\n")[2] ?? "";
  for (const secret of [d, p, q, dp, pemLine]) {
    assert.ok(secret.length > 60);
    assert.ok(texts.every((text) => !text.includes(secret)));
  }
});

const FILES: [what: string, file: () => string, message: RegExp][] = [
  ["no JSON", () => "canary", /^the key file is not a JSON object$/],
  ["a list", () => '["canary"]', /^the key file is not a JSON object$/],
  ["cut short", () => keyFile(READER).slice(0, -3), /is not a JSON object$/],
  [
    "without address",
    () => keyFile(READER, { client_email: undefined }),
    /^the key file has no 'client_email'$/,
  ],
  [
    "with a number for a name",
    () => keyFile(READER, { private_key_id: 7 }),
    /^the key file has no 'private_key_id'$/,
  ],
  [
    "without key",
    () => keyFile(READER, { private_key: "" }),
    /^the key file has no 'private_key'$/,
  ],
  [
    "of another kind of address",
    () => keyFile("canary@example.org"),
    /^the 'client_email' of the key file is not of the form /,
  ],
  [
    "with an address that only ends so",
    () => keyFile("http://canary@b@c.iam.gserviceaccount.com"),
    /^the 'client_email' of the key file is not of the form /,
  ],
  [
    "with a key that is none",
    () => keyFile(READER, { private_key: "canary" }),
    /private key/,
  ],
];

for (const [what, file, message] of FILES) {
  Deno.test(`parseServiceAccountKey refuses a file ${what}, without quoting it`, async () => {
    await assert.rejects(parseServiceAccountKey(file()), (error) => {
      assert.ok(error instanceof RefusedError);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /canary|PRIVATE KEY-----/);
      assert.equal(error.cause, undefined);
      return true;
    });
  });
}

Deno.test("parseServiceAccountKey refuses a key of 1024 bits", async () => {
  const { privateKey } = await crypto.subtle.generateKey(
    {
      name: "RSASSA-PKCS1-v1_5",
      hash: "SHA-256",
      modulusLength: 1024,
      publicExponent: new Uint8Array([1, 0, 1]),
    },
    true,
    ["sign", "verify"],
  );
  const private_key = await exportPrivateKey(privateKey);
  await assert.rejects(
    parseServiceAccountKey(keyFile(READER, { private_key })),
    (error) => error instanceof RefusedError && /2048/.test(error.message),
  );
});

Deno.test("parseServiceAccountKey takes a file with a byte order mark and without a type", async () => {
  const text = `\ufeff${keyFile(READER, { type: undefined })}`;
  const key = await parseServiceAccountKey(text);
  assert.equal(key.email, READER);
  assert.equal(key.publicJwk.kid, KEY_ID);
  const { n, e } = await crypto.subtle.exportKey("jwk", keys.publicKey);
  assert.deepEqual(key.publicJwk, {
    kty: "RSA",
    n,
    e,
    kid: KEY_ID,
    alg: "RS256",
    use: "sig",
  });
});
