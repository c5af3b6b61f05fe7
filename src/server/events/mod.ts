export * from "./event_store.ts";
export * from "./record_events.ts";
