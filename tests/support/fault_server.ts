/**
 * An HTTP/1.1 server over raw TCP that misbehaves on demand: what a web
 * framework would never send (short bodies, silence, broken framing) and what
 * it would never show (the request target byte for byte).
 *
 * @module
 */

/** A request as it came over the wire. */
export interface WireRequest {
  method: string;
  /** The request target, not decoded. */
  target: string;
  headers: Headers;
  body: string;
}

/** The server's end of one connection. */
export interface Wire {
  /** Sends text (UTF-8) or bytes. */
  send(data: string | Uint8Array): Promise<void>;
  /** Resolves when the peer has closed the connection. */
  closedByPeer(): Promise<void>;
}

/** What a path does; the connection is closed afterwards. */
export type Route = (request: WireRequest, wire: Wire) => Promise<void>;

/** A server on a free port of the loopback interface. */
export class FaultServer implements AsyncDisposable {
  /** Every request, in order of arrival. */
  readonly requests: WireRequest[] = [];
  readonly #routes: Map<string, Route[]>;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #connections = new Set<Deno.TcpConn>();
  readonly #tasks: Promise<void>[] = [];

  /** Plays the routes of each path in order; the last one stays. */
  constructor(routes: Record<string, Route | Route[]>) {
    this.#routes = new Map(
      Object.entries(routes).map(([path, value]) => [path, [value].flat()]),
    );
    this.#tasks.push(this.#accept());
  }

  /** `http://127.0.0.1:port`. */
  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The port. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** Closes everything and waits until nothing is running. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) close(connection);
    await Promise.all(this.#tasks);
  }

  async #accept(): Promise<void> {
    for await (const connection of this.#listener) {
      this.#connections.add(connection);
      this.#tasks.push(this.#serve(connection));
    }
  }

  async #serve(connection: Deno.TcpConn): Promise<void> {
    try {
      const request = await readRequest(connection);
      if (request === undefined) return;
      this.requests.push(request);
      await this.#routeOf(request)(request, wireOf(connection));
    } catch (error) {
      // The peer went away, which is what some of the tests are about.
      if (!isClosed(error)) throw error;
    } finally {
      this.#connections.delete(connection);
      close(connection);
    }
  }

  #routeOf({ target }: WireRequest): Route {
    const routes = this.#routes.get(target.split("?", 1)[0] ?? "") ?? [];
    const route = routes.length > 1 ? routes.shift() : routes[0];
    return route ?? answers({ status: 404 });
  }
}

/** An answer with a body and the right length, or another one. */
export function answers(
  { status = 200, headers = {}, body = "", lengthBytes }: {
    status?: number;
    headers?: Record<string, string>;
    body?: string | Uint8Array;
    /** The length to announce; default: the true one. */
    lengthBytes?: number;
  } = {},
): Route {
  const bytes = typeof body === "string"
    ? new TextEncoder().encode(body)
    : body;
  return async (request, wire) => {
    await wire.send(
      headOf(status, {
        "content-length": String(lengthBytes ?? bytes.length),
        ...headers,
      }),
    );
    if (request.method !== "HEAD") await wire.send(bytes);
  };
}

/** A redirect. */
export function redirects(
  status: number,
  location: string,
  headers: Record<string, string> = {},
): Route {
  return answers({ status, headers: { location, ...headers } });
}

/** A chunked answer that ends without its last chunk. */
export function cutsChunks(...chunks: string[]): Route {
  return async (_request, wire) => {
    await wire.send(headOf(200, { "transfer-encoding": "chunked" }));
    for (const chunk of chunks) {
      await wire.send(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
    }
  };
}

/** Takes the request and says nothing until the client gives up. */
export function saysNothing(onGone: () => void = () => {}): Route {
  return async (_request, wire) => {
    await wire.closedByPeer();
    onGone();
  };
}

/** Sends the start of a body and then nothing until the client gives up. */
export function stallsAfter(
  body: string,
  { lengthBytes, onGone = () => {} }: {
    lengthBytes: number;
    onGone?: () => void;
  },
): Route {
  return async (_request, wire) => {
    await wire.send(headOf(200, { "content-length": String(lengthBytes) }));
    await wire.send(body);
    await wire.closedByPeer();
    onGone();
  };
}

/** Exactly these bytes. */
export function sendsRaw(text: string): Route {
  return (_request, wire) => wire.send(text);
}

/** Closes the connection without a word. */
export const hangsUp: Route = () => Promise.resolve();

function headOf(status: number, headers: Record<string, string>): string {
  const fields = Object.entries(headers).map(([name, value]) =>
    `${name}: ${value}\r\n`
  );
  return `HTTP/1.1 ${status} ${REASONS[status] ?? "Status"}\r\n` +
    `${fields.join("")}connection: close\r\n\r\n`;
}

const REASONS: Record<number, string> = {
  200: "OK",
  301: "Moved Permanently",
  302: "Found",
  404: "Not Found",
  503: "Service Unavailable",
};

async function readRequest(
  connection: Deno.TcpConn,
): Promise<WireRequest | undefined> {
  let text = "";
  const buffer = new Uint8Array(16_384);
  const more = async () => {
    const count = await connection.read(buffer);
    // Latin-1 keeps each byte, so that lengths and odd targets stay true.
    if (count !== null) {
      text += String.fromCharCode(...buffer.subarray(0, count));
    }
    return count !== null;
  };
  while (!text.includes("\r\n\r\n")) if (!await more()) return undefined;
  const end = text.indexOf("\r\n\r\n");
  const [line = "", ...fields] = text.slice(0, end).split("\r\n");
  const headers = new Headers(
    fields.map((field): [string, string] => {
      const colon = field.indexOf(":");
      return [field.slice(0, colon), field.slice(colon + 1).trim()];
    }),
  );
  const lengthBytes = Number(headers.get("content-length") ?? 0);
  while (text.length < end + 4 + lengthBytes) if (!await more()) break;
  const [method = "", target = ""] = line.split(" ");
  return { method, target, headers, body: text.slice(end + 4) };
}

function wireOf(connection: Deno.TcpConn): Wire {
  return {
    async send(data) {
      const bytes = typeof data === "string"
        ? new TextEncoder().encode(data)
        : data;
      for (let done = 0; done < bytes.length;) {
        done += await connection.write(bytes.subarray(done));
      }
    },
    async closedByPeer() {
      const buffer = new Uint8Array(1024);
      try {
        while (await connection.read(buffer) !== null);
      } catch (error) {
        if (!isClosed(error)) throw error;
      }
    },
  };
}

function isClosed(error: unknown): boolean {
  return error instanceof Deno.errors.BadResource ||
    error instanceof Deno.errors.Interrupted ||
    error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionAborted;
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    return;
  }
}
