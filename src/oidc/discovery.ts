import { SCOPES } from "./scopes.ts";

/**
 * What the provider says of itself (OpenID Connect Discovery 1.0, section 4;
 * RFC 8414, section 2; RFC 9207, section 3).
 */
export function discoveryDocument(issuer: string): unknown {
  const clientAuthentication = [
    "none",
    "client_secret_basic",
    "client_secret_post",
  ];
  return {
    issuer,
    authorization_endpoint: `${issuer}oauth/authorize`,
    token_endpoint: `${issuer}oauth/token`,
    revocation_endpoint: `${issuer}oauth/revoke`,
    userinfo_endpoint: `${issuer}oauth/userinfo`,
    jwks_uri: `${issuer}.well-known/jwks.json`,
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    grant_types_supported: ["authorization_code", "refresh_token"],
    code_challenge_methods_supported: ["S256"],
    authorization_response_iss_parameter_supported: true,
    scopes_supported: Object.keys(SCOPES),
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    token_endpoint_auth_methods_supported: clientAuthentication,
    revocation_endpoint_auth_methods_supported: clientAuthentication,
    claims_supported: CLAIMS,
    claims_parameter_supported: false,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
  };
}

const CLAIMS = [
  ...["iss", "sub", "aud", "iat", "exp", "auth_time", "nonce"],
  ...["email", "email_verified"],
  "https://auth.data.humancellatlas.org/email",
  "https://auth.data.humancellatlas.org/group",
];
