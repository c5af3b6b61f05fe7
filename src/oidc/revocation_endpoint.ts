import { readAccessToken } from "./access_token.ts";
import { checkClient } from "./client.ts";
import type { OidcContext } from "./context.ts";
import { withJsonErrors } from "./json_answer.ts";
import { readForm } from "./parameters.ts";

/**
 * `/oauth/revoke`: ends the session of an access or refresh token, expired
 * and used ones too. A token that is not known is no error (RFC 7009, 2.2).
 */
export async function revocationEndpoint(
  context: OidcContext,
  request: Request,
): Promise<Response> {
  return await withJsonErrors(async () => {
    const parameters = await readForm(request);
    checkClient(request, parameters);
    const id = await sessionIdOf(context, parameters.require("token"));
    if (id !== undefined) context.sessions.end(id);
    return new Response(null, { headers: { "cache-control": "no-store" } });
  });
}

// The hint of the request could only say which to try first.
async function sessionIdOf(
  context: OidcContext,
  token: string,
): Promise<string | undefined> {
  const session = await context.refreshTokens.sessionOf(token);
  return session?.id ?? (await readAccessToken(context, token))?.sid;
}
