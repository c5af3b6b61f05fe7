import type { JsonObject } from "../base/mod.ts";

/** What happened to a bundle, as `events` and subscriptions tell it. */
export interface BundleChange {
  /** What happened. */
  type: "CREATE" | "TOMBSTONE" | "DELETE";
  /** The bundle's uuid. */
  uuid: string;
  /** Its version; null for a tombstone of the whole bundle. */
  version: string | null;
  /** The versions that were alive and are it no more; of a creation, it. */
  versions: readonly string[];
  /** The index document as it is now (what elasticsearch queries see). */
  document: JsonObject;
  /** The event document (what jmespath queries see). */
  event: JsonObject;
}

/**
 * Told of a change inside the transaction that makes it, so that an event or
 * a notification is never lost; it must not wait for anything.
 */
export type ChangeListener = (change: BundleChange) => void;
