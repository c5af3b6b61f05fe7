import { whyClaimsFail } from "../jwt/mod.ts";
import { readAccessToken } from "./access_token.ts";
import type { OidcContext } from "./context.ts";
import { personClaims, userinfoAudience } from "./issue_tokens.ts";
import { jsonAnswer, withJsonErrors } from "./json_answer.ts";
import { OAuthError } from "./oauth_error.ts";
import type { Session } from "./sessions.ts";

/**
 * `/oauth/userinfo`: who an access token is about (OpenID Connect Core, 5.3).
 * It is taken from the `Authorization` header alone (RFC 6750, 2.1).
 */
export async function userinfoEndpoint(
  context: OidcContext,
  request: Request,
): Promise<Response> {
  const header = request.headers.get("authorization");
  const token = /^Bearer +([\w.~+/-]+=*)$/i.exec(header ?? "")?.[1];
  // Without a token there is nothing to say about one (RFC 6750, 3.1).
  if (token === undefined) {
    const challenge = { "www-authenticate": 'Bearer realm="hca"' };
    return jsonAnswer({ error: "invalid_request" }, 401, challenge);
  }
  return await withJsonErrors(async () => {
    const session = await sessionOf(context, token);
    return jsonAnswer(await personClaims(session));
  });
}

async function sessionOf(
  context: OidcContext,
  token: string,
): Promise<Session> {
  const { audience, clock, issuer } = context;
  const claims = await readAccessToken(context, token);
  if (claims === undefined) throw refusal("it was not made here");
  const why = whyClaimsFail(claims, {
    nowMs: clock.now(),
    // The second: it was made under another address of this store.
    audiences: [userinfoAudience(issuer), audience],
  });
  if (why !== undefined) throw refusal(why);
  const session = context.sessions.find(claims.sid);
  if (session !== undefined) return session;
  throw refusal("its session has ended");
}

function refusal(why: string): OAuthError {
  return new OAuthError(
    "invalid_token",
    `The access token does not hold: ${why}.`,
    {
      status: 401,
      headers: {
        "www-authenticate": 'Bearer realm="hca", error="invalid_token"',
      },
    },
  );
}
