import type { ReadName, SequencingRun } from "./cluster.ts";
import { generateFastq } from "./fastq.ts";
import { gzip } from "./gzip.ts";
import type { DataFile } from "./sample_bundle.ts";

/** A compressed FASTQ file of one read of a run, made when it is asked for. */
export function fastqFile(
  run: SequencingRun,
  read: ReadName,
  name: string,
  readCount: number,
): DataFile {
  return {
    name,
    mediaType: "application/gzip",
    bytes: () => gzip(generateFastq(run, read, readCount)),
  };
}
