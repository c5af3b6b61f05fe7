export * from "./dss_settings.ts";
export * from "./load_config.ts";
export * from "./merge_config.ts";
export * from "./user_folders.ts";
