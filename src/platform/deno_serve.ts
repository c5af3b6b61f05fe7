import { LocalError } from "../base/mod.ts";
import { localError } from "./local_error.ts";

/** How to listen. */
export interface ServeOptions {
  /** The address, as in `127.0.0.1`. */
  host: string;
  /** The port; 0 takes a free one. */
  port: number;
  /** Certificate chain and private key, both PEM; without them plain http. */
  tls?: { cert: string; key: string };
  /** Ends the server, after the requests under way. */
  signal: AbortSignal;
  /** Told the address once the server listens. */
  onListen: (address: { host: string; port: number }) => void;
}

/**
 * Serves a handler until the signal ends it; then no new connection is taken
 * and the requests under way are finished.
 *
 * @throws {LocalError} when the address cannot be had
 */
export async function serve(
  handler: (request: Request) => Promise<Response>,
  { host, port, tls, signal, onListen }: ServeOptions,
): Promise<void> {
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve({
      hostname: host,
      port,
      ...tls,
      onListen: (address) =>
        onListen({ host: address.hostname, port: address.port }),
    }, (request, info) => {
      useOwnSignal(request, info);
      return handler(request);
    });
  } catch (cause) {
    if (cause instanceof Deno.errors.AddrInUse) {
      throw new LocalError(
        `cannot listen on ${host}:${port}: another program does`,
        { reason: "busy", cause, hint: "Choose another --port." },
      );
    }
    if (tls !== undefined && !(cause instanceof Deno.errors.PermissionDenied)) {
      throw new LocalError(
        "the certificate or its private key cannot be used",
        { cause, hint: "Both are PEM; the key has no password." },
      );
    }
    throw localError("cannot listen on", `${host}:${port}`, cause);
  }
  const stop = () => void server.shutdown();
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  await server.finished;
}

/**
 * Gives a request a signal that is aborted when its answer could not be sent.
 * Deno's own one is aborted after every answer, and Deno says so on standard
 * error, in the middle of the log.
 */
function useOwnSignal(
  request: Request,
  info: { readonly completed: Promise<void> },
): void {
  let controller: AbortController | undefined;
  const get = (): AbortSignal => {
    if (controller === undefined) {
      const made = new AbortController();
      info.completed.catch(() => made.abort());
      controller = made;
    }
    return controller.signal;
  };
  Object.defineProperty(request, "signal", { get });
}
