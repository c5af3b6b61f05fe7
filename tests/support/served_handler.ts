import { serve } from "../../src/platform/deno_serve.ts";

/** A handler on a port of this machine, until it is disposed of. */
export interface ServedHandler extends AsyncDisposable {
  /** The port; the address is 127.0.0.1. */
  readonly port: number;
}

/** Serves a handler as `hca local serve` does, on a free port. */
export async function serveHandler(
  handler: (request: Request) => Promise<Response>,
): Promise<ServedHandler> {
  const stop = new AbortController();
  const listening = Promise.withResolvers<number>();
  const serving = serve(handler, {
    host: "127.0.0.1",
    port: 0,
    signal: stop.signal,
    onListen: ({ port }) => listening.resolve(port),
  });
  return {
    port: await listening.promise,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await serving;
    },
  };
}
