import { isJsonObject, type Json, type JsonObject } from "../base/mod.ts";
import { ownText } from "./_own_text.ts";
import { parseApplicationSecrets } from "./application_secrets.ts";
import { OLD_AUDIENCE, OLD_SCOPES } from "./old_constants.ts";
import type { Provider } from "./provider.ts";

// What hca writes; whatever else is there stays.
const OWN_KEYS = [
  ...["auth_uri", "token_uri", "client_id", "client_secret", "redirect_uris"],
  ...["revocation_uri", "issuer", "audience", "scopes"],
];

/**
 * The provider that `application_secrets` describes; undefined when an
 * endpoint or the client id is not there.
 */
export function parseProvider(secrets: JsonObject): Provider | undefined {
  const parsed = parseApplicationSecrets(secrets);
  const { installed } = secrets;
  if (parsed === undefined || !isJsonObject(installed)) return undefined;
  const { authorizationEndpoint, tokenEndpoint, clientId } = parsed;
  if (!authorizationEndpoint || !tokenEndpoint || !clientId) return undefined;
  const { issuer, revocationEndpoint, clientSecret, redirectUris } = parsed;
  return {
    ...(issuer !== undefined && { issuer }),
    authorizationEndpoint,
    tokenEndpoint,
    ...(revocationEndpoint !== undefined && { revocationEndpoint }),
    clientId,
    ...(clientSecret !== undefined && { clientSecret }),
    redirectUris,
    audience: ownText(installed, "audience") ?? OLD_AUDIENCE,
    scopes: textsOf(installed.scopes) ?? [...OLD_SCOPES],
  };
}

/** A provider as `application_secrets.installed`, over what was there. */
export function formatProvider(
  provider: Provider,
  earlier: JsonObject,
): JsonObject {
  const others = Object.entries(earlier)
    .filter(([key]) => !OWN_KEYS.includes(key));
  const { issuer, revocationEndpoint } = provider;
  return {
    ...Object.fromEntries(others),
    auth_uri: provider.authorizationEndpoint,
    token_uri: provider.tokenEndpoint,
    client_id: provider.clientId,
    // The old client cannot do without one.
    client_secret: provider.clientSecret ?? "",
    redirect_uris: provider.redirectUris,
    ...(revocationEndpoint !== undefined && {
      revocation_uri: revocationEndpoint,
    }),
    ...(issuer !== undefined && { issuer }),
    audience: provider.audience,
    scopes: provider.scopes,
  };
}

function textsOf(value: Json | undefined): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.filter((item) => typeof item === "string");
}
