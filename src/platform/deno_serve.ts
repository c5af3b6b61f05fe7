import { LocalError } from "../base/mod.ts";
import { localError } from "./local_error.ts";

/** How to listen. */
export interface ServeOptions {
  /** The address, as in `127.0.0.1`. */
  host: string;
  /** The port; 0 takes a free one. */
  port: number;
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
  { host, port, signal, onListen }: ServeOptions,
): Promise<void> {
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve({
      hostname: host,
      port,
      onListen: (address) =>
        onListen({ host: address.hostname, port: address.port }),
    }, handler);
  } catch (cause) {
    if (cause instanceof Deno.errors.AddrInUse) {
      throw new LocalError(
        `cannot listen on ${host}:${port}: another program does`,
        { reason: "busy", cause, hint: "Choose another --port." },
      );
    }
    throw localError("cannot listen on", `${host}:${port}`, cause);
  }
  const stop = () => void server.shutdown();
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  await server.finished;
}
