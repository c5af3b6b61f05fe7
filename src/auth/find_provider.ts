import {
  AuthError,
  CancelledError,
  HcaError,
  type JsonObject,
} from "../base/mod.ts";
import { redactUrl } from "../http/mod.ts";
import {
  type ApiDocument,
  type OAuthScheme,
  oauthSchemes,
} from "../swagger/mod.ts";
import {
  type ApplicationSecrets,
  applicationSecretsUrl,
  configuredSecrets,
  readApplicationSecrets,
} from "./application_secrets.ts";
import type { AuthTools } from "./auth_tools.ts";
import {
  type DiscoveredProvider,
  discoverProvider,
  issuersOfConfiguration,
} from "./discovery.ts";
import { OLD_ISSUER } from "./old_constants.ts";
import type { Provider } from "./provider.ts";
import { secureEndpoint } from "./secure_endpoint.ts";
import { serviceAudience, wantedScopes } from "./token_wishes.ts";

const TOKEN_HINT = "With a token from elsewhere, 'hca dss login " +
  "--access-token -' does without.";

/** A provider and what its answers are checked with. */
export interface FoundProvider extends Provider {
  /** Where its public keys are, when it says so. */
  jwksUri?: string;
  /** Whether it names itself in every answer (RFC 9207). */
  sendsIssuer: boolean;
}

/** Of what was found, the part that is kept with a login. */
export function providerToKeep(found: FoundProvider): Provider {
  const { jwksUri: _keys, sendsIssuer: _names, ...provider } = found;
  return provider;
}

/** Where the provider of a service is looked for. */
export interface ProviderPlaces {
  /** The service's API document. */
  document: ApiDocument;
  /** Where its application secrets are. Default: at the document's host. */
  secretsUrl?: string;
  /** The merged configuration. */
  config: JsonObject;
}

/** What is known before the provider itself is asked. */
interface Known {
  scheme: OAuthScheme | undefined;
  secrets: ApplicationSecrets | undefined;
}

/**
 * Who gives tokens for a service. Endpoints come from its application secrets
 * (they belong to the client id), else from its API document, else from the
 * provider's own OpenID configuration; issuer, audience and scopes from the
 * document, else from the others; what nobody says is as the old client had
 * it. Where the service has no application secrets, those in the
 * configuration stand in.
 *
 * The issuer is `x-google-issuer` or `openIdConnectUrl` of the document, else
 * that of the secrets, else the origin of the authorization endpoint when
 * that answers as an OpenID provider.
 *
 * @throws {AuthError} saying what is missing: a client id or an endpoint
 * @throws {RefusedError} when an endpoint is not secure, or the provider is
 * another one than the document says
 * @throws {NetworkError | ServiceError} when one that is needed fails
 */
export async function findProvider(
  tools: AuthTools,
  places: ProviderPlaces,
): Promise<FoundProvider> {
  const { document, config } = places;
  const [scheme] = oauthSchemes(document);
  const url = places.secretsUrl ?? applicationSecretsUrl(document);
  const secrets = await readApplicationSecrets(tools, url) ??
    configuredSecrets(config, scheme);
  const clientId = secrets?.clientId;
  if (clientId === undefined) throw missing("client id", url);
  const discovered = await discover(tools, { scheme, secrets });
  const provider = merge({ scheme, secrets }, discovered);
  for (const end of ["authorizationEndpoint", "tokenEndpoint"] as const) {
    if (provider[end] === "") throw missing(END_NAMES[end], url);
    provider[end] = secureEndpoint(provider[end], END_NAMES[end]).href;
  }
  const audience = serviceAudience(document, config);
  return { ...provider, clientId, audience };
}

const END_NAMES = {
  authorizationEndpoint: "authorization endpoint",
  tokenEndpoint: "token endpoint",
};

function missing(what: string, secretsUrl: string): AuthError {
  return new AuthError(
    `the service does not say how to sign in to it: no ${what} in ` +
      `${redactUrl(secretsUrl)}, in its API document or in the configuration`,
    { hint: TOKEN_HINT },
  );
}

/** What the provider says of itself; undefined when nothing more is needed. */
async function discover(
  tools: AuthTools,
  known: Known,
): Promise<DiscoveredProvider | undefined> {
  const { issuers, isNamed } = candidates(known);
  try {
    return await discoverProvider(tools, issuers);
  } catch (error) {
    const { authorizationEndpoint, tokenEndpoint } = merge(known, undefined);
    const isEnough = authorizationEndpoint !== "" && tokenEndpoint !== "";
    if (!mayDoWithout(error, isNamed) || !isEnough) throw error;
    tools.runtime.log(
      "DEBUG",
      `no OpenID configuration of the provider: ${error.message}`,
    );
    return undefined;
  }
}

/** Whether a provider may be used that did not describe itself. */
function mayDoWithout(error: unknown, isNamed: boolean): error is HcaError {
  if (!(error instanceof HcaError) || error instanceof CancelledError) {
    return false;
  }
  // One that was named and says that it is another one is not to be trusted.
  return !isNamed || error.code !== "refused";
}

/** The issuers that it may be, and whether anybody has named it. */
function candidates(known: Known): { issuers: string[]; isNamed: boolean } {
  const { scheme, secrets } = known;
  const issuer = namedIssuer(known);
  if (issuer !== undefined) return { issuers: [issuer], isNamed: true };
  const configuration = scheme?.openIdConnectUrl;
  if (configuration !== undefined) {
    return { issuers: issuersOfConfiguration(configuration), isNamed: true };
  }
  const endpoint = secrets?.authorizationEndpoint ?? scheme?.authorizationUrl;
  const origin = endpoint && URL.parse(endpoint)?.origin;
  if (!origin) return { issuers: [OLD_ISSUER], isNamed: true };
  return { issuers: [`${origin}/`, origin], isNamed: false };
}

/** Of a service account it is an e-mail address, and none to ask. */
function namedIssuer({ scheme, secrets }: Known): string | undefined {
  return URL.canParse(scheme?.issuer ?? "") ? scheme?.issuer : secrets?.issuer;
}

type Merged = Omit<FoundProvider, "clientId" | "audience">;

/** Everything that is said, "" for an endpoint that nobody names. */
function merge(
  known: Known,
  discovered: DiscoveredProvider | undefined,
): Merged {
  const { scheme, secrets } = known;
  const issuer = discovered?.issuer ?? namedIssuer(known);
  const revocationEndpoint = secrets?.revocationEndpoint ??
    discovered?.revocationEndpoint;
  return {
    authorizationEndpoint: secrets?.authorizationEndpoint ??
      scheme?.authorizationUrl ?? discovered?.authorizationEndpoint ?? "",
    tokenEndpoint: secrets?.tokenEndpoint ?? scheme?.tokenUrl ??
      discovered?.tokenEndpoint ?? "",
    redirectUris: secrets?.redirectUris ?? [],
    scopes: wantedScopes(scheme),
    sendsIssuer: discovered?.sendsIssuer ?? false,
    ...(issuer !== undefined && { issuer }),
    ...(revocationEndpoint !== undefined && { revocationEndpoint }),
    ...(discovered?.jwksUri !== undefined && { jwksUri: discovered.jwksUri }),
    ...(secrets?.clientSecret !== undefined && {
      clientSecret: secrets.clientSecret,
    }),
  };
}
