export * from "./content_range.ts";
export * from "./pool.ts";
export * from "./resume_policy.ts";
export * from "./run_transfer.ts";
export * from "./transfer.ts";
export * from "./transfer_event.ts";
export * from "./transfer_options.ts";
export * from "./transfer_plan.ts";
