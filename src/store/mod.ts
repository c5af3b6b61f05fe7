export * from "./byte_ranges.ts";
export * from "./content_store.ts";
export { DirectorySyncer } from "./directory_syncer.ts";
export { DEFAULT_FLUSH, type FlushPolicy } from "./part_content.ts";
export * from "./local_transfer_store.ts";
export { parsePartName } from "./part_name.ts";
export { SafeDirectories } from "./safe_directories.ts";
export * from "./transfer_store.ts";
