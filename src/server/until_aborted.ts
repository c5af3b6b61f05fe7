import { throwIfAborted } from "../base/mod.ts";

/**
 * The same pieces, as long as they are wanted: reading much takes long, and
 * who interrupts it does not wait for its end.
 *
 * @throws {CancelledError} once the signal is aborted
 */
export async function* untilAborted(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  throwIfAborted(signal);
  for await (const chunk of chunks) {
    throwIfAborted(signal);
    yield chunk;
  }
}
