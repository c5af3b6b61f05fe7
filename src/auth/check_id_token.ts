import { type Json, RefusedError } from "../base/mod.ts";
import {
  type DecodedJwt,
  decodeJwt,
  importPublicKey,
  isSignedBy,
  type JwtClaims,
  whyClaimsFail,
} from "../jwt/mod.ts";
import { fetchObject } from "./_fetch_object.ts";
import type { AuthTools } from "./auth_tools.ts";
import type { FoundProvider } from "./find_provider.ts";

// How far the clocks of the provider and of this machine may differ.
const LEEWAY_SECONDS = 120;
// Of `whyClaimsFail`: a token that was just made is nearly never to blame.
const TIME_REASONS = ["it has expired", "it is not valid yet"];

/**
 * Checks that an id token is the provider's answer to our question (OpenID
 * Connect Core 1.0, section 3.1.3.7): issuer, audience, authorized party,
 * times, nonce. Its RS256 signature is checked with the provider's keys when
 * they are known; else, and for other algorithms, the connection to the token
 * endpoint vouches for it, as that section allows (step 6).
 *
 * @param nonce the one of the question
 * @throws {RefusedError} when it is not; nothing of it is quoted
 * @throws {AuthError | NotFoundError | ServiceError | NetworkError} when the
 * keys cannot be had
 */
export async function checkIdToken(
  tools: AuthTools,
  provider: FoundProvider,
  idToken: string,
  nonce: string,
): Promise<void> {
  const decoded = decode(idToken);
  const { clientId: id, issuer } = provider;
  const why = whyClaimsFail(decoded.claims, {
    nowMs: tools.runtime.clock.now(),
    audiences: [id],
    leewaySeconds: LEEWAY_SECONDS,
  }) ?? whyNotOurs(decoded.claims, { id, issuer, nonce });
  if (why !== undefined) throw refused(why);
  await checkSignature(tools, provider, decoded);
}

function decode(idToken: string): DecodedJwt {
  try {
    return decodeJwt(idToken);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    throw refused("it is not a JSON Web Token");
  }
}

function refused(why: string): RefusedError {
  const isTime = TIME_REASONS.includes(why);
  const clock = isTime ? " If it stays, check the date of this machine." : "";
  return new RefusedError(
    `the provider's id token cannot be trusted: ${why}`,
    { hint: `Nothing was stored; 'hca dss login' starts anew.${clock}` },
  );
}

function whyNotOurs(
  claims: JwtClaims,
  expected: { id: string; issuer: string | undefined; nonce: string },
): string | undefined {
  const { iss, aud, azp, iat, nonce } = claims;
  if (typeof iss !== "string") return "it names no issuer";
  if (expected.issuer !== undefined && iss !== expected.issuer) {
    return "it is of another issuer";
  }
  const isShared = Array.isArray(aud) && aud.length > 1;
  if (azp === undefined ? isShared : azp !== expected.id) {
    return "it was given to another client";
  }
  if (iat === undefined) return "it does not say when it was made";
  return nonce === expected.nonce
    ? undefined
    : "it does not answer this question (nonce)";
}

async function checkSignature(
  tools: AuthTools,
  { jwksUri }: FoundProvider,
  decoded: DecodedJwt,
): Promise<void> {
  const { alg, kid } = decoded.header;
  // RFC 8725, section 3.1: a token that is not signed is anybody's.
  const isSigned = typeof alg === "string" && !/^(none)?$/i.test(alg) &&
    decoded.signature.length > 0;
  if (!isSigned) {
    throw refused("it is not signed");
  }
  if (alg !== "RS256" || jwksUri === undefined) return;
  const { keys } = await fetchObject(tools, jwksUri, "provider's key set");
  for (const jwk of Array.isArray(keys) ? keys : []) {
    if (await isSignatureOf(decoded, jwk, kid)) return;
  }
  throw refused("its signature is not the provider's");
}

async function isSignatureOf(
  decoded: DecodedJwt,
  jwk: Json,
  kid: Json | undefined,
): Promise<boolean> {
  const name = typeof jwk === "object" && jwk !== null && "kid" in jwk
    ? jwk.kid
    : undefined;
  if (kid !== undefined && name !== kid) return false;
  try {
    return await isSignedBy(decoded, await importPublicKey(jwk));
  } catch (error) {
    // Keys of other kinds stand in the same set.
    if (error instanceof RefusedError) return false;
    throw error;
  }
}
