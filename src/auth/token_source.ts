/** The places a token may come from, in the order in which they are asked. */
export const TOKEN_SOURCES = [
  "HCA_ACCESS_TOKEN",
  "GOOGLE_APPLICATION_CREDENTIALS",
  "login",
] as const;

/** Where a token came from. */
export type TokenSourceName = typeof TOKEN_SOURCES[number];

/** A token and what is known about it. */
export interface FoundToken {
  /** The token; it is never shown. */
  token: string;
  /** Where it came from. */
  source: TokenSourceName;
  /** When it expires, milliseconds since 1970; undefined: not known. */
  expiresAtMs?: number;
  /** Whether another one can be had without a person. */
  isRenewable: boolean;
  /** Who logged in, as the provider signed it; it is never shown. */
  idToken?: string;
}

/** One place that a token may come from. */
export interface TokenSource {
  /** Its name. */
  readonly name: TokenSourceName;
  /**
   * The token of this source; undefined when there is nothing in it.
   *
   * @param refused the token that the service has just refused with 401:
   * another one is wanted, if there can be one; else the same comes again
   * @throws {AuthError} when what is there cannot be used, with what to do
   */
  find(refused?: string): Promise<FoundToken | undefined>;
}
