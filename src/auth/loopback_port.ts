import { type Clock, LocalError } from "../base/mod.ts";
import type { LoopbackPlace } from "./loopback_redirect.ts";

// Somebody who connected and says nothing is not waited for.
const GOODBYE_MS = 2_000;

type Handler = (request: Request) => Promise<Response>;

/** Serves a handler on a port until the signal ends it. */
export type Serve = (
  handler: Handler,
  options: {
    host: string;
    port: number;
    signal: AbortSignal;
    onListen: (address: { host: string; port: number }) => void;
  },
) => Promise<void>;

/** A port of this machine, open until it is disposed. */
export class LoopbackPort implements AsyncDisposable {
  /** Its number. */
  readonly number: number;
  /** Answers what comes; requests wait until there is somebody to do so. */
  readonly answerWith: (handler: Handler) => void;
  readonly #close: () => Promise<void>;

  private constructor(
    number: number,
    answerWith: (handler: Handler) => void,
    close: () => Promise<void>,
  ) {
    this.number = number;
    this.answerWith = answerWith;
    this.#close = close;
  }

  /**
   * Opens the port of a place.
   *
   * @throws {LocalError} when it cannot be had
   */
  static async open(
    serve: Serve,
    { host, port }: LoopbackPlace,
    clock: Clock,
  ): Promise<LoopbackPort> {
    const ending = new AbortController();
    const handler = Promise.withResolvers<Handler>();
    const listening = Promise.withResolvers<number>();
    const serving = serve(async (request) => (await handler.promise)(request), {
      host,
      port,
      signal: ending.signal,
      onListen: (address) => listening.resolve(address.port),
    });
    serving.catch((error) => listening.reject(withHint(error)));
    const number = await listening.promise;
    return new LoopbackPort(number, handler.resolve, async () => {
      ending.abort();
      const waiting = new AbortController();
      const over = clock.sleep(GOODBYE_MS, waiting.signal);
      await Promise.race([serving, over]);
      waiting.abort();
    });
  }

  /** Closes it after the requests under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}

function withHint(error: unknown): unknown {
  if (!(error instanceof LocalError) || error.reason !== "busy") return error;
  return new LocalError(error.message, {
    reason: "busy",
    cause: error,
    hint: "End that program, choose another --port if the provider allows " +
      "any, or use 'hca dss login --remote'.",
  });
}
