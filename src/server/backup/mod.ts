export * from "./back_up.ts";
export * from "./restore.ts";
