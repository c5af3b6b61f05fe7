import type { Database, Row } from "../base/mod.ts";
import type { Tombstone } from "./records.ts";

// The version of a row that stands for every version.
const WHOLE = "";

/** Whether a row of `bundles`, by the name `b`, has no tombstone over it. */
export const IS_ALIVE = `NOT EXISTS (SELECT 1 FROM tombstones t
  WHERE t.uuid = b.uuid AND t.version IN ('${WHOLE}', b.version))`;

/** The tombstones of bundles in SQL. */
export class TombstoneTable {
  readonly #database: Database;

  /** Works on a database that has the tables of `schema.ts`. */
  constructor(database: Database) {
    this.#database = database;
  }

  /** The tombstone of one version, or with null of the whole bundle. */
  find(uuid: string, version: string | null): Tombstone | undefined {
    // Such a version would be taken for all of them.
    if (version === WHOLE) return undefined;
    const row = this.#database
      .prepare("SELECT * FROM tombstones WHERE uuid = ? AND version = ?")
      .get(uuid, version ?? WHOLE);
    return row && toTombstone(row);
  }

  /** The tombstone that keeps a version out of sight, its own one first. */
  over(uuid: string, version: string): Tombstone | undefined {
    return this.find(uuid, version) ?? this.find(uuid, null);
  }

  /** Adds a tombstone; there must be none for the same thing. */
  insert({ uuid, version, email, reason }: Tombstone): void {
    this.#database.prepare("INSERT INTO tombstones VALUES (?, ?, ?, ?)")
      .run(uuid, version ?? WHOLE, email, reason);
  }
}

function toTombstone(row: Row): Tombstone {
  return {
    uuid: String(row.uuid),
    version: row.version === WHOLE ? null : String(row.version),
    email: String(row.email),
    reason: String(row.reason),
  };
}
