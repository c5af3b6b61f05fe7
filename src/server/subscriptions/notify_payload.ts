import type { Json } from "../../base/mod.ts";
import type { BundleChange } from "../bundle_changes.ts";

/** The kind of the tasks that notify subscribers. */
export const NOTIFY = "notify";

/** Matches a change with subscriptions, which makes deliveries. */
export interface MatchTask {
  /** What happened. */
  change: BundleChange;
  /** The subscriptions that there were when it happened, by uuid. */
  subscriptions: readonly string[];
}

/** Sends a notification. */
export interface DeliveryTask {
  /** The key of the delivery, which is that of its task, too. */
  delivery: string;
  /** How many attempts were made before. */
  attempt: number;
}

/** A task as it is kept. */
export function toPayload(task: MatchTask | DeliveryTask): Json {
  return task as unknown as Json;
}

/** A task that was kept by {@linkcode toPayload}. */
export function fromPayload(payload: Json): MatchTask | DeliveryTask {
  return payload as unknown as MatchTask | DeliveryTask;
}
