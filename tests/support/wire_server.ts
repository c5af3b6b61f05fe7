/**
 * What the test servers share: HTTP/1.1 over raw connections, one request
 * each, with the request's bytes as they came and full say over how the
 * answer ends.
 *
 * @module
 */

/** A request as it came over the wire. */
export interface WireRequest {
  method: string;
  /** The request target, query included, not decoded. */
  target: string;
  headers: Headers;
  body: string;
}

/** The server's end of one connection. */
export class Wire {
  readonly #connection: Deno.Conn;
  readonly #unread: () => boolean;

  constructor(connection: Deno.Conn, unread: () => boolean) {
    this.#connection = connection;
    this.#unread = unread;
  }

  /** Sends text (UTF-8) or bytes. */
  async send(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string"
      ? new TextEncoder().encode(data)
      : data;
    for (let done = 0; done < bytes.length;) {
      done += await this.#connection.write(bytes.subarray(done));
    }
  }

  /** Resolves when the peer has closed the connection. */
  async closedByPeer(): Promise<void> {
    const buffer = new Uint8Array(1024);
    try {
      while (await this.#connection.read(buffer) !== null);
    } catch (error) {
      if (!isClosed(error)) throw error;
    }
  }

  /**
   * Makes the end of the connection a reset: of a request without a body the
   * last byte is read only now, and a socket that is closed with something
   * unread answers with RST instead of FIN.
   */
  reset(): void {
    if (!this.#unread()) throw new Error("this request was read to its end");
    close(this.#connection);
  }
}

/** Connections on a free port, of the loopback interface unless told. */
export abstract class WireServer implements AsyncDisposable {
  readonly #listener: Deno.Listener<Deno.Conn, Deno.NetAddr>;
  readonly #connections = new Set<Deno.Conn>();
  readonly #tasks: Promise<void>[] = [];
  readonly #origin: string;

  /** Listens; with a certificate it speaks TLS. */
  constructor(
    { hostname = "127.0.0.1", tls }: {
      hostname?: string;
      tls?: { cert: string; key: string };
    } = {},
  ) {
    this.#listener = tls === undefined
      ? Deno.listen({ hostname, port: 0 })
      : Deno.listenTls({ hostname, port: 0, ...tls });
    const scheme = tls === undefined ? "http" : "https";
    this.#origin = `${scheme}://${hostname}:${this.port}`;
    this.#tasks.push(this.#accept());
  }

  /** `http://127.0.0.1:port`, or `https:`. */
  get origin(): string {
    return this.#origin;
  }

  /** The port. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** Answers a request; the connection is closed afterwards. */
  protected abstract answer(request: WireRequest, wire: Wire): Promise<void>;

  /** Closes everything and waits until nothing is running. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) close(connection);
    await Promise.all(this.#tasks);
  }

  async #accept(): Promise<void> {
    while (true) {
      let connection: Deno.Conn;
      try {
        connection = await this.#listener.accept();
      } catch (error) {
        // A handshake that failed is the peer's business.
        if (isListenerClosed(error)) return;
        continue;
      }
      this.#connections.add(connection);
      this.#tasks.push(this.#serve(connection));
    }
  }

  async #serve(connection: Deno.Conn): Promise<void> {
    try {
      const head = await readHead(connection);
      if (head === undefined) return;
      const { request, lastByte } = head;
      let isUnread = lastByte;
      const wire = new Wire(connection, () => isUnread);
      await this.answer(request, wire);
      isUnread = false;
      if (lastByte) await connection.read(new Uint8Array(1));
    } catch (error) {
      // The peer went away, which is what some of the tests are about.
      if (!isClosed(error)) throw error;
    } finally {
      this.#connections.delete(connection);
      close(connection);
    }
  }
}

/** Head of an answer, fields without a value left out. */
export function headOf(
  status: number,
  headers: Record<string, string>,
): string {
  const fields = Object.entries(headers).flatMap(([name, value]) =>
    value === "" ? [] : [`${name}: ${value}\r\n`]
  );
  return `HTTP/1.1 ${status} ${REASONS[status] ?? "Status"}\r\n` +
    `${fields.join("")}connection: close\r\n\r\n`;
}

const REASONS: Record<number, string> = {
  200: "OK",
  206: "Partial Content",
  301: "Moved Permanently",
  302: "Found",
  404: "Not Found",
  416: "Range Not Satisfiable",
  503: "Service Unavailable",
};

interface ReadHead {
  request: WireRequest;
  /** Whether the last byte of the head is still unread. */
  lastByte: boolean;
}

/** Reads a request; without a body, all of it but the last byte. */
async function readHead(connection: Deno.Conn): Promise<ReadHead | undefined> {
  let text = "";
  const byte = new Uint8Array(1);
  // Latin-1 keeps each byte, so that lengths and odd targets stay true.
  const more = async () => {
    const count = await connection.read(byte);
    if (count !== null) text += String.fromCharCode(byte[0] ?? 0);
    return count !== null;
  };
  while (!text.endsWith("\r\n\r")) if (!await more()) return undefined;
  const [line = "", ...fields] = text.trimEnd().split("\r\n");
  const headers = new Headers(
    fields.map((field): [string, string] => {
      const colon = field.indexOf(":");
      return [field.slice(0, colon), field.slice(colon + 1).trim()];
    }),
  );
  const [method = "", target = ""] = line.split(" ");
  const lengthBytes = Number(headers.get("content-length") ?? 0);
  const hasBody = lengthBytes > 0;
  if (hasBody) await more();
  text = "";
  while (text.length < lengthBytes) if (!await more()) break;
  return {
    request: { method, target, headers, body: text },
    lastByte: !hasBody,
  };
}

function isListenerClosed(error: unknown): boolean {
  return error instanceof Deno.errors.BadResource ||
    error instanceof Deno.errors.Interrupted;
}

function isClosed(error: unknown): boolean {
  return isListenerClosed(error) ||
    error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionAborted ||
    // A peer that goes away in the middle of TLS, or does not trust us.
    error instanceof Deno.errors.UnexpectedEof ||
    error instanceof Deno.errors.InvalidData;
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    return;
  }
}
