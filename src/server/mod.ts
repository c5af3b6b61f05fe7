export { apiDocument } from "./document/mod.ts";
export * from "./embedded_fetch.ts";
export * from "./file_entries.ts";
export type { Handler } from "./handler.ts";
export type { DirectoryImport } from "./import_directory.ts";
export * from "./local_dss.ts";
export type { StoreCounts } from "./repository.ts";
