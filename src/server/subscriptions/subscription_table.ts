import type { Database, JsonObject, Row } from "../../base/mod.ts";
import type { Subscription, SubscriptionKind } from "./subscription.ts";

// "More than", so one above it is taken, as in the DSS.
const LIMIT = 100;

/** The subscriptions of a store, in SQL. */
export class SubscriptionTable {
  readonly #database: Database;

  /** Works on a database that has the table `subscriptions`. */
  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Adds a subscription.
   *
   * @returns false when its owner has too many of its kind in its replica
   */
  add(subscription: Subscription): boolean {
    const { uuid, replica, kind, owner, origin, secretKey, body } =
      subscription;
    return this.#database.transaction(() => {
      if (this.#count(subscription) > LIMIT) return false;
      this.#database.prepare(
        `INSERT INTO subscriptions
         (uuid, replica, kind, owner, origin, secret_key, body)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        uuid,
        replica,
        kind,
        owner,
        origin,
        secretKey ?? null,
        JSON.stringify(body),
      );
      return true;
    });
  }

  /** A subscription, whosever it is; undefined if there is none. */
  find(uuid: string): Subscription | undefined {
    const row = this.#database
      .prepare("SELECT * FROM subscriptions WHERE uuid = ?").get(uuid);
    return row && toSubscription(row);
  }

  /** An owner's subscriptions of a kind in a replica, by descending uuid. */
  list(
    owner: string,
    replica: string,
    kind: SubscriptionKind,
  ): Subscription[] {
    return this.#database.prepare(
      `SELECT * FROM subscriptions
       WHERE owner = ? AND replica = ? AND kind = ? ORDER BY uuid DESC`,
    ).all(owner, replica, kind).map(toSubscription);
  }

  /** The keys of all subscriptions, or of those of a kind. */
  uuids(kind?: SubscriptionKind): string[] {
    return this.#database.prepare(
      `SELECT uuid FROM subscriptions
       WHERE ?1 IS NULL OR kind = ?1 ORDER BY uuid`,
    ).all(kind ?? null).map((row) => String(row.uuid));
  }

  /**
   * Removes a subscription with its deliveries; part of the transaction that
   * is open, if there is one.
   */
  remove(uuid: string): void {
    this.#database.prepare("DELETE FROM subscriptions WHERE uuid = ?")
      .run(uuid);
  }

  #count({ owner, replica, kind }: Subscription): number {
    const row = this.#database.prepare(
      `SELECT count(*) AS n FROM subscriptions
       WHERE owner = ? AND replica = ? AND kind = ?`,
    ).get(owner, replica, kind);
    return Number(row?.n ?? 0);
  }
}

/** A row of the table as what it stands for. */
export function toSubscription(row: Row): Subscription {
  return {
    uuid: String(row.uuid),
    replica: String(row.replica),
    kind: row.kind === "elasticsearch" ? "elasticsearch" : "jmespath",
    owner: String(row.owner),
    origin: String(row.origin),
    secretKey: row.secret_key === null ? undefined : String(row.secret_key),
    body: JSON.parse(String(row.body)) as JsonObject,
  };
}
