import type { Fetch } from "../base/mod.ts";
import type { Handler } from "./handler.ts";

/**
 * The address of a service that runs inside this process. Names below
 * `localhost` never leave the machine (RFC 6761, section 6.3), and nothing
 * is ever sent there.
 */
export const EMBEDDED_ORIGIN = "http://dss.hca.localhost";

/** Where the embedded service has its API document. */
export const EMBEDDED_SWAGGER_URL = `${EMBEDDED_ORIGIN}/v1/swagger.json`;

/** A fetch that gives one origin to a handler and the rest to the network. */
export function embeddedFetch(handler: Handler, network: Fetch): Fetch {
  return async (request) => {
    if (new URL(request.url).origin !== EMBEDDED_ORIGIN) {
      return await network(request);
    }
    request.signal.throwIfAborted();
    return await handler(request);
  };
}
