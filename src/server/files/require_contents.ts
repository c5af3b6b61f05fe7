import { LocalError } from "../../base/mod.ts";
import type { DssContext } from "../context.ts";
import type { BlobRecord } from "../records.ts";

/**
 * Sees that contents are there, in the transaction that is about to record
 * them. Whoever removes contents of no file does so in a transaction, too: it
 * either is over, and is seen here, or finds them recorded.
 *
 * @throws {LocalError} when one was removed since it was put there
 */
export function requireContents(
  { blobs }: Pick<DssContext, "blobs">,
  contents: Iterable<Pick<BlobRecord, "sha256" | "sizeBytes">>,
): void {
  for (const { sha256, sizeBytes } of contents) {
    if (blobs.stateNow(sha256, sizeBytes) === "present") continue;
    throw new LocalError(
      `the content ${sha256} was removed while it was being stored`,
      { reason: "not_found", hint: "Run it again." },
    );
  }
}
