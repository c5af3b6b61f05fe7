/**
 * A file service over raw TCP that serves contents as an object store does
 * (single ranges, `If-Range`, `ETag`) and, where a test says so, otherwise.
 * One request per connection; every request is recorded.
 *
 * @module
 */

/** A request as it arrived. */
export interface ContentRequest {
  method: string;
  /** The target, query included. */
  path: string;
  headers: Headers;
}

/** What is wrong with one answer; nothing, unless said. */
export interface Fault {
  /** Another status, with no content. */
  status?: number;
  /** Header fields besides; an empty value leaves the field out. */
  headers?: Record<string, string>;
  /** Another content for this answer and for those after it. */
  content?: Uint8Array;
  /** Another entity tag for this answer and for those after it; "" is none. */
  etag?: string;
  /** Answers 200 with everything, whatever range was asked. */
  ignoresRange?: boolean;
  /** Answers the range although `If-Range` does not hold. */
  ignoresIfRange?: boolean;
  /** Starts the part so many bytes away from where it was asked. */
  shiftBy?: number;
  /** Sends at most so many bytes of a range, and says so. */
  partBytes?: number;
  /** Changes the bytes on their way. */
  alter?: (part: Uint8Array) => Uint8Array;
  /** How the end of the body is known; default: its length. */
  framing?: "length" | "chunked" | "close";
  /** Ends the connection after so many bytes of the body (of its size). */
  cutAfter?: number | ((sizeBytes: number) => number);
  /** How it ends; default: an orderly FIN. `hang` sends nothing more. */
  end?: "fin" | "reset" | "hang";
  /** Resolves when the answer may begin. */
  gate?: () => Promise<void>;
}

interface Entry {
  bytes: Uint8Array;
  etag: string;
  faults: Fault[];
  always: Fault;
}

/** The service, on a free port of the loopback interface. */
export class ContentServer implements AsyncDisposable {
  /** Every request, in order of arrival. */
  readonly requests: ContentRequest[] = [];
  /** The most requests that waited for their answer at once. */
  peak = 0;
  readonly #entries = new Map<string, Entry>();
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #connections = new Set<Deno.TcpConn>();
  readonly #tasks: Promise<void>[] = [];
  #waiting = 0;

  constructor() {
    this.#tasks.push(this.#accept());
  }

  /** Serves a content; the faults are played in order, then `always`. */
  put(
    path: string,
    bytes: Uint8Array,
    { etag = '"one"', faults = [], always = {} }: {
      etag?: string;
      faults?: Fault[];
      always?: Fault;
    } = {},
  ): string {
    this.#entries.set(path, { bytes, etag, faults: [...faults], always });
    return `${this.origin}${path}`;
  }

  /** `http://127.0.0.1:port`. */
  get origin(): string {
    return `http://127.0.0.1:${this.#listener.addr.port}`;
  }

  /** A header field of every request, "" where it was not sent. */
  sent(name: string): string[] {
    return this.requests.map(({ headers }) => headers.get(name) ?? "");
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
      const request = await readHead(connection);
      if (request === undefined) return;
      this.requests.push(request);
      await this.#answer(connection, request);
    } catch (error) {
      // The peer went away, which is what some of the tests are about.
      if (!isClosed(error)) throw error;
    } finally {
      this.#connections.delete(connection);
      close(connection);
    }
  }

  async #answer(
    connection: Deno.TcpConn,
    request: ContentRequest,
  ): Promise<void> {
    const entry = this.#entries.get(request.path);
    const fault = entry?.faults.shift() ?? entry?.always ?? { status: 404 };
    if (entry !== undefined) {
      entry.bytes = fault.content ?? entry.bytes;
      entry.etag = fault.etag ?? entry.etag;
    }
    // Ends before the answer begins: the peer may ask the next thing before
    // we know that it has read this one.
    this.peak = Math.max(this.peak, ++this.#waiting);
    await fault.gate?.();
    this.#waiting--;
    const answer = entry === undefined || fault.status !== undefined
      ? { status: fault.status ?? 404, headers: {}, body: new Uint8Array() }
      : contentAnswer(entry, fault, request.headers);
    const { framing = "length", cutAfter = Infinity, end = "fin" } = fault;
    const cut = typeof cutAfter === "number"
      ? cutAfter
      : cutAfter(answer.body.length);
    const headers: Record<string, string> = {
      ...answer.headers,
      ...(framing === "length" &&
        { "content-length": String(answer.body.length) }),
      ...(framing === "chunked" && { "transfer-encoding": "chunked" }),
      ...fault.headers,
      connection: "close",
    };
    await send(connection, headText(answer.status, headers));
    const body = answer.body.subarray(0, cut);
    if (framing !== "chunked") await send(connection, body);
    else await sendChunked(connection, body, cut === Infinity);
    if (end === "hang") await closedByPeer(connection);
    // An answered peer that has sent more than was read gets a reset instead
    // of an orderly end: the last byte of each request is left unread.
    if (end !== "reset") await connection.read(new Uint8Array(1));
  }
}

