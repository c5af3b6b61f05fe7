import { LocalError } from "../base/mod.ts";
import { denoClock } from "./deno_clock.ts";
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
  /** Told why nobody else is let in for a moment. */
  onRefusing?: (why: LocalError) => void;
}

// How long nobody is let in after the last file descriptor was taken.
const PAUSE_MS = 500;

type Handler = (request: Request) => Promise<Response>;

/**
 * Serves a handler until the signal ends it; then no new connection is taken
 * and the requests under way are finished. While there are no file
 * descriptors left, nobody else is let in; those who are in are served.
 *
 * @throws {LocalError} when the address cannot be had
 */
export async function serve(
  handler: Handler,
  options: ServeOptions,
): Promise<void> {
  const { signal, onListen, onRefusing = () => {} } = options;
  const leaving: Promise<void>[] = [];
  let server = listen(handler, options);
  const { addr: { hostname, port } } = server;
  onListen({ host: hostname, port });
  while (true) {
    const refused = await whyEnded(server, signal);
    // The runtime takes no more connections then, but keeps those it has.
    leaving.push(server.shutdown());
    if (refused === undefined) break;
    onRefusing(refused);
    const again = await listenAgain(handler, { ...options, port });
    if (again === undefined) break;
    server = again;
  }
  await Promise.allSettled(leaving);
}

/** Waits for its end; undefined when that was meant. */
async function whyEnded(
  server: Deno.HttpServer,
  signal: AbortSignal,
): Promise<LocalError | undefined> {
  const stop = () => void server.shutdown();
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    await server.finished;
    return undefined;
  } catch (cause) {
    if (signal.aborted) return undefined;
    if (!isOutOfFiles(cause)) {
      throw localError("cannot take", "connections", cause);
    }
    return new LocalError(
      "cannot take more connections: too many open files (see ulimit -n)",
      { reason: "busy", cause },
    );
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function listenAgain(
  handler: Handler,
  options: ServeOptions,
): Promise<Deno.HttpServer<Deno.NetAddr> | undefined> {
  const { signal } = options;
  while (true) {
    await denoClock.sleep(PAUSE_MS, signal);
    if (signal.aborted) return undefined;
    try {
      return listen(handler, options);
    } catch (error) {
      const { cause } = error as LocalError;
      if (!isOutOfFiles(cause)) throw error;
    }
  }
}

// It has neither a class nor a code of its own (EMFILE, ENFILE).
function isOutOfFiles(cause: unknown): boolean {
  return cause instanceof Error && /too many open/i.test(cause.message);
}

function listen(
  handler: Handler,
  { host, port, tls }: ServeOptions,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({
      hostname: host,
      port,
      ...tls,
      onListen: () => {},
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
    if (isNoAddressOfOurs(cause)) {
      throw new LocalError(
        `cannot listen on ${host}:${port}: this machine has no such address`,
        { cause, hint: "Choose another --host; 0.0.0.0 takes all of them." },
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
}

// The name is not known, or its address is another machine's.
function isNoAddressOfOurs(cause: unknown): boolean {
  return cause instanceof Deno.errors.AddrNotAvailable ||
    (cause instanceof Error && cause.message.includes("failed to lookup"));
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
