import { encodeBase64Url } from "../base/mod.ts";
import type { JwtClaims } from "./jwt.ts";
import { RS256 } from "./rsa_keys.ts";

/**
 * A compact JWT signed with RS256 (RFC 7519, section 7.1). Its header has
 * `alg`, `typ` and `kid`.
 *
 * @param key an RSA private key; see `importPrivateKey`
 * @param kid the name under which the other side knows the key
 */
export async function signJwt(
  claims: JwtClaims,
  key: CryptoKey,
  kid: string,
): Promise<string> {
  const header = { alg: "RS256", typ: "JWT", kid };
  const signed = `${encodePart(header)}.${encodePart(claims)}`;
  const signature = await crypto.subtle
    .sign(RS256, key, new TextEncoder().encode(signed));
  return `${signed}.${encodeBase64Url(new Uint8Array(signature))}`;
}

function encodePart(value: object): string {
  return encodeBase64Url(new TextEncoder().encode(JSON.stringify(value)));
}
