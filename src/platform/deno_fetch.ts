import type { Fetch } from "../base/mod.ts";

// Idle connections kept per host. More than the parallel transfers of a run
// would never be used; fewer would reconnect for each file.
const IDLE_PER_HOST = 64;

/**
 * The network, through Deno's fetch over HTTP/1.1: for many small files over
 * TLS the runtime's HTTP/2 reaches less than half the rate. Proxies
 * (`HTTPS_PROXY`, `NO_PROXY`) and certificates (`DENO_CERT`,
 * `DENO_TLS_CA_STORE`) are the runtime's own settings.
 */
export function createDenoFetch(): Fetch & Disposable {
  const open = () =>
    Deno.createHttpClient({
      http1: true,
      http2: false,
      poolMaxIdlePerHost: IDLE_PER_HOST,
    });
  // Opened at the first request, so that a command which sends none pays
  // nothing.
  let client: Deno.HttpClient | undefined;
  const send = (request: Request): Promise<Response> =>
    fetch(request, { client: client ??= open() });
  return Object.assign(send, {
    [Symbol.dispose]() {
      client?.close();
      client = undefined;
    },
  });
}
