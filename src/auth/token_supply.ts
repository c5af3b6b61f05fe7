import { AuthError } from "../base/mod.ts";
import { findToken } from "./find_token.ts";
import type {
  FoundToken,
  TokenSource,
  TokenSourceName,
} from "./token_source.ts";

/** The tokens of one service, as its client asks for them. */
export interface TokenSupply {
  /**
   * The token for a request; with `refused`, another one than that, if there
   * is another one.
   *
   * @throws {AuthError} when no source has one
   */
  accessToken: (refused?: string) => Promise<string>;
  /**
   * What to do about a token that the service answered 401 or 403 to;
   * undefined when none was given out.
   */
  refusalHint: (status: number) => string | undefined;
}

/**
 * Gives the tokens of the first source that has one.
 *
 * @param onToken called with each token before it is given out
 */
export function createTokenSupply(
  sources: readonly TokenSource[],
  onToken: (found: FoundToken) => void = () => {},
): TokenSupply {
  let last: TokenSourceName | undefined;
  return {
    accessToken: async (refused) => {
      const found = await findToken(sources, refused);
      if (found === undefined) throw notLoggedIn();
      onToken(found);
      last = found.source;
      return found.token;
    },
    refusalHint: (status) =>
      last === undefined ? undefined : hintAbout(last, status),
  };
}

/** Nobody is logged in; in the words of the old client (dcp-cli). */
export function notLoggedIn(): AuthError {
  return new AuthError(
    'Please configure hca dss authentication credentials using "hca dss ' +
      'login" or set the GOOGLE_APPLICATION_CREDENTIALS environment variable',
    { hint: "A token can also be given in HCA_ACCESS_TOKEN." },
  );
}

// RFC 6750, section 3.1: 401 is about the token, 403 about what it allows.
function hintAbout(source: TokenSourceName, status: number): string {
  if (status === 403) {
    return `The token is that of ${NAMES[source]}, which lacks the right; ` +
      "'hca auth status' says whose it is.";
  }
  return `The token is that of ${NAMES[source]}. ${REMEDIES[source]}`;
}

const NAMES: Readonly<Record<TokenSourceName, string>> = {
  HCA_ACCESS_TOKEN: "the variable HCA_ACCESS_TOKEN",
  GOOGLE_APPLICATION_CREDENTIALS:
    "the service account of GOOGLE_APPLICATION_CREDENTIALS",
  login: "the stored login",
};

const REMEDIES: Readonly<Record<TokenSourceName, string>> = {
  HCA_ACCESS_TOKEN: "Set another one, or unset the variable and log in with " +
    "'hca dss login'.",
  GOOGLE_APPLICATION_CREDENTIALS: "The service has to trust that account; " +
    "without the variable the login of 'hca dss login' is used.",
  login: "Log in again with 'hca dss login'.",
};
