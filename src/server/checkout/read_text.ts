/**
 * The body of a response as text, which may be cut off at a length.
 *
 * @param limitBytes no more than a piece beyond this is read
 */
export async function readText(
  { body }: Response,
  limitBytes: number,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let sizeBytes = 0;
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) break;
  }
  return text + decoder.decode();
}
