import type { JsonObject } from "../base/mod.ts";
import { setConfigValue, unsetConfigValue } from "./edit_config.ts";
import { configText } from "./load_config.ts";

/** The key under which the old client keeps a login, for all services. */
export const TOKEN_KEY = "oauth2_token";

/** The key under which the old client keeps what a login needs to be made. */
export const APPLICATION_SECRETS_KEY = "application_secrets";

/** The stored access token; undefined when nobody is logged in. */
export function readAccessToken(config: JsonObject): string | undefined {
  return configText(config, TOKEN_KEY, "access_token");
}

/**
 * A configuration with a login by an access token alone, as the old client
 * stores it: an expiry of `"-1"` is one that is not known.
 */
export function storeAccessToken(
  config: JsonObject,
  accessToken: string,
): JsonObject {
  return setConfigValue(config, [TOKEN_KEY], {
    access_token: accessToken,
    refresh_token: null,
    id_token: null,
    expires_at: "-1",
    token_type: "Bearer",
  });
}

/** A configuration without a login and what was fetched to make one. */
export function removeLogin(config: JsonObject): JsonObject {
  return [APPLICATION_SECRETS_KEY, TOKEN_KEY].reduce(
    (left, key) => unsetConfigValue(left, [key]),
    config,
  );
}
