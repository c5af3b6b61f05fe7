/**
 * Who gives tokens for a service, and what to ask it: an OAuth 2.0
 * authorization server (RFC 6749) or OpenID provider.
 */
export interface Provider {
  /** Its issuer identifier, when it is known (OpenID Connect Core, 2). */
  issuer?: string;
  /** Where a person says yes (RFC 6749, section 3.1). */
  authorizationEndpoint: string;
  /** Where codes and refresh tokens become tokens (section 3.2). */
  tokenEndpoint: string;
  /** Where tokens are ended (RFC 7009), when it has one. */
  revocationEndpoint?: string;
  /** Who we are to it. */
  clientId: string;
  /** What an installed program calls its secret; it is none (RFC 8252, 8.5). */
  clientSecret?: string;
  /** Where it may send the browser back to. */
  redirectUris: string[];
  /** The service that tokens are for, as `aud` names it. */
  audience: string;
  /** What is asked for. */
  scopes: string[];
}
