import type { Provider } from "./provider.ts";

/**
 * A login as the configuration keeps it: `oauth2_token` and
 * `application_secrets` under the names that the old client used, and besides
 * them what it did not need.
 */
export interface StoredLogin {
  /** The token that is sent. */
  accessToken: string;
  /** What gets the next one; undefined for a login by a token alone. */
  refreshToken?: string;
  /** Who logged in, signed by the provider. */
  idToken?: string;
  /** When the token expires, milliseconds since 1970; undefined: not known. */
  expiresAtMs?: number;
  /**
   * The origin of the service's API document, as in `https://host`: the token
   * is sent nowhere else. Undefined in logins of the old client.
   */
  service?: string;
  /** Who gave it; undefined for a login by a token alone. */
  provider?: Provider;
}
