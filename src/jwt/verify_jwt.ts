import { ExactNumber, type Json } from "../base/mod.ts";
import type { DecodedJwt, JwtClaims } from "./jwt.ts";
import { RS256 } from "./rsa_keys.ts";

/**
 * Whether a token was signed with RS256 by the owner of a key. A token that
 * names another algorithm, `none` above all, was not (RFC 8725, section 3.1).
 */
export async function isSignedBy(
  { header, signature, signed }: DecodedJwt,
  key: CryptoKey,
): Promise<boolean> {
  // Extensions that must be understood: none is (RFC 7515, section 4.1.11).
  if (header.alg !== "RS256" || header.crit !== undefined) return false;
  return await crypto.subtle.verify(RS256, key, signature, signed);
}

/** What the claims of a token are held against. */
export interface ClaimLimits {
  /** The moment, milliseconds since 1970. */
  nowMs: number;
  /** One of them must be in `aud`. */
  audiences: readonly string[];
  /** How far clocks may differ, seconds. Default 0. */
  leewaySeconds?: number;
}

/**
 * Why the claims of a token do not hold now and here: `exp` (which must be
 * there), `nbf`, `iat` and `aud` (RFC 7519, section 4.1).
 *
 * @returns undefined when they hold
 */
export function whyClaimsFail(
  claims: JwtClaims,
  { nowMs, audiences, leewaySeconds = 0 }: ClaimLimits,
): string | undefined {
  const now = nowMs / 1000;
  const { aud } = claims;
  const [exp, nbf, iat] = [claims.exp, claims.nbf, claims.iat].map(plainNumber);
  // 1e999 would never come.
  if (typeof exp !== "number" || exp === Infinity) return "it has no expiry";
  if (now >= exp + leewaySeconds) return "it has expired";
  for (const start of [nbf, iat]) {
    if (start === undefined) continue;
    if (typeof start !== "number") return "one of its times is not a number";
    if (now < start - leewaySeconds) return "it is not valid yet";
  }
  const named = Array.isArray(aud) ? aud : [aud];
  return audiences.some((audience) => named.includes(audience))
    ? undefined
    : "it is for another audience";
}

// Some libraries write whole seconds with a fraction, as in `1577836800.0`.
function plainNumber(value: Json | undefined): Json | undefined {
  return value instanceof ExactNumber ? Number(value) : value;
}
