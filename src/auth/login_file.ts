import {
  ExactNumber,
  isJsonObject,
  type Json,
  type JsonObject,
} from "../base/mod.ts";
import {
  APPLICATION_SECRETS_KEY,
  TOKEN_KEY,
  unsetConfigValue,
} from "../config/mod.ts";
import { ownText } from "./_own_text.ts";
import { formatProvider, parseProvider } from "./_provider_keys.ts";
import type { StoredLogin } from "./stored_login.ts";

// What the old client writes where it does not know the expiry.
const UNKNOWN_EXPIRY = "-1";

/**
 * The login that a configuration holds, ours or the old client's. Values of
 * another type than they should have are taken as not there.
 *
 * The provider is told only for logins that it gave: what
 * `application_secrets` names has nothing to do with a token that was typed.
 *
 * @returns undefined when nobody is logged in
 */
export function readStoredLogin(config: JsonObject): StoredLogin | undefined {
  const stored = objectAt(config, TOKEN_KEY);
  const accessToken = ownText(stored, "access_token");
  if (accessToken === undefined) return undefined;
  const refreshToken = ownText(stored, "refresh_token");
  const idToken = ownText(stored, "id_token");
  const expiresAtMs = expiryOf(stored.expires_at);
  const service = ownText(stored, "service");
  const isGiven = refreshToken !== undefined || idToken !== undefined;
  const provider = isGiven
    ? parseProvider(objectAt(config, APPLICATION_SECRETS_KEY))
    : undefined;
  return {
    accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(idToken !== undefined && { idToken }),
    ...(expiresAtMs !== undefined && { expiresAtMs }),
    ...(service !== undefined && { service }),
    ...(provider !== undefined && { provider }),
  };
}

/**
 * A configuration with a login, in the form of the old client and readable by
 * it. Keys that hca does not know stay in both objects; what an earlier login
 * had and this one has not is gone.
 */
export function storeLogin(config: JsonObject, login: StoredLogin): JsonObject {
  const { accessToken, refreshToken, idToken, expiresAtMs } = login;
  const { service: _earlier, ...others } = objectAt(config, TOKEN_KEY);
  const token: JsonObject = {
    ...others,
    access_token: accessToken,
    refresh_token: refreshToken ?? null,
    id_token: idToken ?? null,
    expires_at: expiresAtMs === undefined ? UNKNOWN_EXPIRY : expiresAtMs / 1000,
    token_type: "Bearer",
    ...(login.service !== undefined && { service: login.service }),
  };
  const stored = { ...config, [TOKEN_KEY]: token };
  if (login.provider === undefined) return stored;
  const secrets = objectAt(config, APPLICATION_SECRETS_KEY);
  const earlier = objectAt(secrets, "installed");
  const installed = formatProvider(login.provider, earlier);
  return { ...stored, [APPLICATION_SECRETS_KEY]: { ...secrets, installed } };
}

/**
 * A configuration without a login and what was fetched to make one.
 *
 * @returns `config` itself when there is neither
 */
export function removeLogin(config: JsonObject): JsonObject {
  return [APPLICATION_SECRETS_KEY, TOKEN_KEY].reduce(
    (left, key) => unsetConfigValue(left, [key]),
    config,
  );
}

/** Seconds since 1970 as milliseconds; undefined for what is no such time. */
function expiryOf(value: Json | undefined): number | undefined {
  const seconds = value instanceof ExactNumber ? value.valueOf() : value;
  const isTime = typeof seconds === "number" && seconds > 0 && seconds < 1e12;
  return isTime ? Math.round(seconds * 1000) : undefined;
}

function objectAt(parent: JsonObject, key: string): JsonObject {
  const value = Object.hasOwn(parent, key) ? parent[key] : undefined;
  return isJsonObject(value) ? value : {};
}
