export * from "./display_width.ts";
export * from "./progress.ts";
export * from "./table.ts";
export * from "./wrap.ts";
