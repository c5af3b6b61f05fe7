import { RefusedError } from "../base/mod.ts";
import type { ExchangeGuard } from "./exchange_guard.ts";
import { redactUrl } from "./redact.ts";

// Who watches over a body, for readers that want all of it.
const GUARDS = new WeakMap<ReadableStream, ExchangeGuard>();

/**
 * A body that ends with a clear error: `NetworkError` when nothing came for
 * too long or when it was cut short, `CancelledError` when it was aborted.
 * Nothing is read ahead of the consumer.
 */
export function guardBody(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  guard: ExchangeGuard,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  guard.handOver(() => void reader.cancel(guard.failure).catch(() => {}));
  const guarded = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        if (guard.failure !== undefined) throw guard.failure;
        guard.awaitPiece();
        const { done, value } = await reader.read();
        if (!done) {
          guard.received(value.length);
          controller.enqueue(value);
          return;
        }
        guard.finish();
        controller.close();
      } catch (cause) {
        const error = guard.bodyError(cause);
        guard.release();
        controller.error(error);
      }
    },
    async cancel(reason) {
      guard.release();
      await reader.cancel(reason).catch(() => {});
    },
  }, { highWaterMark: 0 });
  GUARDS.set(guarded, guard);
  return guarded;
}

/**
 * Reads a whole body as text (UTF-8), up to a limit, so that a hostile
 * answer cannot fill the memory. It has to come at the rate that the policy
 * wants of documents.
 *
 * @throws {RefusedError} when it is longer than `limitBytes`.
 * @throws {NetworkError} when it comes too slowly.
 */
export async function readText(
  response: Response,
  limitBytes: number,
): Promise<string> {
  const { body } = response;
  if (body !== null) GUARDS.get(body)?.expectDocument();
  const decoder = new TextDecoder();
  let text = "";
  let sizeBytes = 0;
  for await (const chunk of body ?? []) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) {
      throw new RefusedError(
        `the answer${whose(response)} is longer than ${limitBytes} bytes, ` +
          "too long for JSON",
      );
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function whose({ url }: Response): string {
  return url === "" ? "" : ` of ${redactUrl(url)}`;
}
