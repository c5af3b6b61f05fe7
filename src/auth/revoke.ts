import { CancelledError, HcaError } from "../base/mod.ts";
import { postForm } from "./_post_form.ts";
import type { AuthTools } from "./auth_tools.ts";
import { secureEndpoint } from "./secure_endpoint.ts";
import type { StoredLogin } from "./stored_login.ts";

const WHAT = "revocation endpoint";
const DEADLINE_MS = 5_000;

/**
 * Asks the provider of a login to end its tokens (RFC 7009): the refresh
 * token, with which the access tokens made of it end, else the access token.
 * Does nothing without a provider that has an endpoint for it. A failure is
 * a warning: the login is forgotten anyway.
 *
 * @throws {CancelledError} when the signal is aborted
 */
export async function revokeLogin(
  tools: AuthTools,
  login: StoredLogin,
): Promise<void> {
  const { provider, accessToken, refreshToken } = login;
  if (provider?.revocationEndpoint === undefined) return;
  const fields = {
    token: refreshToken ?? accessToken,
    token_type_hint: refreshToken === undefined
      ? "access_token"
      : "refresh_token",
    client_id: provider.clientId,
    ...(provider.clientSecret && { client_secret: provider.clientSecret }),
  };
  try {
    const url = secureEndpoint(provider.revocationEndpoint, WHAT);
    const { status } = await postForm(tools, url, fields, WHAT, DEADLINE_MS);
    if (status >= 300) warn(tools, `HTTP ${status}`);
  } catch (error) {
    if (!(error instanceof HcaError) || error instanceof CancelledError) {
      throw error;
    }
    warn(tools, error.message);
  }
}

function warn({ runtime: { log } }: AuthTools, why: string): void {
  log(
    "WARNING",
    `the provider did not end the tokens (${why}); they are forgotten here, ` +
      "but may work until they expire",
  );
}
