import type { Database, JsonObject, Row } from "../../base/mod.ts";
import { timestampAfter } from "./timestamp_after.ts";

/** A journal: event documents one after the other, as bytes. */
export interface EventJournal {
  /** Its name. */
  id: string;
  /** When its first event happened. */
  fromDate: string;
  /** When its last event happened. */
  toDate: string;
  /** How long it is. */
  sizeBytes: number;
  /** The bundle that its event is about. */
  uuid: string;
  /** The version of the bundle. */
  version: string;
}

/**
 * The creations of bundles in SQL. Each is a journal of its own, as a fresh
 * one is in the DSS; journals are not merged.
 */
export class EventStore {
  readonly #database: Database;

  /** Works on a database that has the tables of schema version 3. */
  constructor(database: Database) {
    this.#database = database;
  }

  /** Records that a bundle was created, in the transaction that does so. */
  record(
    uuid: string,
    version: string,
    document: JsonObject,
    nowMs: number,
  ): void {
    const timestamp = timestampAfter(this.#lastTimestamp(), nowMs);
    this.#database.prepare(
      `INSERT INTO events (uuid, version, timestamp, journal, document)
       VALUES (?, ?, ?, ?, ?)`,
    ).run(
      uuid,
      version,
      timestamp,
      `${timestamp}--${timestamp}--new--${crypto.randomUUID()}`,
      JSON.stringify(document),
    );
  }

  /** Forgets the event of a version, or of all; journals keep it. */
  remove(uuid: string, version: string | null): void {
    this.#database.prepare(
      `UPDATE events SET is_removed = 1
       WHERE uuid = ?1 AND (?2 IS NULL OR version = ?2)`,
    ).run(uuid, version);
  }

  /** The event document of a bundle version that was not deleted, as JSON. */
  find(uuid: string, version: string): string | undefined {
    const row = this.#database.prepare(
      `SELECT document FROM events
       WHERE uuid = ? AND version = ? AND is_removed = 0`,
    ).get(uuid, version);
    return row && String(row.document);
  }

  /**
   * Some journals, oldest first.
   *
   * @param from the first moment; undefined: the earliest
   * @param to the end, not included; undefined: after the latest
   */
  journals(
    from: string | undefined,
    to: string | undefined,
    limit: number,
  ): EventJournal[] {
    return this.#database.prepare(
      `SELECT uuid, version, timestamp, journal,
         length(CAST(document AS BLOB)) AS size_bytes FROM events
       WHERE timestamp >= ?1 AND (?2 IS NULL OR timestamp < ?2)
       ORDER BY timestamp LIMIT ?3`,
    ).all(from ?? "", to ?? null, limit).map(toJournal);
  }

  /** The text of a journal; undefined when there is none of that name. */
  journalText(id: string): string | undefined {
    const [timestamp = ""] = id.split("--", 1);
    const row = this.#database.prepare(
      "SELECT document FROM events WHERE timestamp = ? AND journal = ?",
    ).get(timestamp, id);
    return row && String(row.document);
  }

  #lastTimestamp(): string | undefined {
    const row = this.#database.prepare(
      "SELECT timestamp FROM events ORDER BY timestamp DESC LIMIT 1",
    ).get();
    return row && String(row.timestamp);
  }
}

function toJournal(row: Row): EventJournal {
  return {
    id: String(row.journal),
    fromDate: String(row.timestamp),
    toDate: String(row.timestamp),
    sizeBytes: Number(row.size_bytes),
    uuid: String(row.uuid),
    version: String(row.version),
  };
}
