import {
  type Database,
  formatJson,
  formatVersion,
  type Fqid,
  parseJson,
} from "../../base/mod.ts";
import type { Collection } from "./collection.ts";

/** One version of a collection, as it is stored. */
export interface StoredCollection {
  /** Its version. */
  version: string;
  /** The email address of whose it is. */
  owner: string;
  /** The collection. */
  collection: Collection;
  /** How long it is as JSON, bytes. */
  sizeBytes: number;
}

/** A version of a collection that is to be stored. */
export interface NewCollection extends Fqid {
  /** The email address of whose it is. */
  owner: string;
  /** The collection. */
  collection: Collection;
  /** Whether its owner put it as a whole; made by a PATCH it is not listed. */
  isListed: boolean;
}

/** Collections in SQL. The uuids are in lower case. */
export class CollectionStore {
  readonly #database: Database;

  /** Works on a database that has the tables of schema version 3. */
  constructor(database: Database) {
    this.#database = database;
  }

  /** A version, or the latest one, of a collection, dead or alive. */
  find(uuid: string, version?: string): StoredCollection | undefined {
    const row = this.#database.prepare(
      `SELECT version, owner, body FROM collections
       WHERE uuid = ?1 AND (?2 IS NULL OR version = ?2)
       ORDER BY version DESC LIMIT 1`,
    ).get(uuid, version ?? null);
    if (row === undefined) return undefined;
    const body = String(row.body);
    return {
      version: String(row.version),
      owner: String(row.owner),
      collection: parseJson(body, "a stored collection") as Collection,
      sizeBytes: new TextEncoder().encode(body).length,
    };
  }

  /** Whose a collection is, dead or alive: that of its latest version. */
  ownerOf(uuid: string): string | undefined {
    const row = this.#database.prepare(
      `SELECT owner FROM collections WHERE uuid = ?
       ORDER BY version DESC LIMIT 1`,
    ).get(uuid);
    return row && String(row.owner);
  }

  /** Whether a collection was deleted; what is put later is dead too. */
  isDead(uuid: string): boolean {
    return this.#database
      .prepare("SELECT 1 FROM collection_tombstones WHERE uuid = ?")
      .get(uuid) !== undefined;
  }

  /** Stores a version; what stood under the same one is replaced. */
  put({ uuid, version, owner, collection, isListed }: NewCollection): void {
    this.#database.prepare(
      `INSERT INTO collections (uuid, version, owner, body, is_listed)
       VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET owner = excluded.owner,
         body = excluded.body, is_listed = excluded.is_listed`,
    ).run(
      uuid,
      version,
      owner,
      formatJson(collection, { indent: 0 }),
      isListed ? 1 : 0,
    );
  }

  /** How many versions of collections somebody has listed. */
  countListed(owner: string): number {
    const row = this.#database.prepare(
      "SELECT count(*) AS n FROM collections WHERE owner = ? AND is_listed = 1",
    ).get(owner);
    return Number(row?.n ?? 0);
  }

  /** Some of them, by descending uuid and version. */
  listed(owner: string, start: number, limit: number): Fqid[] {
    return this.#database.prepare(
      `SELECT uuid, version FROM collections
       WHERE owner = ? AND is_listed = 1
       ORDER BY uuid DESC, version DESC LIMIT ? OFFSET ?`,
    ).all(owner, limit, start).map((row) => ({
      uuid: String(row.uuid),
      version: String(row.version),
    }));
  }

  /** A version of this moment, or as soon after it as is not in use. */
  unusedVersion(uuid: string, nowMs: number): string {
    const isUsed = this.#database.prepare(
      "SELECT 1 FROM collections WHERE uuid = ? AND version = ?",
    );
    for (let later = 0;; later++) {
      const atMs = nowMs + Math.floor(later / 1000);
      const version = formatVersion(atMs, later % 1000);
      if (isUsed.get(uuid, version) === undefined) return version;
    }
  }

  /**
   * Deletes a collection for good. Its versions stay, unseen, because other
   * collections may list them.
   */
  bury(uuid: string, email: string): void {
    this.#database.prepare(
      "INSERT OR IGNORE INTO collection_tombstones (uuid, email) VALUES (?, ?)",
    ).run(uuid, email);
    this.#database
      .prepare("UPDATE collections SET is_listed = 0 WHERE uuid = ?")
      .run(uuid);
  }
}
