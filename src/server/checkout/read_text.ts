/**
 * The body of a response as text, which may be cut off at a length.
 *
 * The signal of the request is not enough to end it: once the head has come,
 * Deno forgets it when nobody holds the request.
 *
 * @param limitBytes no more than a piece beyond this is read
 * @throws {unknown} the reason of `signal`, once that is aborted
 */
export async function readText(
  { body }: Response,
  limitBytes: number,
  signal: AbortSignal,
): Promise<string> {
  const reader = body?.getReader();
  const stop = () => void reader?.cancel().catch(() => {});
  signal.addEventListener("abort", stop, { once: true });
  try {
    if (signal.aborted) stop();
    const decoder = new TextDecoder();
    let text = "";
    let sizeBytes = 0;
    while (sizeBytes <= limitBytes) {
      const { value } = await reader?.read() ?? {};
      if (value === undefined) break;
      text += decoder.decode(value, { stream: true });
      sizeBytes += value.length;
    }
    signal.throwIfAborted();
    return text + decoder.decode();
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}
