import { type JsonObject, quote, RefusedError } from "../base/mod.ts";
import { fetchObject } from "./_fetch_object.ts";
import { ownText } from "./_own_text.ts";
import type { AuthTools } from "./auth_tools.ts";
import { secureEndpoint } from "./secure_endpoint.ts";

const WHAT = "OpenID configuration";
const PATH = "/.well-known/openid-configuration";

/** What a provider says of itself. */
export interface DiscoveredProvider {
  /** Its issuer identifier. */
  issuer: string;
  /** Where a person says yes. */
  authorizationEndpoint?: string;
  /** Where codes and refresh tokens become tokens. */
  tokenEndpoint?: string;
  /** Where tokens are ended (RFC 7009). */
  revocationEndpoint?: string;
  /** Where its public keys are. */
  jwksUri?: string;
  /** Whether it names itself in every answer (RFC 9207, section 3). */
  sendsIssuer: boolean;
}

/**
 * Asks a provider for its configuration (OpenID Connect Discovery 1.0,
 * section 4). The issuer it names must be the one that was asked for: else
 * anyone could speak for another one (section 4.3).
 *
 * @param issuers the issuer; several when only its final slash is not known
 * @throws {RefusedError} when it names another issuer, or an endpoint that is
 * not secure
 * @throws {AuthError | NotFoundError | ServiceError | NetworkError} from there
 */
export async function discoverProvider(
  tools: AuthTools,
  issuers: readonly string[],
): Promise<DiscoveredProvider> {
  const url = `${(issuers[0] ?? "").replace(/\/$/, "")}${PATH}`;
  const found = await fetchObject(tools, url, WHAT);
  const issuer = ownText(found, "issuer") ?? "";
  if (!issuers.includes(issuer)) {
    throw new RefusedError(
      `the ${WHAT} of ${quote(issuers[0] ?? "", 200)} is that of another ` +
        `issuer, ${quote(issuer, 200)}`,
    );
  }
  return { issuer, ...readEndpoints(found) };
}

/**
 * The issuers that the address of a configuration may belong to.
 *
 * @throws {RefusedError} when it is not such an address
 */
export function issuersOfConfiguration(url: string): string[] {
  if (!url.endsWith(PATH)) {
    throw new RefusedError(
      `the address of the ${WHAT} ${quote(url, 200)} does not end in ${PATH}`,
    );
  }
  const issuer = url.slice(0, -PATH.length);
  return [issuer, `${issuer}/`];
}

function readEndpoints(
  found: JsonObject,
): Omit<DiscoveredProvider, "issuer"> {
  const endpoint = (key: string) => {
    const url = ownText(found, key);
    return url && secureEndpoint(url, key.replaceAll("_", " ")).href;
  };
  const authorizationEndpoint = endpoint("authorization_endpoint");
  const tokenEndpoint = endpoint("token_endpoint");
  const revocationEndpoint = endpoint("revocation_endpoint");
  const jwksUri = endpoint("jwks_uri");
  const key = "authorization_response_iss_parameter_supported";
  return {
    sendsIssuer: Object.hasOwn(found, key) && found[key] === true,
    ...(authorizationEndpoint && { authorizationEndpoint }),
    ...(tokenEndpoint && { tokenEndpoint }),
    ...(revocationEndpoint && { revocationEndpoint }),
    ...(jwksUri && { jwksUri }),
  };
}
