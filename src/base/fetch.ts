/**
 * The seam between hca and every service: a function of the shape of the web
 * standard `fetch` (WHATWG Fetch, section 5.6). The embedded service, a test
 * and the network all fit behind it.
 */
export type Fetch = (request: Request) => Promise<Response>;
