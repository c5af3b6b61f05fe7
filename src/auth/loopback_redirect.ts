import { isLoopbackHost } from "./secure_endpoint.ts";

/** Where this machine receives the browser. */
export interface LoopbackPlace {
  /** The address to listen on. */
  host: string;
  /** The port to listen on; 0 takes a free one. */
  port: number;
  /** The redirect URI once the port is known. */
  redirectUri: (port: number) => string;
}

const DEFAULT_URI = "http://127.0.0.1/";

/**
 * Which redirect URI to use. RFC 8252, section 7.3, lets a program choose any
 * port: it does so with what the provider lists without a port, or with
 * `http://127.0.0.1/`. A URI that is listed with a port is used as it is,
 * because such a provider compares every character.
 *
 * @param listed the redirect URIs that the provider knows
 * @param port the one that the user wants
 */
export function planLoopback(
  listed: readonly string[],
  port?: number,
): LoopbackPlace {
  const uris = listed.filter(isLoopbackUri);
  const open = uris.filter((uri) => portOf(uri) === undefined);
  const uri = open.find((uri) => uri.startsWith("http://127.")) ?? open[0] ??
    uris[0] ?? DEFAULT_URI;
  const ownPort = portOf(uri);
  const host = listenHost(new URL(uri).hostname);
  if (ownPort !== undefined && (port === undefined || port === ownPort)) {
    return { host, port: ownPort, redirectUri: () => uri };
  }
  const redirectUri = (port: number) => uri.replace(AUTHORITY, `$1:${port}`);
  return { host, port: port ?? 0, redirectUri };
}

// The host with or without a port, as it is written.
const AUTHORITY = /^(http:\/\/(?:\[[^\]]*\]|[^/?#:]+))(?::\d+)?/;

function isLoopbackUri(uri: string): boolean {
  const url = URL.parse(uri);
  return url?.protocol === "http:" && isLoopbackHost(url.hostname) &&
    url.username === "" && url.password === "" && AUTHORITY.test(uri) &&
    !uri.includes("#");
}

function portOf(uri: string): number | undefined {
  const port = /^http:\/\/[^/?#]*:(\d+)(?:[/?#]|$)/.exec(uri)?.[1];
  return port === undefined ? undefined : Number(port);
}

// A name is looked up in two address families, of which one is enough.
function listenHost(hostname: string): string {
  if (hostname.startsWith("[")) return hostname.slice(1, -1);
  return hostname.startsWith("127.") ? hostname : "127.0.0.1";
}
