import {
  CancelledError,
  HcaError,
  isJsonObject,
  type Json,
  type JsonObject,
  NetworkError,
} from "../base/mod.ts";
import { APPLICATION_SECRETS_KEY } from "../config/mod.ts";
import { type ApiDocument, baseUrl, type OAuthScheme } from "../swagger/mod.ts";
import { fetchObject } from "./_fetch_object.ts";
import { ownText } from "./_own_text.ts";
import type { AuthTools } from "./auth_tools.ts";
import { isLoopbackHost } from "./secure_endpoint.ts";

const PATH = "/internal/application_secrets";

/**
 * Who a program is to a provider, in the form that Google gave its client
 * files: `{"installed": {"auth_uri", "token_uri", "client_id",
 * "client_secret", "redirect_uris"}}`.
 */
export interface ApplicationSecrets {
  /** Where a person says yes. */
  authorizationEndpoint?: string;
  /** Where codes and refresh tokens become tokens. */
  tokenEndpoint?: string;
  /** Where tokens are ended. */
  revocationEndpoint?: string;
  /** The issuer of the tokens. */
  issuer?: string;
  /** Who the program is. */
  clientId?: string;
  /** What is called a secret. */
  clientSecret?: string;
  /** Where the browser may be sent back to. */
  redirectUris: string[];
}

/** Reads what a service or a configuration says; what is no text is left out. */
export function parseApplicationSecrets(
  value: Json | undefined,
): ApplicationSecrets | undefined {
  const hasKey = isJsonObject(value) && Object.hasOwn(value, "installed");
  const installed = hasKey ? value.installed : undefined;
  if (!isJsonObject(installed)) return undefined;
  const uris = Object.hasOwn(installed, "redirect_uris")
    ? installed.redirect_uris
    : undefined;
  const isText = (uri: Json) => typeof uri === "string";
  return {
    redirectUris: Array.isArray(uris) ? uris.filter(isText) : [],
    authorizationEndpoint: ownText(installed, "auth_uri"),
    tokenEndpoint: ownText(installed, "token_uri"),
    revocationEndpoint: ownText(installed, "revocation_uri"),
    issuer: ownText(installed, "issuer"),
    clientId: ownText(installed, "client_id"),
    clientSecret: ownText(installed, "client_secret"),
  };
}

/**
 * Where a service keeps its application secrets: at the host that its API
 * document came from, by https unless that is this machine.
 *
 * @throws {RefusedError} when the document names no usable address
 */
export function applicationSecretsUrl(document: ApiDocument): string {
  const address = URL.canParse(document.url) ? document.url : baseUrl(document);
  const url = new URL(PATH, address);
  if (!isLoopbackHost(url.hostname)) url.protocol = "https:";
  return url.href;
}

/**
 * Asks a service for its application secrets.
 *
 * @returns undefined when it has none: it does not know the path, as the
 * gateways of services say in several ways, or answers something else
 * @throws {NetworkError} when it does not answer
 */
export async function readApplicationSecrets(
  tools: AuthTools,
  url: string,
): Promise<ApplicationSecrets | undefined> {
  try {
    const found = await fetchObject(tools, url, "application secrets");
    return parseApplicationSecrets(found);
  } catch (error) {
    const isNone = error instanceof HcaError && !error.retryable &&
      !(error instanceof NetworkError) && !(error instanceof CancelledError);
    if (!isNone) throw error;
    tools.runtime.log("DEBUG", `no application secrets: ${error.message}`);
    return undefined;
  }
}

/**
 * The application secrets of a configuration, unless they are for another
 * provider than the API document names.
 */
export function configuredSecrets(
  config: JsonObject,
  scheme: OAuthScheme | undefined,
): ApplicationSecrets | undefined {
  const key = APPLICATION_SECRETS_KEY;
  const value = Object.hasOwn(config, key) ? config[key] : undefined;
  const secrets = parseApplicationSecrets(value);
  const origin = (url: string | undefined) => url && URL.parse(url)?.origin;
  const theirs = origin(secrets?.authorizationEndpoint);
  const named = origin(
    scheme?.authorizationUrl ?? scheme?.openIdConnectUrl ?? scheme?.issuer,
  );
  return theirs === undefined || named === undefined || theirs === named
    ? secrets
    : undefined;
}
