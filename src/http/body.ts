import {
  cancelledBy,
  type Clock,
  HcaError,
  NetworkError,
  RefusedError,
} from "../base/mod.ts";
import { networkReason } from "./network_reason.ts";

/** What {@linkcode guardBody} watches over. */
export interface BodyGuard {
  /** Name of the peer for messages. */
  host: string;
  /** Time. */
  clock: Clock;
  /** Most milliseconds between two pieces, while somebody waits for one. */
  readMs: number;
  /** Length that was announced, in bytes; undefined if none was. */
  expectedBytes: number | undefined;
  /** Ends the body early. */
  signal: AbortSignal | undefined;
  /** Called once when the body has ended, in whatever way. */
  onEnd: () => void;
}

/**
 * A body that ends with a clear error: `NetworkError` when nothing came for
 * too long or when it was cut short, `CancelledError` when it was aborted.
 * The time runs only while a piece is awaited, so a slow consumer is never
 * mistaken for a slow peer, and nothing is read ahead of the consumer.
 */
export function guardBody(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  guard: BodyGuard,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  let receivedBytes = 0;
  let ended = false;
  const finish = async (error?: unknown) => {
    if (!ended) guard.onEnd();
    ended = true;
    if (error !== undefined) await reader.cancel(error).catch(() => {});
  };
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const { done, value } = await readWithin(reader, guard);
        if (!done) {
          receivedBytes += value.length;
          controller.enqueue(value);
          return;
        }
        checkLength(receivedBytes, guard);
        await finish();
        controller.close();
      } catch (cause) {
        const error = bodyError(cause, receivedBytes, guard);
        await finish(error);
        controller.error(error);
      }
    },
    async cancel(reason) {
      await finish(reason ?? "not wanted");
    },
  }, { highWaterMark: 0 });
}

async function readWithin(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  { clock, readMs, signal, host }: BodyGuard,
): Promise<ReadableStreamReadResult<Uint8Array<ArrayBuffer>>> {
  if (signal?.aborted) throw cancelledBy(signal);
  const settled = new AbortController();
  const stop = signal === undefined
    ? settled.signal
    : AbortSignal.any([settled.signal, signal]);
  const timeout = clock.sleep(readMs, stop).then(() => {
    if (settled.signal.aborted) return undefined as never;
    if (signal?.aborted) throw cancelledBy(signal);
    throw new NetworkError(
      `${host} sent nothing for ${readMs / 1000} s in the middle of an answer`,
    );
  });
  try {
    return await Promise.race([reader.read(), timeout]);
  } finally {
    settled.abort();
  }
}

function checkLength(receivedBytes: number, guard: BodyGuard): void {
  const { expectedBytes, host } = guard;
  if (expectedBytes !== undefined && receivedBytes !== expectedBytes) {
    throw new NetworkError(
      `${host} ended the answer after ${receivedBytes} of ${expectedBytes} bytes`,
    );
  }
}

function bodyError(
  cause: unknown,
  receivedBytes: number,
  { signal, host, expectedBytes }: BodyGuard,
): HcaError {
  if (cause instanceof HcaError) return cause;
  if (signal?.aborted) return cancelledBy(signal);
  const of = expectedBytes === undefined ? "" : ` of ${expectedBytes}`;
  return new NetworkError(
    `the answer of ${host} broke off after ${receivedBytes}${of} bytes: ` +
      networkReason(cause),
    { cause },
  );
}

/**
 * Reads a whole body as text (UTF-8), up to a limit, so that a hostile
 * answer cannot fill the memory.
 *
 * @throws {RefusedError} when it is longer than `limitBytes`.
 */
export async function readText(
  response: Response,
  limitBytes: number,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let sizeBytes = 0;
  for await (const chunk of response.body ?? []) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) {
      throw new RefusedError(
        `the answer is longer than ${limitBytes} bytes, too long for JSON`,
      );
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
