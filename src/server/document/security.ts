import type { ApiKeyScheme } from "./types.ts";

/** The name of the one way to prove who asks. */
const SCHEME_NAME = "dcpAuth";

const DESCRIPTION = `\`Bearer\` and a JSON Web Token (RFC 7519). Claims:
- \`iss\`: the service's OpenID provider, or a trusted service account, which is then \`sub\` too
- \`aud\`: one of the audiences that the service is set up for, which need not be its host name
- \`scope\`: must be there; no particular scope is needed
- \`https://auth.data.humancellatlas.org/group\`: the caller's group, one string
- \`https://auth.data.humancellatlas.org/email\` or \`email\`: the caller's email address`;

/** The ways to prove who asks, by name. */
export function securityDefinitions(): Record<string, ApiKeyScheme> {
  return {
    [SCHEME_NAME]: {
      type: "apiKey",
      in: "header",
      name: "Authorization",
      description: DESCRIPTION,
    },
  };
}

/** The `security` of an operation that needs a token. */
export function secured(): Record<string, string[]>[] {
  return [{ [SCHEME_NAME]: [] }];
}
