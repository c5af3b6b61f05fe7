import { ACCEPTED_AUDIENCES } from "../embedded_address.ts";
import type { OAuth2Scheme, Scheme } from "./types.ts";

/** The name of the one way to prove who asks. */
const SCHEME_NAME = "dcpAuth";

const DESCRIPTION = `\`Bearer\` and a JSON Web Token (RFC 7519). Claims:
- \`iss\`: the service's OpenID provider, or a trusted service account, which is then \`sub\` too
- \`aud\`: one of the audiences that the service is set up for, which need not be its host name
- \`scope\`: must be there; no particular scope is needed
- \`https://auth.data.humancellatlas.org/group\`: the caller's group, one string
- \`https://auth.data.humancellatlas.org/email\` or \`email\`: the caller's email address`;

/**
 * The ways to prove who asks, by name, for a service at an address. The
 * extensions (Google Cloud Endpoints, "x-google-issuer" and its like) say who
 * issues tokens, with which keys, for which audiences.
 */
export function securityDefinitions(
  { host, scheme }: { host: string; scheme: Scheme },
): Record<string, OAuth2Scheme> {
  const issuer = `${scheme}://${host}/`;
  return {
    [SCHEME_NAME]: {
      type: "oauth2",
      flow: "accessCode",
      description: DESCRIPTION,
      authorizationUrl: `${issuer}oauth/authorize`,
      tokenUrl: `${issuer}oauth/token`,
      scopes: {
        openid: "Say who you are.",
        email: "Say your email address.",
        offline_access: "Stay logged in.",
      },
      "x-google-issuer": issuer,
      "x-google-jwks_uri": `${issuer}.well-known/jwks.json`,
      "x-google-audiences": ACCEPTED_AUDIENCES.join(","),
    },
  };
}

/** The `security` of an operation that needs a token. */
export function secured(): Record<string, string[]>[] {
  return [{ [SCHEME_NAME]: [] }];
}
