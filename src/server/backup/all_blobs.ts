import type { Database } from "../../base/mod.ts";
import type { BlobRecord } from "../records.ts";
import { Repository } from "../repository.ts";

const AT_ONCE = 500;

/** Every content of a database, in the order of their SHA-256. */
export function* allBlobs(database: Database): Generator<BlobRecord> {
  const repository = new Repository(database);
  for (let after = "";;) {
    const blobs = repository.blobsAfter(after, AT_ONCE);
    yield* blobs;
    const last = blobs.at(-1);
    if (last === undefined) return;
    after = last.sha256;
  }
}
