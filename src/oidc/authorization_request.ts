import { CLIENT_ID } from "./client.ts";
import { OAuthError } from "./oauth_error.ts";
import { type Parameters, repeated } from "./parameters.ts";
import { isChallenge } from "./pkce.ts";
import { isRedirectUri } from "./redirect_uri.ts";
import { knownScopes, parseScopes } from "./scopes.ts";

/** The parameters that are looked at; a form of the page carries them. */
export const AUTHORIZATION_PARAMETERS = [
  ...["client_id", "redirect_uri", "response_type", "response_mode"],
  ...["scope", "state", "nonce", "code_challenge", "code_challenge_method"],
  ...["audience", "prompt", "login_hint", "request", "request_uri"],
  "registration",
] as const;

/** Where an answer goes, good or bad. */
export interface ReturnAddress {
  /** A checked redirect URI. */
  redirectUri: string;
  /** What the program sent, to be repeated. */
  state: string | undefined;
}

/** What a program asks for, checked (OpenID Connect Core, 3.1.2.1). */
export interface AuthorizationRequest extends ReturnAddress {
  /** What is granted if the person agrees. */
  scopes: string[];
  /** The S256 challenge (RFC 7636, section 4.3). */
  challenge: string;
  /** What the ID token has to repeat. */
  nonce: string | undefined;
  /** Who is probably signing in. */
  loginHint: string | undefined;
}

/**
 * Where the answer to a request goes.
 *
 * @throws {OAuthError} when the client or the address is not known: then
 * nothing may be sent there (RFC 6749, section 4.1.2.1)
 */
export function parseReturnAddress(
  parameters: Parameters,
  issuer: string,
): ReturnAddress {
  for (const name of ["client_id", "redirect_uri"]) {
    if (parameters.isRepeated(name)) throw repeated();
  }
  if (parameters.require("client_id") !== CLIENT_ID) {
    throw new OAuthError("invalid_client", "The client_id is not known.");
  }
  const redirectUri = parameters.require("redirect_uri");
  if (!isRedirectUri(redirectUri, issuer)) {
    throw new OAuthError(
      "invalid_request",
      "The redirect_uri is not a loopback address that hca could listen on.",
    );
  }
  const state = parameters.isRepeated("state")
    ? undefined
    : parameters.get("state");
  // What was not UTF-8 cannot be repeated.
  const isWhole = state?.includes("\ufffd") !== true;
  return { redirectUri, state: isWhole ? state : undefined };
}

/**
 * What a request asks for.
 *
 * @param address where it goes
 * @param audience the one that tokens can be for
 * @throws {OAuthError} with the code that the program is told
 */
export function parseAuthorizationRequest(
  parameters: Parameters,
  address: ReturnAddress,
  audience: string,
): AuthorizationRequest {
  if (parameters.isRepeated()) throw repeated();
  checkCharacters(parameters);
  checkResponse(parameters);
  const asked = parameters.get("audience");
  if (asked !== undefined && asked !== audience) {
    throw new OAuthError("invalid_request", "The audience is not known.");
  }
  return {
    ...address,
    scopes: askedScopes(parameters),
    challenge: askedChallenge(parameters),
    nonce: parameters.get("nonce"),
    loginHint: parameters.get("login_hint"),
  };
}

// A form would not carry line ends unchanged.
function checkCharacters(parameters: Parameters): void {
  for (const [name, value] of parameters.pick(AUTHORIZATION_PARAMETERS)) {
    if (!/\p{Cc}|\ufffd/u.test(value)) continue;
    throw new OAuthError(
      "invalid_request",
      `The ${name} has control characters or is not UTF-8.`,
    );
  }
}

function checkResponse(parameters: Parameters): void {
  if (parameters.require("response_type") !== "code") {
    throw new OAuthError(
      "unsupported_response_type",
      "The response_type is not code.",
    );
  }
  if ((parameters.get("response_mode") ?? "query") !== "query") {
    throw new OAuthError("invalid_request", "The response_mode is not query.");
  }
  // Core, sections 3.1.2.6 and 6.
  for (const name of ["request", "request_uri", "registration"]) {
    if (parameters.get(name) === undefined) continue;
    throw new OAuthError(
      `${name}_not_supported`,
      `The parameter ${name} is not supported.`,
    );
  }
  if (parameters.get("prompt") === "none") {
    throw new OAuthError("login_required", "Nobody signs in without a page.");
  }
}

function askedScopes(parameters: Parameters): string[] {
  const names = parseScopes(parameters.get("scope") ?? "");
  if (names?.includes("openid")) return knownScopes(names);
  throw new OAuthError(
    "invalid_scope",
    "The scope must be a list of names, and openid one of them.",
  );
}

// Without a method it would be plain (RFC 7636, section 4.3), and plain is
// what a reader of the address could use.
function askedChallenge(parameters: Parameters): string {
  const challenge = parameters.require("code_challenge");
  if (parameters.get("code_challenge_method") !== "S256") {
    throw new OAuthError(
      "invalid_request",
      "The code_challenge_method is not S256.",
    );
  }
  if (isChallenge(challenge)) return challenge;
  throw new OAuthError(
    "invalid_request",
    "The code_challenge is not a SHA-256 in base64url.",
  );
}
