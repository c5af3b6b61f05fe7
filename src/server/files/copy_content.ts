import { IntegrityError } from "../../base/mod.ts";
import { ContentDigester, type ContentDigests } from "../../checksum/mod.ts";
import type { StagedContent } from "../../store/mod.ts";
import type { DssContext } from "../context.ts";

/** A content in the store that is durable and not visible yet. */
export interface CopiedContent {
  /** To be published or discarded. */
  staged: StagedContent;
  /** What was computed on the way. */
  digests: ContentDigests;
}

/**
 * Copies bytes into the store, piece by piece, and computes every digest.
 *
 * @throws {IntegrityError} when there are not as many bytes as stated
 * @throws {LocalError} when the disk refuses; nothing stays then
 */
export async function copyContent(
  { blobs, createHash }: Pick<DssContext, "blobs" | "createHash">,
  source: { sizeBytes: number; chunks(): AsyncIterable<Uint8Array> },
): Promise<CopiedContent> {
  const { sizeBytes } = source;
  const staged = await blobs.stage();
  try {
    const digester = new ContentDigester({ createHash, sizeBytes });
    let takenBytes = 0;
    for await (const chunk of source.chunks()) {
      takenBytes += chunk.length;
      // It may have no end.
      if (takenBytes > sizeBytes) {
        throw new IntegrityError(
          `the content has more than ${sizeBytes} bytes`,
        );
      }
      digester.update(chunk);
      await staged.file.write(chunk);
    }
    const digests = digester.finish();
    await staged.seal();
    return { staged, digests };
  } catch (error) {
    // What failed first is the news.
    await staged.discard().catch(() => {});
    throw error;
  }
}
