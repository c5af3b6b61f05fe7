export * from "./open_transfer_store.ts";
