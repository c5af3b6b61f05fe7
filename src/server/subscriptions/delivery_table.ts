import type { Database, JsonObject } from "../../base/mod.ts";
import type { Subscription } from "./subscription.ts";
import { toSubscription } from "./subscription_table.ts";

/** A notification on its way. */
export interface Delivery {
  /** What to send, without the time of delivery. */
  notification: JsonObject;
  /** Where and how. */
  subscription: Subscription;
}

/** The notifications of a store that are on their way, in SQL. */
export class DeliveryTable {
  readonly #database: Database;

  /** Works on a database that has the table `deliveries`. */
  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Adds a notification for a subscription; part of the transaction that is
   * open.
   *
   * @returns false when there is no such subscription any more
   */
  add(
    id: string,
    subscriptionUuid: string,
    notification: JsonObject,
  ): boolean {
    return this.#database.prepare(
      `INSERT INTO deliveries (id, subscription_uuid, payload)
       SELECT ?, uuid, ? FROM subscriptions WHERE uuid = ?`,
    ).run(id, JSON.stringify(notification), subscriptionUuid) > 0;
  }

  /** A notification; undefined when it, or its subscription, is gone. */
  find(id: string): Delivery | undefined {
    const row = this.#database.prepare(
      `SELECT deliveries.payload, subscriptions.* FROM deliveries
       JOIN subscriptions ON subscriptions.uuid = subscription_uuid
       WHERE id = ?`,
    ).get(id);
    return row && {
      notification: JSON.parse(String(row.payload)) as JsonObject,
      subscription: toSubscription(row),
    };
  }

  /** The keys of what is on its way for a subscription. */
  idsOf(subscriptionUuid: string): string[] {
    return this.#database.prepare(
      "SELECT id FROM deliveries WHERE subscription_uuid = ?",
    ).all(subscriptionUuid).map((row) => String(row.id));
  }

  /** Removes a notification. */
  remove(id: string): void {
    this.#database.prepare("DELETE FROM deliveries WHERE id = ?").run(id);
  }
}
