import {
  compareCodePoints,
  type Database,
  type Fqid,
  type JsonObject,
  type Row,
} from "../base/mod.ts";
import type {
  BlobRecord,
  BundleFileRecord,
  BundleRecord,
  FileRecord,
} from "./records.ts";
import { IS_ALIVE, TombstoneTable } from "./tombstone_table.ts";

const FILE_COLUMNS = `f.uuid, f.version, f.creator_uid, f.content_type,
  b.sha256, b.size_bytes, b.sha1, b.crc32c, b.s3_etag`;

/** What there is in a store, in numbers. */
export interface StoreCounts {
  /** Bundle versions that were not deleted. */
  bundles: number;
  /** File versions. */
  files: number;
  /** Distinct contents. */
  blobs: number;
  /** Bytes of all contents. */
  sizeBytes: number;
}

/** A bundle to be stored: its files are in the store. */
export interface NewBundle {
  /** The bundle's uuid. */
  uuid: string;
  /** The bundle's version. */
  version: string;
  /** Who puts it. */
  creatorUid: number;
  /** Its files in order. */
  files: readonly BundleFileRecord[];
}

/** Bundles, files and search documents in SQL. */
export class Repository {
  /** What keeps bundles out of sight. */
  readonly tombstones: TombstoneTable;
  readonly #database: Database;

  /** Works on a database that has the tables of `schema.ts`. */
  constructor(database: Database) {
    this.#database = database;
    this.tombstones = new TombstoneTable(database);
  }

  /** A setting of the store; undefined if it was never set. */
  setting(key: string): string | undefined {
    const row = this.#database
      .prepare("SELECT value FROM settings WHERE key = ?").get(key);
    return row && String(row.value);
  }

