/**
 * A file service that serves contents as an object store does (single ranges,
 * `If-Range`, `ETag`) and, where a test says so, otherwise. One request per
 * connection; every request is recorded.
 *
 * @module
 */

import {
  headOf,
  type Wire,
  type WireRequest,
  WireServer,
} from "./wire_server.ts";

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
  /** Sends the body in pieces of `bytes`, with a pause after each. */
  drip?: { bytes: number; everyMs: number };
}

/** A content and how it misbehaves: `faults` in order, then `always`. */
export interface ServedContent {
  bytes: Uint8Array;
  etag: string;
  faults: Fault[];
  always: Fault;
}

/** The service, on a free port of the loopback interface. */
export class ContentServer extends WireServer {
  /** Every request, in order of arrival. */
  readonly requests: ContentRequest[] = [];
  /** The most requests that waited for their answer at once. */
  peak = 0;
  readonly #entries = new Map<string, ServedContent>();
  #waiting = 0;

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

  /** A header field of every request, "" where it was not sent. */
  sent(name: string): string[] {
    return this.requests.map(({ headers }) => headers.get(name) ?? "");
  }

  protected override async answer(
    request: WireRequest,
    wire: Wire,
  ): Promise<void> {
    const { method, target, headers } = request;
    this.requests.push({ method, path: target, headers });
    const entry = this.#entries.get(target);
    const fault = nextFault(entry);
    // Ends before the answer begins: the peer may ask the next thing before
    // we know that it has read this one.
    this.peak = Math.max(this.peak, ++this.#waiting);
    await fault.gate?.();
    this.#waiting--;
    await sendContent(wire, request, entry, fault);
  }
}

/** Takes the fault of the next answer; a content that is not there is 404. */
export function nextFault(entry: ServedContent | undefined): Fault {
  const fault = entry?.faults.shift() ?? entry?.always ?? { status: 404 };
  if (entry !== undefined) {
    entry.bytes = fault.content ?? entry.bytes;
    entry.etag = fault.etag ?? entry.etag;
  }
  return fault;
}

/** Answers with a content as `fault` says; `onSent` counts its body. */
export async function sendContent(
  wire: Wire,
  request: WireRequest,
  entry: ServedContent | undefined,
  fault: Fault,
  onSent: (bytes: number) => void = () => {},
): Promise<void> {
  const answer = entry === undefined || fault.status !== undefined
    ? { status: fault.status ?? 404, headers: {}, body: new Uint8Array() }
    : contentAnswer(entry, fault, request.headers);
  const { framing = "length", cutAfter = Infinity, end = "fin" } = fault;
  const cut = typeof cutAfter === "number"
    ? cutAfter
    : cutAfter(answer.body.length);
  await wire.send(headOf(answer.status, {
    ...answer.headers,
    ...(framing === "length" &&
      { "content-length": String(answer.body.length) }),
    ...(framing === "chunked" && { "transfer-encoding": "chunked" }),
    ...fault.headers,
  }));
  const body = answer.body.subarray(0, cut);
  if (framing === "chunked") await sendChunked(wire, body, cut === Infinity);
  else await sendPieces(wire, body, fault.drip, onSent);
  if (end === "hang") await wire.closedByPeer();
  if (end === "reset") wire.reset();
}

async function sendPieces(
  wire: Wire,
  body: Uint8Array,
  drip: Fault["drip"],
  onSent: (bytes: number) => void,
): Promise<void> {
  // Counted piece by piece, so that what a peer that went away never took
  // is counted at most once.
  const pieceBytes = drip?.bytes ?? 1 << 16;
  for (let at = 0; at < body.length; at += pieceBytes) {
    const piece = body.subarray(at, at + pieceBytes);
    await wire.send(piece);
    onSent(piece.length);
    if (drip !== undefined) {
      await new Promise((resolve) => setTimeout(resolve, drip.everyMs));
    }
  }
}

interface ContentAnswer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

function contentAnswer(
  { bytes, etag }: ServedContent,
  fault: Fault,
  asked: Headers,
): ContentAnswer {
  const alter = fault.alter ?? ((part: Uint8Array) => part);
  const tag: Record<string, string> = etag === "" ? {} : { etag };
  const condition = asked.get("if-range") ?? etag;
  const match = /^bytes=(\d+)-(\d*)$/.exec(asked.get("range") ?? "");
  const isRange = match !== null && !fault.ignoresRange &&
    (fault.ignoresIfRange || condition === etag);
  if (!isRange) return { status: 200, headers: tag, body: alter(bytes) };
  const [, from = "", to = ""] = match;
  if (Number(from) >= bytes.length) {
    const range = `bytes */${bytes.length}`;
    return {
      status: 416,
      headers: { ...tag, "content-range": range },
      body: new Uint8Array(),
    };
  }
  const start = Number(from) + (fault.shiftBy ?? 0);
  const end = Math.min(
    to === "" ? Infinity : Number(to) + 1 + (fault.shiftBy ?? 0),
    start + (fault.partBytes ?? Infinity),
  );
  const part = bytes.subarray(start, end);
  const range = `bytes ${start}-${start + part.length - 1}/${bytes.length}`;
  return {
    status: 206,
    headers: { ...tag, "content-range": range },
    body: alter(part),
  };
}

async function sendChunked(
  wire: Wire,
  body: Uint8Array,
  isWhole: boolean,
): Promise<void> {
  if (body.length > 0) {
    await wire.send(`${body.length.toString(16)}\r\n`);
    await wire.send(body);
    await wire.send("\r\n");
  }
  if (isWhole) await wire.send("0\r\n\r\n");
}
