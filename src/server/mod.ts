export * from "./loopback_only.ts";
export * from "./embedded_address.ts";
export * from "./embedded_dss.ts";
export * from "./file_entries.ts";
export type { Handler } from "./handler.ts";
export * from "./import_directory.ts";
export type * from "./local_dss.ts";
export * from "./open_local_dss.ts";
export type { StoreCounts } from "./repository.ts";
