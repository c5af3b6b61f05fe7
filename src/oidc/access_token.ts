import type { JwtClaims } from "../jwt/mod.ts";
import {
  decodeJwt,
  importPublicKey,
  isSignedBy,
  type RsaPublicJwk,
} from "../jwt/mod.ts";
import type { OidcContext } from "./context.ts";

/**
 * The claims of an access token that was signed here; whether they still hold
 * is not asked.
 *
 * @returns undefined when it is something else
 */
export async function readAccessToken(
  { signingKey }: Pick<OidcContext, "signingKey">,
  token: string,
): Promise<JwtClaims & { sid: string } | undefined> {
  const { publicJwk } = await signingKey();
  const claims = await verifiedClaims(token, publicJwk);
  // An ID token has no session.
  return typeof claims?.sid === "string"
    ? { ...claims, sid: claims.sid }
    : undefined;
}

async function verifiedClaims(
  token: string,
  publicJwk: RsaPublicJwk,
): Promise<JwtClaims | undefined> {
  try {
    const decoded = decodeJwt(token);
    const key = await importPublicKey({ ...publicJwk });
    return await isSignedBy(decoded, key) ? decoded.claims : undefined;
  } catch {
    // Not a token at all.
    return undefined;
  }
}
