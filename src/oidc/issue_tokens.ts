import type { Clock } from "../base/mod.ts";
import { type JwtClaims, type RsaPublicJwk, signJwt } from "../jwt/mod.ts";
import { CLIENT_ID } from "./client.ts";
import { sha256Text } from "./secret_text.ts";
import { type Login, NO_GROUP, type Session } from "./sessions.ts";

/** How long an access token is good for, unless said otherwise. */
export const ACCESS_SECONDS = 3600;

/** What signs tokens. */
export interface SigningKey {
  /** Its name in the key set. */
  kid: string;
  /** An RSA private key. */
  privateKey: CryptoKey;
  /** Its public half. */
  publicJwk: RsaPublicJwk;
}

/** The tokens of a login. */
export interface IssuedTokens {
  /** What a service is shown: a JWT. */
  accessToken: string;
  /** What gets the next ones, when the login lasts. */
  refreshToken?: string;
  /** Who it is, for the program (OpenID Connect Core, section 2). */
  idToken: string;
  /** When the access token expires, milliseconds since 1970. */
  expiresAtMs: number;
}

/** What tokens say besides the session. */
export interface TokenTerms {
  /** The service that the access token is for. */
  audience: string;
  /** When it expires, milliseconds since 1970. */
  expiresAtMs: number;
  /** What it allows. Default: all that was granted. */
  scopes?: readonly string[];
  /** What the program sent, to be repeated in the ID token. */
  nonce?: string | undefined;
  /** The refresh token to hand out with them. */
  refreshToken?: string | undefined;
}

/** When an access token that is made now expires: on a whole second. */
export function accessExpiryMs(
  clock: Clock,
  lifetimeSeconds: number = ACCESS_SECONDS,
): number {
  return (Math.floor(clock.now() / 1000) + lifetimeSeconds) * 1000;
}

/** Signs the tokens of a session. */
export async function issueTokens(
  { clock, signingKey }: {
    clock: Clock;
    signingKey: () => Promise<SigningKey>;
  },
  session: Session,
  { expiresAtMs, refreshToken, ...terms }: TokenTerms,
): Promise<IssuedTokens> {
  const { kid, privateKey } = await signingKey();
  const common: JwtClaims = {
    iss: session.issuer,
    ...await personClaims(session),
    iat: Math.floor(clock.now() / 1000),
    exp: expiresAtMs / 1000,
  };
  const [accessToken, idToken] = await Promise.all([
    accessClaims(common, session, terms),
    idClaims(common, session, terms.nonce),
  ].map((claims) => signJwt(claims, privateKey, kid)));
  return {
    accessToken: accessToken ?? "",
    ...(refreshToken === undefined ? {} : { refreshToken }),
    idToken: idToken ?? "",
    expiresAtMs,
  };
}

/** The claims about the person; the prefixed ones are what the DSS reads. */
export async function personClaims(
  { email, group }: Pick<Login, "email" | "group">,
): Promise<JwtClaims> {
  return {
    sub: await sha256Text(`person ${email}`),
    email,
    // The owner of the store vouches for it with the password.
    email_verified: true,
    "https://auth.data.humancellatlas.org/email": email,
    "https://auth.data.humancellatlas.org/group": group === NO_GROUP
      ? undefined
      : group,
  };
}

/** What names the userinfo endpoint as an audience. */
export function userinfoAudience(issuer: string): string {
  return `${issuer}oauth/userinfo`;
}

function accessClaims(
  common: JwtClaims,
  { id, issuer, scopes }: Session,
  terms: Pick<TokenTerms, "audience" | "scopes">,
): JwtClaims {
  return {
    ...common,
    aud: [terms.audience, userinfoAudience(issuer)],
    scope: (terms.scopes ?? scopes).join(" "),
    sid: id,
    jti: crypto.randomUUID(),
  };
}

function idClaims(
  common: JwtClaims,
  { authenticatedAtSeconds }: Session,
  nonce: string | undefined,
): JwtClaims {
  return {
    ...common,
    aud: CLIENT_ID,
    auth_time: authenticatedAtSeconds,
    nonce,
  };
}
