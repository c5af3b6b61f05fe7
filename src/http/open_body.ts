import type { Clock } from "../base/mod.ts";
import type { ExchangeGuard } from "./exchange_guard.ts";

// What the runtime hands out at once is seldom more.
const PIECE_BYTES = 128 * 1024;

// A slow line must not keep bytes back for longer than this.
const PATIENCE_MS = 1000;

/** An answer whose body is read into buffers of the caller. */
export interface OpenedBody {
  /** The status, below 400. */
  status: number;
  /** The header fields. */
  headers: Headers;
  /** The last URL that was asked, after redirects. */
  url: string;
  /**
   * Fills `buffer` from its start and gives the filled part of it. Resolves
   * when it is full; when the body has ended; when the body broke off after
   * some bytes (the next call throws then); and with the first piece that
   * comes a second or more after the first byte, so that a slow line shows
   * progress.
   *
   * @param onBytes called with the number of bytes of each piece
   * @returns undefined at the end, never an empty part
   * @throws {NetworkError} when the body was cut short or nothing came for
   * too long; {CancelledError} when it was aborted
   */
  read(
    buffer: ArrayBuffer,
    onBytes?: (bytes: number) => void,
  ): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Gives the connection back without reading on. */
  cancel(): Promise<void>;
}

/** Buffers that were used, to be used again. */
export type PieceBuffers = ArrayBuffer[];

/** The body of `response`, watched by `guard`, to be read into buffers. */
export function openBody(
  response: Response,
  url: string,
  guard: ExchangeGuard,
  tools: { clock: Clock; buffers: PieceBuffers },
): OpenedBody {
  return new GuardedBody(response, url, guard, tools);
}

class GuardedBody implements OpenedBody {
  readonly status: number;
  readonly headers: Headers;
  readonly url: string;
  readonly #guard: ExchangeGuard;
  readonly #clock: Clock;
  readonly #reader: PieceReader | undefined;
  #ended = false;

  constructor(
    { status, headers, body }: Response,
    url: string,
    guard: ExchangeGuard,
    { clock, buffers }: { clock: Clock; buffers: PieceBuffers },
  ) {
    this.status = status;
    this.headers = headers;
    this.url = url;
    this.#guard = guard;
    this.#clock = clock;
    const reader = body === null ? undefined : pieceReader(body, buffers);
    this.#reader = reader;
    guard.handOver(() => void reader?.cancel(guard.failure).catch(() => {}));
    if (reader === undefined) guard.release();
  }

  async read(
    buffer: ArrayBuffer,
    onBytes: (bytes: number) => void = () => {},
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const target = new Uint8Array(buffer);
    let filled = 0;
    let firstMs: number | undefined;
    while (filled < target.length) {
      const piece = await this.#next(target.length - filled, filled > 0);
      if (piece === undefined) break;
      target.set(piece, filled);
      filled += piece.length;
      onBytes(piece.length);
      const nowMs = this.#clock.elapsed();
      if (nowMs - (firstMs ??= nowMs) >= PATIENCE_MS) break;
    }
    return filled === 0 ? undefined : target.subarray(0, filled);
  }

  /** @param later whether an error is kept for the next call */
  async #next(
    limitBytes: number,
    later: boolean,
  ): Promise<Uint8Array | undefined> {
    const guard = this.#guard;
    try {
      if (guard.failure !== undefined) throw guard.failure;
      if (this.#reader === undefined || this.#ended) return undefined;
      guard.awaitPiece();
      const piece = await this.#reader.read(limitBytes);
      if (piece !== undefined) guard.received(piece.length);
      else {
        this.#ended = true;
        guard.finish();
      }
      return piece;
    } catch (cause) {
      const error = guard.bodyError(cause);
      guard.release();
      if (later) return undefined;
      throw error;
    }
  }

  async cancel(): Promise<void> {
    this.#ended = true;
    this.#guard.release();
    await this.#reader?.cancel("not wanted").catch(() => {});
  }
}

interface PieceReader {
  /** At most `limitBytes` bytes, valid until the next call. */
  read(limitBytes: number): Promise<Uint8Array | undefined>;
  cancel(reason: unknown): Promise<void>;
}

type Body = ReadableStream<Uint8Array<ArrayBuffer>>;

function pieceReader(body: Body, buffers: PieceBuffers): PieceReader {
  try {
    return byteReader(body.getReader({ mode: "byob" }), buffers);
  } catch {
    // Not a stream of bytes, as from a handler in this process.
    return chunkReader(body.getReader());
  }
}

// Each piece is copied once out of a small buffer. Reading straight into the
// caller's is no faster, and would lose all that it holds when a read fails.
function byteReader(
  reader: ReadableStreamBYOBReader,
  buffers: PieceBuffers,
): PieceReader {
  let buffer = buffers.pop() ?? new ArrayBuffer(PIECE_BYTES);
  return {
    async read(limitBytes) {
      const view = new Uint8Array(buffer, 0, Math.min(limitBytes, PIECE_BYTES));
      const { done, value } = await reader.read(view);
      if (value !== undefined) buffer = value.buffer;
      if (!done) return value;
      if (buffer.byteLength === PIECE_BYTES) buffers.push(buffer);
      return undefined;
    },
    cancel: (reason) => reader.cancel(reason),
  };
}

function chunkReader(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
): PieceReader {
  let rest = new Uint8Array(0);
  return {
    async read(limitBytes) {
      while (rest.length === 0) {
        const { done, value } = await reader.read();
        if (done) return undefined;
        rest = value;
      }
      const piece = rest.subarray(0, limitBytes);
      rest = rest.subarray(limitBytes);
      return piece;
    },
    cancel: (reason) => reader.cancel(reason),
  };
}
