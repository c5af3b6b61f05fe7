/**
 * The host of the embedded service in process. Names below `localhost` never
 * leave the machine (RFC 6761, section 6.3), and nothing is ever sent there.
 */
export const EMBEDDED_HOST = "dss.hca.localhost";

/** Its origin. */
export const EMBEDDED_ORIGIN = `http://${EMBEDDED_HOST}`;

/** Who issues the tokens that a store makes without being asked by HTTP. */
export const EMBEDDED_ISSUER = `${EMBEDDED_ORIGIN}/`;

/** The audience of every store, whatever address it is served at. */
export const STORE_AUDIENCE = "https://dss.hca.localhost/";

/**
 * The audiences that a store takes a token for: its own, and the one that the
 * old client writes into the token of a service account, whatever the service
 * (the DSS takes it on every stage as well).
 */
export const ACCEPTED_AUDIENCES = [
  STORE_AUDIENCE,
  "https://dev.data.humancellatlas.org/",
] as const;
