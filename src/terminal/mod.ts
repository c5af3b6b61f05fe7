export * from "./display_width.ts";
export * from "./duration.ts";
export * from "./live_lines.ts";
export * from "./progress.ts";
export * from "./rate_meter.ts";
export * from "./table.ts";
export * from "./wrap.ts";
