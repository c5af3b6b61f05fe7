import type { JsonObject } from "../base/mod.ts";
import { configText } from "../config/mod.ts";
import {
  type ApiDocument,
  type OAuthScheme,
  oauthSchemes,
} from "../swagger/mod.ts";
import { OLD_AUDIENCE, OLD_SCOPES } from "./old_constants.ts";

/**
 * What a token for a service must name as its audience: the configuration's
 * `DSSClient.audience`, else the first of `x-google-audiences` in the API
 * document, else what the old client asked for.
 */
export function serviceAudience(
  document: ApiDocument,
  config: JsonObject,
): string {
  return configText(config, "DSSClient", "audience") ??
    oauthSchemes(document)[0]?.audiences[0] ?? OLD_AUDIENCE;
}

/**
 * What signing in is about, and what operations ask for. A document lists all
 * scopes that there are; asking for more than is needed would be greedy.
 */
export function wantedScopes(
  scheme: OAuthScheme | undefined,
): string[] {
  const { scopes: listed = [], requiredScopes = [] } = scheme ?? {};
  const basic = OLD_SCOPES.filter((scope) =>
    listed.length === 0 || listed.includes(scope)
  );
  const wanted = [...new Set([...basic, ...requiredScopes])];
  return wanted.length === 0 ? [...OLD_SCOPES] : wanted;
}
