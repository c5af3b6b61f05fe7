/** Who gave tokens for the atlas, as OpenID Connect names it. */
export const OLD_ISSUER = "https://humancellatlas.auth0.com/";

/**
 * The audience that the old client asked for, whatever the deployment; every
 * deployment of the atlas accepts it.
 */
export const OLD_AUDIENCE = "https://dev.data.humancellatlas.org/";

/** The scopes that the old client asked for. */
export const OLD_SCOPES: readonly string[] = [
  "openid",
  "email",
  "offline_access",
];

/** The claim in which the atlas keeps the group of a person. */
export const GROUP_CLAIM = "https://auth.data.humancellatlas.org/group";

/** The claim in which the atlas keeps the address of a person. */
export const EMAIL_CLAIM = "https://auth.data.humancellatlas.org/email";
