import { AuthError } from "../base/mod.ts";
import type { AuthTools } from "./auth_tools.ts";
import type { AuthorizationRequest } from "./authorization_url.ts";
import { checkIdToken } from "./check_id_token.ts";
import { type FoundProvider, providerToKeep } from "./find_provider.ts";
import type { StoredLogin } from "./stored_login.ts";
import { requestToken, TokenRefused } from "./token_endpoint.ts";

/**
 * Makes a login of the code that answers a question (RFC 6749, section 4.1.3;
 * RFC 7636, section 4.5).
 *
 * @throws {AuthError} when the provider does not take the code
 * @throws {RefusedError} when its answer is not to be trusted
 * @throws {NetworkError | ServiceError} when it does not answer
 */
export async function exchangeCode(
  tools: AuthTools,
  provider: FoundProvider,
  request: AuthorizationRequest,
  code: string,
): Promise<StoredLogin> {
  const { accessToken, refreshToken, idToken, expiresAtMs } = await redeem(
    tools,
    provider,
    {
      grant_type: "authorization_code",
      code,
      redirect_uri: request.redirectUri,
      code_verifier: request.verifier,
    },
  );
  if (idToken !== undefined) {
    await checkIdToken(tools, provider, idToken, request.nonce);
  }
  return {
    accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(idToken !== undefined && { idToken }),
    ...(expiresAtMs !== undefined && { expiresAtMs }),
    provider: providerToKeep(provider),
  };
}

async function redeem(
  ...question: Parameters<typeof requestToken>
): ReturnType<typeof requestToken> {
  try {
    return await requestToken(...question);
  } catch (error) {
    if (!(error instanceof TokenRefused)) throw error;
    throw new AuthError(`the provider did not take the code: ${error.reason}`, {
      cause: error,
      hint: "A code can be used once and soon; 'hca dss login' asks for " +
        "another one.",
    });
  }
}
