import type { Json } from "../../base/mod.ts";
import { EMBEDDED_ISSUER } from "../embedded_address.ts";
import { isLoopback } from "../loopback_only.ts";

/**
 * Whether a store is the issuer of a token that names `issuer`. Its own
 * provider is found at whatever address the store is served at, in process
 * and on any port of this machine; one key signs for all of them, so the name
 * gives nobody anything.
 *
 * @param origin the origin that was asked
 */
export function isOwnIssuer(issuer: Json | undefined, origin: string): boolean {
  if (typeof issuer !== "string") return false;
  if (issuer === `${origin}/` || issuer === EMBEDDED_ISSUER) return true;
  const url = URL.parse(issuer);
  return url !== null && /^https?:$/.test(url.protocol) &&
    issuer === `${url.origin}/` && isLoopback(url.hostname);
}
