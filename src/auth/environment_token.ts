import { AuthError } from "../base/mod.ts";
import type { UserEnvironment } from "../config/mod.ts";
import type { TokenSource } from "./token_source.ts";

const VARIABLE = "HCA_ACCESS_TOKEN";

/**
 * The token in `HCA_ACCESS_TOKEN`, for programs that start hca. It cannot be
 * renewed: a service that refuses it gets the same again.
 */
export function createEnvironmentToken(
  { variable }: Pick<UserEnvironment, "variable">,
): TokenSource {
  return {
    name: VARIABLE,
    find() {
      const token = variable(VARIABLE)?.trim() ?? "";
      if (token === "") return Promise.resolve(undefined);
      // What a header can carry (RFC 6750, section 2.1, and opaque tokens).
      if (!/^[\x21-\x7e]+$/.test(token)) return Promise.reject(notToken());
      return Promise.resolve({ token, source: VARIABLE, isRenewable: false });
    },
  };
}

function notToken(): AuthError {
  return new AuthError(
    `${VARIABLE} holds no access token: it has blanks or characters outside ` +
      "of ASCII",
    { hint: "Give the token alone, without 'Bearer' before it." },
  );
}
