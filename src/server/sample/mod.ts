/**
 * Sample bundles for an embedded DSS: computed, small, and in the shape of
 * the Human Cell Atlas.
 *
 * @module
 */

export { sampleBundles, type SampleOptions } from "./bundles.ts";
export type { SampleBundle, SampleFile } from "./sample_bundle.ts";
