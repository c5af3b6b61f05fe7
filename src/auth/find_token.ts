import type { AuthTools } from "./auth_tools.ts";
import { createEnvironmentToken } from "./environment_token.ts";
import { createLoginSource } from "./login_source.ts";
import { createServiceAccount } from "./service_account.ts";
import type { FoundToken, TokenSource } from "./token_source.ts";

/** The service that tokens are wanted for. */
export interface TokenService {
  /** The origin of its API document, as in `https://host`. */
  origin: string;
  /** Whether it takes the logins of other services too. Default false. */
  isShared?: boolean;
  /** What tokens for it name as their audience; asked when one is made. */
  audience: () => Promise<string>;
}

/**
 * The places that a token for a service may come from, in the order of
 * `TOKEN_SOURCES`. Make them once for all requests to a service: requests
 * that run side by side then share one renewal.
 */
export function createTokenSources(
  tools: AuthTools,
  service: TokenService,
): TokenSource[] {
  return [
    createEnvironmentToken(tools.environment),
    createServiceAccount(tools, service),
    createLoginSource(tools, service),
  ];
}

/**
 * The token of the first source that has one.
 *
 * @param refused the token that the service has just refused with 401: another
 * one of the same source is wanted; if there is none, the same comes again
 * @returns undefined when no source has anything
 * @throws {AuthError} when what a source has cannot be used
 */
export async function findToken(
  sources: readonly TokenSource[],
  refused?: string,
): Promise<FoundToken | undefined> {
  for (const source of sources) {
    const found = await source.find(refused);
    if (found !== undefined) return found;
  }
  return undefined;
}
