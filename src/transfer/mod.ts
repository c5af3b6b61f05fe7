export * from "./content_range.ts";
export * from "./fetch_content.ts";
export * from "./place_file.ts";
export * from "./pool.ts";
export * from "./run_transfer.ts";
export * from "./transfer.ts";
export * from "./transfer_event.ts";
export * from "./transfer_plan.ts";
