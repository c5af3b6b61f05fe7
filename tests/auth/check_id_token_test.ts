import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createSign, generateKeyPairSync } from "node:crypto";
import { checkIdToken, type FoundProvider } from "../../src/auth/mod.ts";
import { NotFoundError, RefusedError } from "../../src/base/mod.ts";
import { answers, authWorld, PROVIDER } from "./_auth_world.ts";

const JWKS_URI = "https://idp.test/jwks";
const NOW = Date.UTC(2020, 0, 1) / 1000;
const NONCE = "the-nonce";

const KEYS = generateKeyPairSync("rsa", { modulusLength: 2048 });
const OTHER_KEYS = generateKeyPairSync("rsa", { modulusLength: 2048 });
const JWK = { ...KEYS.publicKey.export({ format: "jwk" }), kid: "one" };
const EC = { kty: "EC", kid: "one", crv: "P-256", x: "AA", y: "AA" };

const CLAIMS = {
  iss: "https://idp.test/",
  sub: "PLANTED-subject",
  aud: "the-client",
  exp: NOW + 600,
  iat: NOW,
  nonce: NONCE,
};

const PLAIN: FoundProvider = PROVIDER;
const WITH_KEYS: FoundProvider = { ...PROVIDER, jwksUri: JWKS_URI };

/** Made with node's own cryptography, not with ours. */
function tokenOf(
  claims: object,
  header: object = { alg: "RS256", kid: "one" },
  key = KEYS.privateKey,
): string {
  const part = (value: object) =>
    Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part(header)}.${part(claims)}`;
  const signature = createSign("sha256").update(signed).sign(key, "base64url");
  return `${signed}.${signature}`;
}

function check(
  token: string,
  provider: FoundProvider = PLAIN,
  keys: unknown = [EC, JWK],
): Promise<void> {
  const { tools } = authWorld(answers({ [JWKS_URI]: { keys } }));
  return checkIdToken(tools, provider, token, NONCE);
}

// what differs in a token that is good
const GOOD: [string, object][] = [
  ["nothing", {}],
  ["aud is a list", { aud: ["the-client"] }],
  ["several aud and azp", { aud: ["x", "the-client"], azp: "the-client" }],
  ["azp", { azp: "the-client" }],
  ["its clock is a minute fast", { iat: NOW + 60 }],
  ["it expired a minute ago by our clock", { exp: NOW - 60 }],
];

for (const [what, changes] of GOOD) {
  Deno.test(`checkIdToken takes a token: ${what}`, async () => {
    await check(tokenOf({ ...CLAIMS, ...changes }));
    await check(tokenOf({ ...CLAIMS, ...changes }), WITH_KEYS);
  });
}

// what differs, why it is refused
const BAD: [object, RegExp][] = [
  [{ iss: "https://evil.test/" }, /another issuer/],
  [{ iss: "https://idp.test" }, /another issuer/],
  [{ iss: undefined }, /no issuer/],
  [{ aud: "other" }, /another audience/],
  [{ aud: ["other", "more"] }, /another audience/],
  [{ aud: undefined }, /another audience/],
  [{ aud: ["the-client", "other"] }, /another client/],
  [{ azp: "other" }, /another client/],
  [{ exp: NOW - 600 }, /expired/],
  [{ exp: undefined }, /no expiry/],
  [{ exp: "9999999999" }, /no expiry/],
  [{ iat: NOW + 600 }, /not valid yet/],
  [{ nbf: NOW + 600 }, /not valid yet/],
  [{ iat: undefined }, /when it was made/],
  [{ nonce: "another-nonce" }, /nonce/],
  [{ nonce: undefined }, /nonce/],
];

for (const [changes, message] of BAD) {
  Deno.test(`checkIdToken refuses ${JSON.stringify(changes, (_key, value) => value ?? null)}`, async () => {
    const token = tokenOf({ ...CLAIMS, ...changes });
    for (const provider of [PLAIN, WITH_KEYS]) {
      await assert.rejects(check(token, provider), (error) => {
        assert.ok(error instanceof RefusedError);
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /PLANTED/);
        return true;
      });
    }
  });
}

for (const changes of [{ exp: NOW - 600 }, { iat: NOW + 600 }]) {
  Deno.test(`checkIdToken names the clock for ${JSON.stringify(changes)}`, async () => {
    await assert.rejects(check(tokenOf({ ...CLAIMS, ...changes })), {
      name: "RefusedError",
      hint: "Nothing was stored; 'hca dss login' starts anew. " +
        "If it stays, check the date of this machine.",
    });
  });
}

// header
const UNSIGNED: object[] = [
  { alg: "none" },
  { alg: "NoNe" },
  {},
  { alg: ["RS256"] },
  // What says that it is signed has a signature.
  { alg: "" },
  { alg: "RS256", kid: "one" },
  { alg: "HS256" },
];

for (const header of UNSIGNED) {
  Deno.test(`checkIdToken refuses the header ${JSON.stringify(header)}`, async () => {
    const [head, claims] = tokenOf(CLAIMS, header).split(".");
    for (const provider of [PLAIN, WITH_KEYS]) {
      await assert.rejects(
        check(`${head}.${claims}.`, provider),
        (error) =>
          error instanceof RefusedError && /not signed/.test(error.message),
      );
    }
  });
}

// what is wrong, token, key set
const FORGED: [string, string, unknown][] = [
  ["another key signed", tokenOf(CLAIMS, undefined, OTHER_KEYS.privateKey), [
    JWK,
  ]],
  ["another key is meant", tokenOf(CLAIMS, { alg: "RS256", kid: "two" }), [
    JWK,
  ]],
  ["the set is empty", tokenOf(CLAIMS), []],
  ["the set is none", tokenOf(CLAIMS), "keys"],
  ["the set is of nonsense", tokenOf(CLAIMS), [null, 1, "x", { kid: "one" }]],
];

for (const [what, token, keys] of FORGED) {
  Deno.test(`checkIdToken refuses a signature when ${what}`, async () => {
    await assert.rejects(
      check(token, WITH_KEYS, keys),
      (error) =>
        error instanceof RefusedError && /signature/.test(error.message),
    );
  });
}

Deno.test("checkIdToken tries every key when the token names none", async () => {
  const { kid: _kid, ...nameless } = JWK;
  const other = OTHER_KEYS.publicKey.export({ format: "jwk" });
  await check(tokenOf(CLAIMS, { alg: "RS256" }), WITH_KEYS, [other, nameless]);
});

Deno.test("checkIdToken fails when the keys cannot be had", async () => {
  const { tools } = authWorld(answers({}));
  await assert.rejects(
    checkIdToken(tools, WITH_KEYS, tokenOf(CLAIMS), NONCE),
    NotFoundError,
  );
});

const NO_TOKENS = ["", "PLANTED", "PLANTED.b.c", "a.b.c.d", "e30.e30.PLANTED!"];

for (const text of NO_TOKENS) {
  Deno.test(`checkIdToken refuses '${text}', which is no token`, async () => {
    await assert.rejects(check(text), {
      name: "RefusedError",
      message: "the provider's id token cannot be trusted: " +
        "it is not a JSON Web Token",
    });
  });
}
