import { UsageError } from "../../base/mod.ts";
import { planKidneyBundle } from "./kidney_bundle.ts";
import { planOrganoidBundle } from "./organoid_bundle.ts";
import { planPancreasBundle } from "./pancreas_bundle.ts";
import { assembleBundle, type SampleBundle } from "./sample_bundle.ts";

/** How large the sample bundles are. */
export interface SampleOptions {
  /** Reads in each FASTQ file, 1 or more. Default: 24,000. */
  readsPerFile?: number;
}

const DEFAULT_READS = 24_000;

/**
 * Three bundles of the shape of the Human Cell Atlas: human kidney (droplets),
 * mouse pancreas (one cell of a plate) and human kidney organoids, which
 * shares files with the first. Everything is computed from fixed labels, so
 * uuids, versions and metadata are always the same; so are the reads, and
 * their compressed form as long as the platform's compressor is. Content is
 * made only when `bytes()` is called; by default some 7 MB altogether.
 *
 * @throws {UsageError} when `readsPerFile` is not a whole number of 1 or more.
 */
export function sampleBundles(options: SampleOptions = {}): SampleBundle[] {
  const { readsPerFile = DEFAULT_READS } = options;
  if (!Number.isSafeInteger(readsPerFile) || readsPerFile < 1) {
    throw new UsageError(
      `readsPerFile must be a whole number of 1 or more, not ${readsPerFile}`,
    );
  }
  return [
    planKidneyBundle(readsPerFile),
    planPancreasBundle(readsPerFile),
    planOrganoidBundle(readsPerFile),
  ].map(assembleBundle);
}
