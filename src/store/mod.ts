export * from "./content_store.ts";
