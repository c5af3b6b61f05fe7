/** A request as the receiver got it. */
export interface Received {
  method: string;
  /** Path and query. */
  target: string;
  headers: Headers;
  bytes: Uint8Array<ArrayBuffer>;
}

/** A receiver of notifications on a port of this machine. */
export class Webhook implements AsyncDisposable {
  /** Every request, in order. */
  readonly received: Received[] = [];
  /** What each request is answered; default: 200. */
  answer: (request: Received) => Response | Promise<Response> = () =>
    new Response("thanks");
  /** Where it is, without a path. */
  readonly origin: string;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  /** Listens on a free port. */
  constructor() {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      async (request) => {
        const { pathname, search } = new URL(request.url);
        const received = {
          method: request.method,
          target: `${pathname}${search}`,
          headers: request.headers,
          bytes: await request.bytes(),
        };
        this.received.push(received);
        return await this.answer(received);
      },
    );
    this.origin = `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** An address to be notified at. */
  get url(): string {
    return `${this.origin}/hook?a=b`;
  }

  /** The JSON of each request, without what differs each time. */
  payloads(): Record<string, unknown>[] {
    return this.received.map(({ bytes }) =>
      JSON.parse(new TextDecoder().decode(bytes))
    );
  }

  /** Ends the receiver. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
