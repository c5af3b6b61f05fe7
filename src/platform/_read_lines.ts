import { concatBytes, UsageError } from "../base/mod.ts";
import { orAborted } from "./_or_aborted.ts";
import type { PromptInput } from "./cliffy_prompt.ts";

const BUFFER_BYTES = 64 * 1024;
const LINE_LIMIT_BYTES = 16 * 1024 * 1024;
const NEWLINE = 10;

/**
 * The lines of an input as they come, without their ends: LF or CRLF. A byte
 * order mark at the start is none of the first one, and the last line may be
 * without an end.
 *
 * @throws {CancelledError} when the signal is aborted
 * @throws {UsageError} for a line of more than 16 MiB
 */
export async function* readLines(
  input: Pick<PromptInput, "read">,
  signal: AbortSignal,
): AsyncGenerator<string, void, void> {
  const buffer = new Uint8Array(BUFFER_BYTES);
  let begun: Uint8Array[] = [];
  let begunBytes = 0;
  while (true) {
    const count = await orAborted(input.read(buffer), signal);
    if (count === null) break;
    let start = 0;
    for (
      let end = buffer.indexOf(NEWLINE);
      end >= 0 && end < count;
      end = buffer.indexOf(NEWLINE, start)
    ) {
      yield textOf([...begun, buffer.subarray(start, end)]);
      begun = [];
      begunBytes = 0;
      start = end + 1;
    }
    begun.push(buffer.slice(start, count));
    begunBytes += count - start;
    if (begunBytes > LINE_LIMIT_BYTES) {
      throw new UsageError("a line of the input is longer than 16 MiB");
    }
  }
  if (begunBytes > 0) yield textOf(begun);
}

function textOf(pieces: readonly Uint8Array[]): string {
  return new TextDecoder().decode(concatBytes(pieces)).replace(/\r$/, "");
}
