export * from "./collection.ts";
export * from "./collection_item.ts";
export * from "./collection_store.ts";
export { verifyItems } from "./verify_items.ts";
export * from "./owned_collection.ts";
