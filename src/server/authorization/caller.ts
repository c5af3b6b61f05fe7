import type { JwtClaims } from "../../jwt/mod.ts";
import { unauthorized } from "../problem.ts";

const GROUP = "https://auth.data.humancellatlas.org/group";
const EMAIL = "https://auth.data.humancellatlas.org/email";

/** Who asks, as a token that was checked says. */
export interface Caller {
  /** Email address; undefined when the token has none. */
  readonly email: string | undefined;
  /** Group; undefined when the token has none. */
  readonly group: string | undefined;
}

/** Who asks where no token is looked at. */
export const ANYONE: Caller = { email: undefined, group: undefined };

/** The caller that claims stand for; a list of groups is none. */
export function callerOf(claims: JwtClaims): Caller {
  return {
    email: textOf(claims[EMAIL]) ?? textOf(claims.email),
    group: textOf(claims[GROUP]),
  };
}

/**
 * The email address of a caller, under which the DSS keeps what is theirs.
 *
 * @throws {Problem} 401 when the token has none
 */
export function emailOf({ email }: Caller): string {
  if (email !== undefined) return email;
  throw unauthorized("Authorization token is missing email claims.");
}

function textOf(claim: JwtClaims[string]): string | undefined {
  return typeof claim === "string" && claim !== "" ? claim : undefined;
}
