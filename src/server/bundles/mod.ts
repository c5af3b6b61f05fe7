/**
 * Bundles as they are written: what belongs together is written together.
 *
 * @module
 */

export * from "./bundle_entries.ts";
export * from "./delete_bundle.ts";
export * from "./event_document.ts";
export * from "./find_bundle.ts";
export * from "./manifest.ts";
export * from "./record_bundle.ts";
export * from "./tombstone_document.ts";
export * from "./write_bundle.ts";
