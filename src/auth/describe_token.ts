import { ExactNumber, type Json } from "../base/mod.ts";
import { decodeJwt, type JwtClaims } from "../jwt/mod.ts";
import { EMAIL_CLAIM, GROUP_CLAIM } from "./old_constants.ts";
import type { FoundToken, TokenSourceName } from "./token_source.ts";

/** What can be said about a token without showing it. */
export interface TokenDescription {
  /** Where it came from. */
  source: TokenSourceName;
  /** Whose it is: an address, or the provider's name for them. */
  who: string | null;
  /** The group of the atlas that they are in. */
  group: string | null;
  /** Who gave it. */
  issuer: string | null;
  /** Which services it is for. */
  audience: string[];
  /** What it allows. */
  scopes: string[];
  /** When it expires, ISO 8601 in UTC. */
  expires: string | null;
  /** Whether it has expired, by the clock of this machine. */
  state: "valid" | "expired" | "unknown";
  /** Whether another one can be had without a person. */
  renewable: boolean;
}

/**
 * What a token says of itself, if it is a JWT (RFC 7519, section 4.1); of one
 * that says nothing of its owner, what the id token says that came with it.
 * No signature is checked: this is for people to read, not to decide by.
 *
 * @param nowMs milliseconds since 1970
 */
export function describeToken(
  found: FoundToken,
  nowMs: number,
): TokenDescription {
  const claims = claimsOf(found.token);
  const expiresAtMs = found.expiresAtMs ?? millisecondsOf(claims.exp);
  return {
    source: found.source,
    who: whoOf(claims) ?? whoOf(claimsOf(found.idToken)) ?? null,
    group: textOf(claims[GROUP_CLAIM]) ?? null,
    issuer: textOf(claims.iss) ?? null,
    audience: textsOf(claims.aud),
    scopes: scopesOf(claims.scope ?? claims.scopes),
    expires: formatTime(expiresAtMs),
    state: stateOf(expiresAtMs, nowMs),
    renewable: found.isRenewable,
  };
}

function claimsOf(token: string | undefined): JwtClaims {
  try {
    return token === undefined ? {} : decodeJwt(token).claims;
  } catch {
    // A token need not say anything (RFC 6749, section 1.4).
    return {};
  }
}

function whoOf(claims: JwtClaims): string | undefined {
  return textOf(claims[EMAIL_CLAIM]) ?? textOf(claims.email) ??
    textOf(claims.sub);
}

function stateOf(
  expiresAtMs: number | undefined,
  nowMs: number,
): TokenDescription["state"] {
  if (expiresAtMs === undefined) return "unknown";
  return nowMs < expiresAtMs ? "valid" : "expired";
}

function formatTime(timeMs: number | undefined): string | null {
  return timeMs === undefined ? null : new Date(timeMs).toISOString();
}

function millisecondsOf(value: Json | undefined): number | undefined {
  const seconds = value instanceof ExactNumber ? value.valueOf() : value;
  const date = new Date(typeof seconds === "number" ? seconds * 1000 : NaN);
  return Number.isNaN(date.getTime()) ? undefined : date.getTime();
}

// One text with blanks (RFC 8693, section 4.2), or a list.
function scopesOf(value: Json | undefined): string[] {
  return textsOf(value).flatMap((text) => text.split(" ")).filter(Boolean);
}

function textsOf(value: Json | undefined): string[] {
  return [value].flat().flatMap((item) => textOf(item) ?? []);
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
