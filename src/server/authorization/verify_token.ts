import type { Clock } from "../../base/mod.ts";
import {
  type DecodedJwt,
  decodeJwt,
  importPublicKey,
  isSignedBy,
  type JwtClaims,
  type RsaPublicJwk,
  whyClaimsFail,
} from "../../jwt/mod.ts";
import type { OidcProvider } from "../../oidc/mod.ts";
import { ACCEPTED_AUDIENCES } from "../embedded_address.ts";
import { forbidden, type Problem, unauthorized } from "../problem.ts";
import { isOwnIssuer } from "./issuer.ts";
import { isServiceAccount } from "./service_account_key.ts";
import type { ServiceAccounts } from "./service_accounts.ts";

/** Whom a store believes. */
export interface Trust {
  /** Time. */
  clock: Clock;
  /** Keys and sessions of the store's own provider. */
  provider: Pick<OidcProvider, "isActive" | "keySet">;
  /** Others. */
  accounts: ServiceAccounts;
}

// A service account signs on another machine, whose clock may be ahead. No
// token lives longer for it.
const START_LEEWAY_SECONDS = 5;

/**
 * The claims of a token that holds here and now: in the order of the DSS its
 * form, its issuer, its signature (RS256 alone), its times and audience, its
 * scope, and for a token of our own its session. Where the DSS answers 500
 * (no issuer, no such key, no scope) this is a 401 like any other.
 *
 * @param origin the origin that was asked
 * @throws {Problem} 401 when it does not hold, 403 for another issuer; nothing
 * of the token is quoted
 */
export async function verifyToken(
  token: string,
  origin: string,
  trust: Trust,
): Promise<JwtClaims> {
  const decoded = decode(token);
  const { claims } = decoded;
  if (claims.iss === undefined) throw invalid("it names no issuer");
  const isOwn = isOwnIssuer(claims.iss, origin);
  const keys = isOwn
    ? await trust.provider.keySet()
    : keysOfAccount(claims, trust.accounts);
  if (!await isSignedByOneOf(decoded, keys)) {
    throw invalid("it is not signed by a key of its issuer");
  }
  const why = whyNotNow(claims, trust.clock.now()) ?? whyNoScope(claims) ??
    (isOwn ? whyNoSession(claims, trust.provider) : undefined);
  if (why !== undefined) throw invalid(why);
  return claims;
}

function decode(token: string): DecodedJwt {
  try {
    return decodeJwt(token);
  } catch {
    throw unauthorized("Failed to decode token.");
  }
}

function keysOfAccount(
  { iss, sub }: JwtClaims,
  accounts: ServiceAccounts,
): RsaPublicJwk[] {
  if (typeof iss !== "string" || !isServiceAccount(iss)) throw forbidden();
  const keys = iss === sub ? accounts.keysOf(iss) : [];
  if (keys.length === 0) throw forbidden();
  return keys;
}

async function isSignedByOneOf(
  decoded: DecodedJwt,
  keys: readonly RsaPublicJwk[],
): Promise<boolean> {
  const key = keys.find(({ kid }) => kid === decoded.header.kid);
  return key !== undefined &&
    await isSignedBy(decoded, await importPublicKey({ ...key }));
}

function whyNotNow(claims: JwtClaims, nowMs: number): string | undefined {
  const audiences = ACCEPTED_AUDIENCES;
  const { nbf: _nbf, iat: _iat, ...end } = claims;
  return whyClaimsFail(end, { nowMs, audiences }) ??
    whyClaimsFail(claims, {
      nowMs,
      audiences,
      leewaySeconds: START_LEEWAY_SECONDS,
    });
}

function whyNoScope({ scope, scopes }: JwtClaims): string | undefined {
  const said = scope ?? scopes;
  return typeof said === "string" || Array.isArray(said)
    ? undefined
    : "it has no scope";
}

function whyNoSession(
  { sid }: JwtClaims,
  provider: Trust["provider"],
): string | undefined {
  return typeof sid === "string" && provider.isActive(sid)
    ? undefined
    : "its session has ended";
}

function invalid(why: string): Problem {
  return unauthorized("Authorization token is invalid", why);
}
