import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import * as jose from "npm:jose@6.2.18";
import type { Json } from "../../src/base/mod.ts";
import {
  decodeJwt,
  exportPrivateKey,
  generateKeyPair,
  importPrivateKey,
  importPublicKey,
  isSignedBy,
  publicJwkOf,
  signJwt,
} from "../../src/jwt/mod.ts";

const NOT_PRIVATE = {
  name: "RefusedError",
  message:
    "the private key is not an RSA key of at least 2048 bits in PEM (PKCS #8)",
};
const NOT_PUBLIC = {
  name: "RefusedError",
  message: "the key is not an RSA key for RS256 signatures",
};

// RFC 7638, section 3.1.
const EXAMPLE = {
  kty: "RSA",
  n: "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86z" +
    "wu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5Js" +
    "GY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMic" +
    "AtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-" +
    "bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csF" +
    "Cur-kEgU8awapJzKnqDKgw",
  e: "AQAB",
  alg: "RS256",
  kid: "2011-04-29",
};

Deno.test("publicJwkOf names a key by its thumbprint as in RFC 7638", async () => {
  const key = await importPublicKey(EXAMPLE);
  assert.deepEqual(await publicJwkOf(key), {
    kty: "RSA",
    n: EXAMPLE.n,
    e: "AQAB",
    kid: "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
    alg: "RS256",
    use: "sig",
  });
  assert.equal((await publicJwkOf(key, "mine")).kid, "mine");
});

Deno.test("publicJwkOf tells nothing of a private key but its public half", async () => {
  const { privateKey, publicKey } = await generateKeyPair();
  const jwk = await publicJwkOf(privateKey);
  assert.deepEqual(jwk, await publicJwkOf(publicKey));
  assert.equal(jwk.kid, await jose.calculateJwkThumbprint({ ...jwk }));
  assert.deepEqual(Object.keys(jwk), ["kty", "n", "e", "kid", "alg", "use"]);
});

Deno.test("importPrivateKey reads the PEM of other programs", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const forms = [
    privateKey,
    privateKey.replaceAll("\n", "\r\n"),
    `\n  ${privateKey}\n\n`,
    privateKey.trimEnd(),
  ];
  const theirs = await jose.importSPKI(publicKey, "RS256");
  for (const pem of forms) {
    const key = await importPrivateKey(pem);
    const token = await signJwt({ sub: "a" }, key, "k");
    assert.equal((await jose.jwtVerify(token, theirs)).payload.sub, "a");
  }
});

Deno.test("exportPrivateKey writes what importPrivateKey reads", async () => {
  const { privateKey, publicKey } = await generateKeyPair();
  const pem = await exportPrivateKey(privateKey);
  // RFC 7468, section 2: lines of 64 characters.
  assert.match(pem, /^-----BEGIN PRIVATE KEY-----\n([\w+/]{64}\n)+/);
  const token = await signJwt({}, await importPrivateKey(pem), "k");
  assert.equal(await isSignedBy(decodeJwt(token), publicKey), true);
});

Deno.test("importPrivateKey refuses other keys and quotes nothing", async () => {
  const pem = (type: "pkcs8" | "pkcs1", modulusLength: number) =>
    generateKeyPairSync("rsa", { modulusLength }).privateKey
      .export({ type, format: "pem" }).toString();
  const good = pem("pkcs8", 2048);
  const curve = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const texts = [
    "",
    "planted-secret",
    pem("pkcs1", 2048),
    pem("pkcs8", 1024),
    curve.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    good.replace(/^M/m, "planted-secret"),
    good.replace(/\n(?=-----END)/, "A\n"),
    good.slice(0, -100),
    `${good}${good}`,
    good.replaceAll("PRIVATE", "PUBLIC"),
    "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
  ];
  for (const text of texts) {
    await assert.rejects(importPrivateKey(text), (error: Error) => {
      assert.equal(error.message, NOT_PRIVATE.message);
      assert.equal(error.name, NOT_PRIVATE.name);
      assert.equal(error.cause, undefined);
      return true;
    }, text.slice(0, 40));
  }
});

Deno.test("importPublicKey refuses what is not for RS256 signatures", async () => {
  const short = generateKeyPairSync("rsa", { modulusLength: 1024 })
    .publicKey.export({ format: "jwk" });
  const others: Json[] = [
    null,
    "RSA",
    [],
    {},
    { ...EXAMPLE, kty: "EC" },
    { ...EXAMPLE, use: "enc" },
    { ...EXAMPLE, alg: "RS512" },
    { ...EXAMPLE, n: 5 },
    // With an exponent of 1 everybody could sign (RFC 8017, section 3.1).
    ...["", "AA", "AQ", "AAAB", "AAI", "AQAB="].map((e) => ({ ...EXAMPLE, e })),
    { kty: "RSA", n: String(short.n), e: String(short.e) },
    { kty: "oct", k: "AAAA" },
  ];
  for (const jwk of others) {
    await assert.rejects(
      importPublicKey(jwk),
      NOT_PUBLIC,
      JSON.stringify(jwk),
    );
  }
});
