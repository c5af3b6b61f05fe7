import { randomText } from "../base/mod.ts";
import { createPkce, type Pkce } from "./pkce.ts";
import type { Provider } from "./provider.ts";
import { secureEndpoint } from "./secure_endpoint.ts";

/** One question to a provider, and what its answer is held against. */
export interface AuthorizationRequest extends Pkce {
  /** Ties the answer to the question (RFC 6749, section 10.12). */
  state: string;
  /** Ties the id token to the question (OpenID Connect Core, 3.1.2.1). */
  nonce: string;
  /** Where the browser is sent back to. */
  redirectUri: string;
}

/** A new question; nothing of it was used before. */
export async function createAuthorizationRequest(
  redirectUri: string,
): Promise<AuthorizationRequest> {
  const pkce = await createPkce();
  return { ...pkce, redirectUri, state: randomText(), nonce: randomText() };
}

/**
 * The address at which a person answers (RFC 6749, section 4.1.1). The
 * verifier is not in it.
 *
 * @throws {RefusedError} when the authorization endpoint is not secure
 */
export function authorizationUrl(
  provider: Provider,
  request: AuthorizationRequest,
): string {
  const url = secureEndpoint(
    provider.authorizationEndpoint,
    "authorization endpoint",
  );
  const fields = {
    response_type: "code",
    client_id: provider.clientId,
    redirect_uri: request.redirectUri,
    scope: provider.scopes.join(" "),
    state: request.state,
    nonce: request.nonce,
    code_challenge: request.challenge,
    code_challenge_method: "S256",
    // Google's word for a refresh token, and Auth0's for the service.
    access_type: "offline",
    audience: provider.audience,
  };
  url.hash = "";
  for (const [name, value] of Object.entries(fields)) {
    url.searchParams.set(name, value);
  }
  return url.href;
}
