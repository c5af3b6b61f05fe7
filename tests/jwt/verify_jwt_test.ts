import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import * as jose from "npm:jose@6.2.18";
import {
  decodeJwt,
  exportPrivateKey,
  generateKeyPair,
  importPublicKey,
  isSignedBy,
  publicJwkOf,
  signJwt,
  whyClaimsFail,
} from "../../src/jwt/mod.ts";
import { part } from "./_tokens.ts";

const pair = await generateKeyPair();
const jwk = await publicJwkOf(pair.publicKey);

Deno.test("signJwt makes what another library accepts", async () => {
  const claims = { iss: "a", aud: ["b", "c"], exp: 4_000_000_000, name: "Zoë" };
  const token = await signJwt(claims, pair.privateKey, jwk.kid);
  const { payload, protectedHeader } = await jose.jwtVerify(
    token,
    jose.createLocalJWKSet({ keys: [{ ...jwk }] }),
    { issuer: "a", audience: "c", algorithms: ["RS256"] },
  );
  assert.deepEqual(payload, claims);
  assert.deepEqual(protectedHeader, {
    alg: "RS256",
    typ: "JWT",
    kid: jwk.kid,
  });
});

Deno.test("isSignedBy accepts what another library signed", async () => {
  const theirs = await jose.importPKCS8(
    await exportPrivateKey(pair.privateKey),
    "RS256",
  );
  const token = await new jose.SignJWT({ email: "a@b.test" })
    .setProtectedHeader({ alg: "RS256", kid: "k" })
    .setIssuedAt(10).setExpirationTime(20).setAudience("x").sign(theirs);
  const decoded = decodeJwt(token);
  assert.equal(
    await isSignedBy(decoded, await importPublicKey({ ...jwk })),
    true,
  );
  assert.deepEqual(decoded.claims, {
    email: "a@b.test",
    iat: 10,
    exp: 20,
    aud: "x",
  });
});

Deno.test("isSignedBy refuses every algorithm but RS256", async () => {
  const claims = part({ sub: "a" });
  const unsigned = `${part({ alg: "none" })}.${claims}.`;
  const pem = await jose.exportSPKI(pair.publicKey);
  const hmac = `${part({ alg: "HS256" })}.${claims}`;
  // The public key taken for a shared secret.
  const confused = `${hmac}.${
    createHmac("sha256", pem).update(hmac).digest("base64url")
  }`;
  const good = await signJwt({ sub: "a" }, pair.privateKey, "k");
  const [, , signature] = good.split(".");
  const tokens = [
    unsigned,
    confused,
    `${part({ alg: "NONE" })}.${claims}.`,
    `${part({})}.${claims}.${signature}`,
    `${part({ alg: ["RS256"] })}.${claims}.${signature}`,
    ...["RS384", "rs256", "PS256", "ES256"].map((alg) =>
      `${part({ alg })}.${claims}.${signature}`
    ),
  ];
  for (const token of tokens) {
    assert.equal(await isSignedBy(decodeJwt(token), pair.publicKey), false);
  }
});

Deno.test("isSignedBy refuses RS512 and RSA-PSS of the right key", async () => {
  const pem = await exportPrivateKey(pair.privateKey);
  for (const alg of ["RS512", "PS256"]) {
    const token = await new jose.SignJWT({}).setProtectedHeader({ alg })
      .sign(await jose.importPKCS8(pem, alg));
    assert.equal(await isSignedBy(decodeJwt(token), pair.publicKey), false);
  }
});

Deno.test("isSignedBy refuses extensions that must be understood", async () => {
  const header = part({ alg: "RS256", crit: ["b64"], b64: true });
  const signed = `${header}.${part({ sub: "a" })}`;
  const signature = await crypto.subtle.sign(
    "RSASSA-PKCS1-v1_5",
    pair.privateKey,
    new TextEncoder().encode(signed),
  );
  const token = `${signed}.${jose.base64url.encode(new Uint8Array(signature))}`;
  assert.equal(await isSignedBy(decodeJwt(token), pair.publicKey), false);
});

