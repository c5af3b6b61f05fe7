import {
  decodeBase64Url,
  encodeBase64Url,
  isJsonObject,
  type Json,
  RefusedError,
  toHex,
} from "../base/mod.ts";
import type { RsaPublicJwk } from "./jwt.ts";

/** RSASSA-PKCS1-v1_5 with SHA-256: `RS256` (RFC 7518, section 3.3). */
export const RS256 = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" } as const;

// RFC 7518, section 3.3.
const LEAST_BITS = 2048;

const PKCS8_PEM =
  /^\s*-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----\s*$/;

/**
 * The key of a PEM text, PKCS #8 (RFC 7468, section 10), for signing; its
 * public half can be asked of {@linkcode publicJwkOf}.
 *
 * @throws {RefusedError} when it is no such key or shorter than 2048 bits (RFC
 * 7518, section 3.3); nothing of it is quoted
 */
export async function importPrivateKey(pem: string): Promise<CryptoKey> {
  const base64 = PKCS8_PEM.exec(pem)?.[1];
  try {
    if (base64 !== undefined) {
      const bytes = Uint8Array.from(
        atob(base64.replace(/\s/g, "")),
        (character) => character.charCodeAt(0),
      );
      const key = await crypto.subtle
        .importKey("pkcs8", bytes, RS256, true, ["sign"]);
      if (isLongEnough(key)) return key;
    }
  } catch {
    // The cause is about bytes that nobody may see.
  }
  throw new RefusedError(
    "the private key is not an RSA key of at least 2048 bits in PEM (PKCS #8)",
  );
}

// Odd and 3 at least (RFC 8017, section 3.1): with 1, everybody could sign.
function isExponent(text: string): boolean {
  const value = BigInt(`0x${toHex(decodeBase64Url(text)) || "0"}`);
  return value >= 3n && value % 2n === 1n;
}

function isLongEnough({ algorithm }: CryptoKey): boolean {
  return "modulusLength" in algorithm &&
    Number(algorithm.modulusLength) >= LEAST_BITS;
}

/** A new RSA key pair of 2048 bits whose private half can be kept. */
export async function generateKeyPair(): Promise<CryptoKeyPair> {
  return await crypto.subtle.generateKey(
    {
      ...RS256,
      modulusLength: LEAST_BITS,
      publicExponent: new Uint8Array([1, 0, 1]),
    },
    true,
    ["sign", "verify"],
  );
}

/** A private key as PEM, PKCS #8; {@linkcode importPrivateKey} reads it. */
export async function exportPrivateKey(key: CryptoKey): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.exportKey("pkcs8", key));
  const base64 = btoa(
    Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""),
  );
  const lines = base64.match(/.{1,64}/g) ?? [];
  const body = lines.join("\n");
  return `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`;
}

/**
 * The public half of an RSA key as a member of a key set.
 *
 * @param kid its name there; the thumbprint of the key (RFC 7638) when left out
 */
export async function publicJwkOf(
  key: CryptoKey,
  kid?: string,
): Promise<RsaPublicJwk> {
  const { n = "", e = "" } = await crypto.subtle.exportKey("jwk", key);
  const name = kid ?? await thumbprint(n, e);
  return { kty: "RSA", n, e, kid: name, alg: "RS256", use: "sig" };
}

async function thumbprint(n: string, e: string): Promise<string> {
  const text = JSON.stringify({ e, kty: "RSA", n });
  const digest = await crypto.subtle
    .digest("SHA-256", new TextEncoder().encode(text));
  return encodeBase64Url(new Uint8Array(digest));
}

/**
 * The key of an entry of a key set, for checking signatures.
 *
 * @throws {RefusedError} when it is not an RSA key of at least 2048 bits for
 * RS256 signatures
 */
export async function importPublicKey(jwk: Json): Promise<CryptoKey> {
  const isUsable = isJsonObject(jwk) && jwk.kty === "RSA" &&
    typeof jwk.n === "string" && typeof jwk.e === "string" &&
    (jwk.use ?? "sig") === "sig" && (jwk.alg ?? "RS256") === "RS256";
  try {
    if (isUsable) {
      const { n, e } = jwk;
      const key = await crypto.subtle.importKey(
        "jwk",
        { kty: "RSA", n: String(n), e: String(e) },
        RS256,
        true,
        ["verify"],
      );
      if (isLongEnough(key) && isExponent(String(e))) return key;
    }
  } catch {
    // Told below.
  }
  throw new RefusedError("the key is not an RSA key for RS256 signatures");
}
