/** The key under which the old client keeps a login, for all services. */
export const TOKEN_KEY = "oauth2_token";

/** The key under which the old client keeps what a login needs to be made. */
export const APPLICATION_SECRETS_KEY = "application_secrets";