interface ContentAnswer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

function contentAnswer(
  { bytes, etag }: Entry,
  fault: Fault,
  asked: Headers,
): ContentAnswer {
  const alter = fault.alter ?? ((part: Uint8Array) => part);
  const tag: Record<string, string> = etag === "" ? {} : { etag };
  const condition = asked.get("if-range") ?? etag;
  const match = /^bytes=(\d+)-$/.exec(asked.get("range") ?? "");
  const isRange = match !== null && !fault.ignoresRange &&
    (fault.ignoresIfRange || condition === etag);
  if (!isRange) return { status: 200, headers: tag, body: alter(bytes) };
  const from = Number(match[1]);
  if (from >= bytes.length) {
    const range = `bytes */${bytes.length}`;
    return {
      status: 416,
      headers: { ...tag, "content-range": range },
      body: new Uint8Array(),
    };
  }
  const start = from + (fault.shiftBy ?? 0);
  const part = bytes.subarray(start, start + (fault.partBytes ?? Infinity));
  const range = `bytes ${start}-${start + part.length - 1}/${bytes.length}`;
  return {
    status: 206,
    headers: { ...tag, "content-range": range },
    body: alter(part),
  };
}

function headText(status: number, headers: Record<string, string>): string {
  const fields = Object.entries(headers).flatMap(([name, value]) =>
    value === "" ? [] : [`${name}: ${value}\r\n`]
  );
  return `HTTP/1.1 ${status} Status\r\n${fields.join("")}\r\n`;
}

/** Reads a request but for its last byte. */
async function readHead(
  connection: Deno.TcpConn,
): Promise<ContentRequest | undefined> {
  let text = "";
  const byte = new Uint8Array(1);
  while (!text.endsWith("\r\n\r")) {
    if (await connection.read(byte) === null) return undefined;
    text += String.fromCharCode(byte[0] ?? 0);
  }
  const [line = "", ...fields] = text.trim().split("\r\n");
  const [method = "", path = ""] = line.split(" ");
  const headers = new Headers(fields.map((field): [string, string] => {
    const colon = field.indexOf(":");
    return [field.slice(0, colon), field.slice(colon + 1).trim()];
  }));
  return { method, path, headers };
}

async function send(
  connection: Deno.TcpConn,
  data: string | Uint8Array,
): Promise<void> {
  const bytes = typeof data === "string"
    ? new TextEncoder().encode(data)
    : data;
  for (let done = 0; done < bytes.length;) {
    done += await connection.write(bytes.subarray(done));
  }
}

async function sendChunked(
  connection: Deno.TcpConn,
  body: Uint8Array,
  isWhole: boolean,
): Promise<void> {
  if (body.length > 0) {
    await send(connection, `${body.length.toString(16)}\r\n`);
    await send(connection, body);
    await send(connection, "\r\n");
  }
  if (isWhole) await send(connection, "0\r\n\r\n");
}

async function closedByPeer(connection: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(64);
  while (await connection.read(buffer) !== null);
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
