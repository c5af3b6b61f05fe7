import type { Clock } from "../base/mod.ts";
import type { AuthorizationCodes } from "./authorization_codes.ts";
import type { FormTokens } from "./form_tokens.ts";
import type { SigningKey } from "./issue_tokens.ts";
import type { PasswordTries } from "./password_tries.ts";
import type { RefreshTokens } from "./refresh_tokens.ts";
import type { Sessions } from "./sessions.ts";

/** What every endpoint works with. */
export interface OidcContext {
  /** Who we are at the address that was asked: its origin and a slash. */
  issuer: string;
  /** The service that tokens are for. */
  audience: string;
  /** Time. */
  clock: Clock;
  /** What signs tokens. */
  signingKey: () => Promise<SigningKey>;
  /** What a person has to know. */
  password: () => Promise<string>;
  /** Who is signed in. */
  sessions: Sessions;
  /** What the page gives to the program. */
  codes: AuthorizationCodes;
  /** What the program keeps. */
  refreshTokens: RefreshTokens;
  /** How often a wrong password was given. */
  tries: PasswordTries;
  /** What shows that a form is ours. */
  forms: FormTokens;
}

/** One endpoint at work. */
export type Endpoint = (
  context: OidcContext,
  request: Request,
) => Response | Promise<Response>;