Deno.test("isSignedBy refuses a token of which any part was changed", async () => {
  const token = await signJwt({ sub: "a" }, pair.privateKey, "k");
  assert.equal(await isSignedBy(decodeJwt(token), pair.publicKey), true);
  const [header = "", claims = "", signature = ""] = token.split(".");
  const bytes = jose.base64url.decode(signature);
  const signedBy = (other: Uint8Array) =>
    `${header}.${claims}.${jose.base64url.encode(other)}`;
  const changed = [
    `${header}.${part({ sub: "b" })}.${signature}`,
    `${part({ alg: "RS256", kid: "k" })}.${claims}.${signature}`,
    signedBy(new Uint8Array()),
    signedBy(bytes.slice(0, -1)),
    signedBy(new Uint8Array([...bytes, 0])),
    signedBy(bytes.map((byte, at) => at === 255 ? byte ^ 1 : byte)),
  ];
  for (const other of changed) {
    assert.equal(await isSignedBy(decodeJwt(other), pair.publicKey), false);
  }
  const stranger = await generateKeyPair();
  assert.equal(await isSignedBy(decodeJwt(token), stranger.publicKey), false);
});

const LIMITS = { nowMs: 1_000_000, audiences: ["us", "us too"] };
const GOOD = { exp: 1001, aud: "us" };

Deno.test("whyClaimsFail lets claims hold up to the second", () => {
  const cases: [object, string | undefined][] = [
    [{}, undefined],
    [{ exp: 1000.001 }, undefined],
    [{ exp: 1000 }, "it has expired"],
    [{ exp: 999 }, "it has expired"],
    [{ exp: undefined }, "it has no expiry"],
    [{ exp: "1001" }, "it has no expiry"],
    [{ exp: null }, "it has no expiry"],
    [{ nbf: 1000, iat: 1000 }, undefined],
    [{ nbf: 1000.001 }, "it is not valid yet"],
    [{ iat: 1001 }, "it is not valid yet"],
    [{ nbf: "1" }, "one of its times is not a number"],
    [{ iat: null }, "one of its times is not a number"],
    [{ aud: ["them", "us too"] }, undefined],
    [{ aud: ["them"] }, "it is for another audience"],
    [{ aud: "us/" }, "it is for another audience"],
    [{ aud: [] }, "it is for another audience"],
    [{ aud: undefined }, "it is for another audience"],
    [{ aud: { us: true } }, "it is for another audience"],
  ];
  for (const [claims, why] of cases) {
    const found = whyClaimsFail({ ...GOOD, ...claims }, LIMITS);
    assert.equal(found, why, JSON.stringify(claims));
  }
});

Deno.test("whyClaimsFail lets clocks differ by the leeway and no more", () => {
  const limits = { ...LIMITS, leewaySeconds: 10 };
  const why = (claims: object) => whyClaimsFail({ ...GOOD, ...claims }, limits);
  assert.equal(why({ exp: 990.001 }), undefined);
  assert.equal(why({ exp: 990 }), "it has expired");
  assert.equal(why({ nbf: 1010, iat: 1010 }), undefined);
  assert.equal(why({ nbf: 1010.001 }), "it is not valid yet");
});

Deno.test("whyClaimsFail reads times as other libraries write them", () => {
  const why = (exp: string) => {
    const { claims } = decodeJwt(`${part({})}.${part(`{"exp":${exp}}`)}.AA`);
    return whyClaimsFail({ ...claims, aud: "us" }, LIMITS);
  };
  assert.equal(why("1001.0"), undefined);
  assert.equal(why("1.001e3"), undefined);
  assert.equal(why("1000.0"), "it has expired");
  assert.equal(why("1e999"), "it has no expiry");
});
