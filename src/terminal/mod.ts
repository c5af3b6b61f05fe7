export * from "./progress.ts";
export * from "./wrap.ts";
