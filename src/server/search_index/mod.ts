/**
 * The index of search documents.
 *
 * @module
 */

export { SearchTooLongError } from "./run_slices.ts";
export * from "./search_index.ts";
export type { DocumentKey } from "./select_hits.ts";
export { SEARCH_TABLES } from "./tables.ts";
