import { bundlePaths } from "./bundles.ts";
import { checkoutPaths } from "./checkout.ts";
import { collectionPaths } from "./collections.ts";
import { eventPaths } from "./events.ts";
import { filePaths } from "./files.ts";
import { definitions } from "./schemas.ts";
import { searchPaths } from "./search.ts";
import { securityDefinitions } from "./security.ts";
import { subscriptionPaths } from "./subscriptions.ts";
import type { Scheme, SwaggerDocument } from "./types.ts";

const DESCRIPTION =
  `Stores files and bundles of files in several versions and copies (replicas), and finds them by their metadata.

# Waiting
An operation may answer 301 to itself while it makes data ready: wait as long as \`Retry-After\` says and follow, as often as needed. Errors of the 500s may also say \`Retry-After\`; try those again with growing pauses.

# Pages
A 206 is one page of a longer list. Its \`Link\` header with \`rel="next"\` (RFC 8288) is the address of the next page; the last page is a 200 and has none. \`X-OpenAPI-Paginated-Content-Key\` names the list in the body.

# Versions
A version is a moment in UTC in the format DSS_VERSION: RFC 3339 without the colons of the time, and always with six digits of a second's fraction, as in \`1985-04-12T232050.520000Z\`.

# Errors
An error is \`application/problem+json\` with a \`code\` for programs and a \`title\` for people. Errors from in front of the service may have neither.`;

/** Where a service that the document is for is found. */
export interface ApiDocumentOptions {
  /** Host name, with `:port` when it is not the usual one of the scheme. */
  host: string;
  /** How the host is reached. */
  scheme: Scheme;
  /** The version of the service, for `info.version`. */
  version: string;
}

/**
 * The API document of the DSS, version 1: the operations of data-store
 * (`dss-api.yml`) in their old order, with the answers that the service
 * really gives. Each call returns an object of its own, free to be changed.
 */
export function apiDocument(options: ApiDocumentOptions): SwaggerDocument {
  return {
    swagger: "2.0",
    info: {
      title: "Data Storage Service",
      description: DESCRIPTION,
      version: options.version,
    },
    host: options.host,
    basePath: "/v1",
    schemes: [options.scheme],
    consumes: ["application/json"],
    produces: ["application/json"],
    securityDefinitions: securityDefinitions(options),
    // Clients list their commands in this order.
    paths: {
      ...searchPaths(),
      ...filePaths(),
      ...subscriptionPaths(),
      ...collectionPaths(),
      ...bundlePaths(),
      ...checkoutPaths(),
      ...eventPaths(),
    },
    definitions: definitions(),
  };
}
