import {
  CancelledError,
  LocalError,
  messageOf,
  throwIfAborted,
} from "../../base/mod.ts";
import { ContentDigester } from "../../checksum/mod.ts";
import type { BlobRecord } from "../records.ts";
import { untilAborted } from "../until_aborted.ts";
import {
  type CheckContext,
  damage,
  type Depth,
  type StoreProblem,
} from "./store_problem.ts";

const AT_ONCE = 500;

/**
 * Compares the contents with what is known of them.
 *
 * @param depth quick: looks at size and kind only, and reads no bytes
 * @throws {CancelledError} when the signal is aborted
 */
export async function* checkContents(
  context: CheckContext,
  depth: Depth,
): AsyncGenerator<StoreProblem> {
  for (let after = "";;) {
    const blobs = context.repository.blobsAfter(after, AT_ONCE);
    for (const blob of blobs) yield* checkContent(context, blob, depth);
    const last = blobs.at(-1);
    if (last === undefined) return;
    after = last.sha256;
  }
}

async function* checkContent(
  context: CheckContext,
  blob: BlobRecord,
  { isQuick, signal }: Depth,
): AsyncGenerator<StoreProblem> {
  throwIfAborted(signal);
  const { sha256, sizeBytes } = blob;
  const state = await context.blobs.state(sha256, sizeBytes);
  if (state === "absent") {
    yield damage("blob_missing", sha256, "its content is not there");
  } else if (state === "damaged") {
    yield damage("blob_damaged", sha256, `it has not ${sizeBytes} bytes`);
  } else if (!isQuick) {
    const why = await whyDamaged(context, blob, signal);
    if (why !== undefined) yield damage("blob_damaged", sha256, why);
  }
}

async function whyDamaged(
  { files, blobs, createHash }: CheckContext,
  blob: BlobRecord,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const { sizeBytes, sha256 } = blob;
  try {
    const digester = new ContentDigester({ createHash, sizeBytes });
    const chunks = files.readChunks(blobs.pathOf(sha256));
    for await (const chunk of untilAborted(chunks, signal)) {
      digester.update(chunk);
    }
    const found = digester.finish();
    const wrong = (["sha256", "sha1", "crc32c", "s3Etag"] as const)
      .filter((name) => found[name] !== blob[name]);
    return wrong.length === 0 ? undefined : `its ${wrong.join(", ")} differs`;
  } catch (error) {
    if (error instanceof TypeError) throw error;
    if (error instanceof CancelledError) throw error;
    return error instanceof LocalError
      ? `it cannot be read: ${error.message}`
      : messageOf(error);
  }
}
