import type { Clock } from "../base/mod.ts";
import { FrameworkProblem } from "./problem.ts";

const LIMIT_BYTES = 10 * 1024 * 1024;
// Who sends its body bit by bit would keep a place from others for ever.
const LIMIT_MS = 120_000;

/**
 * The body of a request as text.
 *
 * @throws {FrameworkProblem} 408 when it takes longer than two minutes, 413
 * when it is too large, 400 when the client goes away
 */
export async function readBodyText(
  request: Request,
  clock: Clock,
): Promise<string> {
  const reader = request.body?.getReader();
  if (reader === undefined) return "";
  const done = new AbortController();
  let isLate = false;
  clock.sleep(LIMIT_MS, done.signal).then(() => {
    if (done.signal.aborted) return;
    isLate = true;
    // Ends the read that waits.
    reader.cancel().catch(() => {});
  });
  try {
    const text = await readText(reader);
    if (!isLate) return text;
  } finally {
    done.abort();
  }
  throw new FrameworkProblem(
    408,
    "Request Timeout",
    `The request body took more than ${LIMIT_MS / 1000} seconds`,
  );
}

async function readText(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let sizeBytes = 0;
  while (true) {
    const { done, value } = await reader.read().catch(() => {
      throw new FrameworkProblem(
        400,
        "Bad Request",
        "The request body was not sent to its end",
      );
    });
    if (done) return text + decoder.decode();
    sizeBytes += value.length;
    if (sizeBytes > LIMIT_BYTES) {
      await reader.cancel().catch(() => {});
      throw new FrameworkProblem(
        413,
        "Payload Too Large",
        `The request body is larger than ${LIMIT_BYTES} bytes`,
      );
    }
    text += decoder.decode(value, { stream: true });
  }
}
