import type { DssContext } from "./context.ts";
import { putBundle } from "./put_bundle.ts";

/**
 * Puts the sample bundles into a store. Their code is loaded only then: most
 * runs find them there.
 *
 * @param readsPerFile sequencing reads in each FASTQ file; fewer is faster
 * @throws {LocalError} when the disk refuses
 */
export async function putSamples(
  context: DssContext,
  readsPerFile?: number,
): Promise<void> {
  const { sampleBundles } = await import("./sample/mod.ts");
  for (const sample of sampleBundles({ readsPerFile })) {
    const files = await Promise.all(sample.files.map(async (file) => {
      const bytes = await file.bytes();
      async function* chunks(): AsyncGenerator<Uint8Array> {
        yield bytes;
      }
      return { ...file, sizeBytes: bytes.length, chunks };
    }));
    await putBundle(context, { ...sample, files });
  }
}