  /** Sets a setting unless it has a value, and returns the one it has. */
  initialSetting(key: string, value: string): string {
    return this.#database.transaction(() => {
      this.#database
        .prepare("INSERT OR IGNORE INTO settings (key, value) VALUES (?, ?)")
        .run(key, value);
      return this.setting(key) ?? value;
    });
  }

  /** A version of a file, or the latest one; undefined if there is none. */
  file(uuid: string, version?: string): FileRecord | undefined {
    const row = this.#database.prepare(
      `SELECT ${FILE_COLUMNS} FROM files f JOIN blobs b USING (sha256)
       WHERE f.uuid = ?1 AND (?2 IS NULL OR f.version = ?2)
       ORDER BY f.version DESC LIMIT 1`,
    ).get(uuid, version ?? null);
    return row && toFile(row);
  }

  /** A version of a bundle, dead or alive; undefined if there is none. */
  bundle(uuid: string, version: string): BundleRecord | undefined {
    const row = this.#database
      .prepare("SELECT * FROM bundles WHERE uuid = ? AND version = ?")
      .get(uuid, version);
    return row && toBundle(row);
  }

  /** A version that is not dead, or the latest such one; undefined if none. */
  livingBundle(uuid: string, version?: string): BundleRecord | undefined {
    const row = this.#database.prepare(
      `SELECT * FROM bundles b
       WHERE uuid = ?1 AND (?2 IS NULL OR version = ?2) AND ${IS_ALIVE}
       ORDER BY version DESC LIMIT 1`,
    ).get(uuid, version ?? null);
    return row && toBundle(row);
  }

  /** The versions of a bundle, dead or alive, oldest first. */
  bundleVersions(uuid: string): string[] {
    return this.#database
      .prepare("SELECT version FROM bundles WHERE uuid = ? ORDER BY version")
      .all(uuid).map((row) => String(row.version));
  }

  /** Some of a bundle's files in order: from `start` on, `limit` at most. */
  bundleFiles(id: number, start = 0, limit = -1): BundleFileRecord[] {
    return this.#database.prepare(
      `SELECT m.name, m.indexed, ${FILE_COLUMNS} FROM bundle_files m
       JOIN files f ON f.uuid = m.file_uuid AND f.version = m.file_version
       JOIN blobs b USING (sha256)
       WHERE m.bundle_id = ? AND m.position >= ?
       ORDER BY m.position LIMIT ?`,
    ).all(id, start, limit).map((row) => ({
      ...toFile(row),
      name: String(row.name),
      indexed: row.indexed === 1,
    }));
  }

  /** How many files a bundle has. */
  countBundleFiles(id: number): number {
    const row = this.#database
      .prepare("SELECT count(*) AS n FROM bundle_files WHERE bundle_id = ?")
      .get(id);
    return Number(row?.n ?? 0);
  }

  /**
   * Bundle versions that are not dead, in key order.
   *
   * @param after the key before the first one wanted; undefined: the start
   */
  bundleKeys(
    prefix: string,
    after: Fqid | undefined,
    limit: number,
  ): { uuid: string; version: string }[] {
    // One lower bound, so that the index leads to it: the later of the two.
    const isInside = after !== undefined &&
      compareCodePoints(after.uuid, prefix) >= 0;
    const from = isInside ? after : { uuid: prefix, version: "" };
    return this.#database.prepare(
      `SELECT uuid, version FROM bundles b
       WHERE (uuid, version) > (?1, ?2) AND uuid < ?3 || char(0x10ffff)
         AND substr(uuid, 1, length(?3)) = ?3 AND ${IS_ALIVE}
       ORDER BY uuid, version LIMIT ?4`,
    ).all(from.uuid, from.version, prefix, limit)
      .map((row) => ({
        uuid: String(row.uuid),
        version: String(row.version),
      }));
  }

  /** A content by its SHA-256. */
  blob(sha256: string): BlobRecord | undefined {
    const row = this.#database
      .prepare("SELECT * FROM blobs WHERE sha256 = ?").get(sha256);
    return row && toBlob(row);
  }

  /** Contents in the order of their SHA-256, after one of them. */
  blobsAfter(sha256: string, limit: number): BlobRecord[] {
    return this.#database
      .prepare("SELECT * FROM blobs WHERE sha256 > ? ORDER BY sha256 LIMIT ?")
      .all(sha256, limit).map(toBlob);
  }

  /** Bundle versions, dead or alive, in the order in which they came. */
  bundlesAfter(id: number, limit: number): BundleRecord[] {
    return this.#database
      .prepare("SELECT * FROM bundles WHERE id > ? ORDER BY id LIMIT ?")
      .all(id, limit).map(toBundle);
  }

  /**
   * Adds a version of a file, and its content if that is not known.
   *
   * @returns false when the version is there; it stays as it is
   */
  insertFile(file: FileRecord): boolean {
    if (this.file(file.uuid, file.version) !== undefined) return false;
    this.#database.prepare("INSERT OR IGNORE INTO blobs VALUES (?, ?, ?, ?, ?)")
      .run(file.sha256, file.sizeBytes, file.sha1, file.crc32c, file.s3Etag);
    this.#database.prepare("INSERT INTO files VALUES (?, ?, ?, ?, ?)").run(
      file.uuid,
      file.version,
      file.creatorUid,
      file.contentType,
      file.sha256,
    );
    return true;
  }

  /** Adds a version of a bundle, which must not be there; its files must. */
  insertBundle({ uuid, version, creatorUid, files }: NewBundle): void {
    this.#database.prepare(
      "INSERT INTO bundles (uuid, version, creator_uid) VALUES (?, ?, ?)",
    ).run(uuid, version, creatorUid);
    const id = this.bundle(uuid, version)?.id ?? 0;
    const member = this.#database.prepare(
      "INSERT INTO bundle_files VALUES (?, ?, ?, ?, ?, ?)",
    );
    files.forEach((file, position) => {
      const { name, indexed } = file;
      member.run(
        id,
        position,
        name,
        indexed ? 1 : 0,
        file.uuid,
        file.version,
      );
    });
  }

  /** The search document of a bundle, by the key inside the database. */
  documentOf(id: number): string | undefined {
    const row = this.#database
      .prepare("SELECT document FROM documents WHERE bundle_id = ?").get(id);
    return row && String(row.document);
  }

  /** Sets the search document of a bundle version that is there. */
  putDocument({ uuid, version }: Fqid, document: JsonObject): void {
    const text = JSON.stringify(document);
    // One after the other: what an upsert does to conflicts, it would also do
    // to those of the triggers.
    const isThere = this.#database.prepare(
      `UPDATE documents SET document = ? WHERE bundle_id =
         (SELECT id FROM bundles WHERE uuid = ? AND version = ?)`,
    ).run(text, uuid, version) > 0;
    if (isThere) return;
    this.#database.prepare(
      `INSERT INTO documents
       SELECT id, ? FROM bundles WHERE uuid = ? AND version = ?`,
    ).run(text, uuid, version);
  }

  /** What there is. */
  counts(): StoreCounts {
    const row = this.#database.prepare(
      `SELECT (SELECT count(*) FROM bundles b WHERE ${IS_ALIVE}) AS bundles,
              (SELECT count(*) FROM files) AS files,
              (SELECT count(*) FROM blobs) AS blobs,
              (SELECT coalesce(sum(size_bytes), 0) FROM blobs) AS size_bytes`,
    ).get();
    return {
      bundles: Number(row?.bundles ?? 0),
      files: Number(row?.files ?? 0),
      blobs: Number(row?.blobs ?? 0),
      sizeBytes: Number(row?.size_bytes ?? 0),
    };
  }
}

function toBundle(row: Row): BundleRecord {
  return {
    id: Number(row.id),
    uuid: String(row.uuid),
    version: String(row.version),
    creatorUid: Number(row.creator_uid),
  };
}

function toBlob(row: Row): BlobRecord {
  return {
    sha256: String(row.sha256),
    sizeBytes: Number(row.size_bytes),
    sha1: String(row.sha1),
    crc32c: String(row.crc32c),
    s3Etag: String(row.s3_etag),
  };
}

function toFile(row: Row): FileRecord {
  return {
    ...toBlob(row),
    uuid: String(row.uuid),
    version: String(row.version),
    creatorUid: Number(row.creator_uid),
    contentType: String(row.content_type),
  };
}
