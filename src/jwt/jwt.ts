import type { Json } from "../base/mod.ts";

/** The header of a token (RFC 7515, section 4). */
export interface JwtHeader {
  /** The algorithm of the signature, as in `RS256`. */
  alg?: Json;
  /** The name of the key. */
  kid?: Json;
  /** Other members. */
  [name: string]: Json | undefined;
}

/** The claims of a token (RFC 7519, section 4); times in seconds. */
export type JwtClaims = Record<string, Json | undefined>;

/** A token taken apart; nothing of it is to be believed yet. */
export interface DecodedJwt {
  /** How it is said to be signed. */
  header: JwtHeader;
  /** What it is said to claim. */
  claims: JwtClaims;
  /** The bytes that are signed. */
  signed: Uint8Array<ArrayBuffer>;
  /** The signature. */
  signature: Uint8Array<ArrayBuffer>;
}

/** An RSA public key in a key set (RFC 7517 and RFC 7518, section 6.3). */
export interface RsaPublicJwk {
  /** Always `RSA`. */
  kty: "RSA";
  /** Modulus, base64url. */
  n: string;
  /** Exponent, base64url. */
  e: string;
  /** The name of the key. */
  kid: string;
  /** Always `RS256`. */
  alg: "RS256";
  /** Always `sig`. */
  use: "sig";
}
