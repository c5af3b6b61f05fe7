import type { Database, Row } from "../../base/mod.ts";

/** The kind of the tasks that lay bundles out. */
export const CHECKOUT_TASK = "checkout";

/** A bundle that is to be laid out somewhere. */
export interface Checkout {
  /** Its key. */
  id: string;
  /** The replica that was asked. */
  replica: string;
  /** The bundle. */
  uuid: string;
  /** Its version. */
  version: string;
  /** Where to, as it was asked; "" for where the service likes. */
  destination: string;
  /** Who wants to know; nothing is sent. */
  email: string;
}

/** How far a checkout is. */
export type CheckoutState =
  | { readonly status: "RUNNING" }
  | {
    readonly status: "SUCCEEDED";
    /** The address of the directory or bucket folder. */
    readonly location: string;
  }
  | {
    readonly status: "FAILED";
    /** Why, one sentence. */
    readonly cause: string;
  };

/** Checkouts in SQL. */
export class CheckoutStore {
  readonly #database: Database;

  /** Works on a database that has the tables of schema version 3. */
  constructor(database: Database) {
    this.#database = database;
  }

  /** Adds a checkout, which is running from now on. */
  insert(checkout: Checkout): void {
    const { id, replica, uuid, version, destination, email } = checkout;
    this.#database.prepare(
      `INSERT INTO checkouts (id, replica, bundle_uuid, bundle_version,
         destination, email, state) VALUES (?, ?, ?, ?, ?, ?, 'RUNNING')`,
    ).run(id, replica, uuid, version, destination, email);
  }

  /** A checkout and how far it is; undefined when there is none. */
  find(id: string): { checkout: Checkout; state: CheckoutState } | undefined {
    const row = this.#database
      .prepare("SELECT * FROM checkouts WHERE id = ?").get(id);
    return row && { checkout: toCheckout(row), state: toState(row) };
  }

  /** Says how a checkout ended. */
  finish(id: string, state: CheckoutState): void {
    const { status } = state;
    this.#database.prepare(
      "UPDATE checkouts SET state = ?, location = ?, cause = ? WHERE id = ?",
    ).run(
      status,
      status === "SUCCEEDED" ? state.location : null,
      status === "FAILED" ? state.cause : null,
      id,
    );
  }
}

function toCheckout(row: Row): Checkout {
  return {
    id: String(row.id),
    replica: String(row.replica),
    uuid: String(row.bundle_uuid),
    version: String(row.bundle_version),
    destination: String(row.destination),
    email: String(row.email),
  };
}

function toState({ state, location, cause }: Row): CheckoutState {
  switch (state) {
    case "SUCCEEDED":
      return { status: "SUCCEEDED", location: String(location) };
    case "FAILED":
      return { status: "FAILED", cause: String(cause) };
    default:
      return { status: "RUNNING" };
  }
}
