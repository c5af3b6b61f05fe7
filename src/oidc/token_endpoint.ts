import { checkClient } from "./client.ts";
import type { OidcContext } from "./context.ts";
import {
  accessExpiryMs,
  issueTokens,
  type TokenTerms,
} from "./issue_tokens.ts";
import { jsonAnswer, withJsonErrors } from "./json_answer.ts";
import { OAuthError } from "./oauth_error.ts";
import { type Parameters, readForm } from "./parameters.ts";
import { parseScopes } from "./scopes.ts";
import type { Session } from "./sessions.ts";

type GrantType = (
  context: OidcContext,
  parameters: Parameters,
) => Promise<Response>;

const GRANT_TYPES = new Map<string, GrantType>([
  ["authorization_code", redeemCode],
  ["refresh_token", refresh],
]);

/** `/oauth/token`: codes and refresh tokens become tokens (RFC 6749, 3.2). */
export async function tokenEndpoint(
  context: OidcContext,
  request: Request,
): Promise<Response> {
  return await withJsonErrors(async () => {
    const parameters = await readForm(request);
    checkClient(request, parameters);
    const grantType = GRANT_TYPES.get(parameters.require("grant_type"));
    if (grantType !== undefined) return await grantType(context, parameters);
    throw new OAuthError(
      "unsupported_grant_type",
      "The grant_type is not authorization_code or refresh_token.",
    );
  });
}

// RFC 6749, section 4.1.3, and RFC 7636, section 4.5.
async function redeemCode(
  context: OidcContext,
  parameters: Parameters,
): Promise<Response> {
  const expiresAtMs = accessExpiryMs(context.clock);
  const redeemed = await context.codes.redeem({
    code: parameters.require("code"),
    redirectUri: parameters.require("redirect_uri"),
    verifier: parameters.require("code_verifier"),
  }, expiresAtMs);
  if (redeemed === undefined) {
    throw new OAuthError(
      "invalid_grant",
      "The code is unknown, expired or used, or it was made for another " +
        "redirect_uri or code_verifier.",
    );
  }
  const { session, ...terms } = redeemed;
  return await answerTokens(context, session, { expiresAtMs, ...terms });
}

// RFC 6749, section 6.
async function refresh(
  context: OidcContext,
  parameters: Parameters,
): Promise<Response> {
  const expiresAtMs = accessExpiryMs(context.clock);
  const token = parameters.require("refresh_token");
  const asked = askedScopes(parameters);
  const rotation = await context.refreshTokens.rotate(token, asked);
  if (rotation === undefined) {
    throw new OAuthError(
      "invalid_grant",
      "The refresh_token is unknown, expired, revoked or used.",
    );
  }
  const { session, refreshToken } = rotation;
  const scopes = asked ?? session.scopes;
  const terms = { expiresAtMs, refreshToken, scopes };
  return await answerTokens(context, session, terms);
}

// Less than was granted may be asked for.
function askedScopes(parameters: Parameters): string[] | undefined {
  const text = parameters.get("scope");
  if (text === undefined) return undefined;
  const asked = parseScopes(text);
  if (asked !== undefined) return asked;
  throw new OAuthError("invalid_scope", "The scope is no list of names.");
}

async function answerTokens(
  context: OidcContext,
  session: Session,
  terms: Omit<TokenTerms, "audience">,
): Promise<Response> {
  const { audience, clock } = context;
  const tokens = await issueTokens(context, session, { ...terms, audience });
  return jsonAnswer({
    access_token: tokens.accessToken,
    token_type: "Bearer",
    expires_in: tokens.expiresAtMs / 1000 - Math.floor(clock.now() / 1000),
    refresh_token: tokens.refreshToken,
    scope: (terms.scopes ?? session.scopes).join(" "),
    id_token: tokens.idToken,
  });
}
