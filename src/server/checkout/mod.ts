export * from "./checkout_store.ts";
