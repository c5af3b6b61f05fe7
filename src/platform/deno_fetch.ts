import type { Fetch } from "../base/mod.ts";
import { proxyFor } from "./proxy.ts";

// Idle connections kept per host. More than the parallel transfers of a run
// would never be used; fewer would reconnect for each file.
const IDLE_PER_HOST = 64;

/** How {@linkcode createDenoFetch} speaks. */
export interface DenoFetchOptions {
  /** HTTP/2 where the service offers it. Default: HTTP/1.1 only. */
  http2?: boolean;
}

/**
 * The network, through Deno's fetch. Over HTTP/1.1 by default: for many small
 * files over TLS the runtime's HTTP/2 reaches less than half the rate. Proxies
 * (`HTTPS_PROXY`, `NO_PROXY`) and certificates (`DENO_CERT`,
 * `DENO_TLS_CA_STORE`) are the runtime's own settings; a failure on the way
 * through a proxy names it, which the runtime does not.
 */
export function createDenoFetch(
  { http2 = false }: DenoFetchOptions = {},
): Fetch & Disposable {
  const open = () =>
    Deno.createHttpClient({
      http1: true,
      http2,
      poolMaxIdlePerHost: IDLE_PER_HOST,
    });
  // Opened at the first request, so that a command which sends none pays
  // nothing.
  let client: Deno.HttpClient | undefined;
  const send = (request: Request): Promise<Response> =>
    fetch(request, { client: client ??= open() }).catch((error) => {
      throw request.signal.aborted ? error : withProxy(error, request.url);
    });
  return Object.assign(send, {
    [Symbol.dispose]() {
      client?.close();
      client = undefined;
    },
  });
}

function withProxy(error: unknown, url: string): unknown {
  const proxy = proxyFor(new URL(url), environment);
  if (proxy === undefined || !(error instanceof Error)) return error;
  const { message } = error.cause instanceof Error ? error.cause : error;
  // Without a cause, which would be shown in place of this.
  return new TypeError(
    `through the proxy ${proxy.host} (${proxy.variable}): ${message}`,
  );
}

function environment(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}
