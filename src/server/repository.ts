import { type Database, HcaError, LocalError, type Row } from "../base/mod.ts";
import type {
  BlobRecord,
  BundleFileRecord,
  BundleRecord,
  FileRecord,
} from "./records.ts";

const FILE_COLUMNS = `f.uuid, f.version, f.creator_uid, f.content_type,
  b.sha256, b.size_bytes, b.sha1, b.crc32c, b.s3_etag`;

/** What there is in a store, in numbers. */
export interface StoreCounts {
  /** Bundle versions. */
  bundles: number;
  /** File versions. */
  files: number;
  /** Distinct contents. */
  blobs: number;
  /** Bytes of all contents. */
  sizeBytes: number;
}

/** A bundle to be stored: its files are known contents. */
export interface NewBundle {
  /** The bundle's uuid. */
  uuid: string;
  /** The bundle's version. */
  version: string;
  /** Who puts it. */
  creatorUid: number;
  /** Its files in order. */
  files: BundleFileRecord[];
  /** Its search document, JSON text. */
  document: string;
}

/** Bundles, files and search documents in SQL. */
export class Repository {
  readonly #database: Database;

  /** Works on a database that has the tables of `schema.ts`. */
  constructor(database: Database) {
    this.#database = database;
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

  /** A version of a bundle, or the latest one; undefined if there is none. */
  bundle(uuid: string, version?: string): BundleRecord | undefined {
    const row = this.#database.prepare(
      `SELECT id, uuid, version, creator_uid FROM bundles
       WHERE uuid = ?1 AND (?2 IS NULL OR version = ?2)
       ORDER BY version DESC LIMIT 1`,
    ).get(uuid, version ?? null);
    return row && {
      id: Number(row.id),
      uuid: String(row.uuid),
      version: String(row.version),
      creatorUid: Number(row.creator_uid),
    };
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
   * Bundle versions in key order, `<uuid>.<version>`.
   *
   * @param after the key before the first one wanted; "" for the start
   */
  bundleKeys(
    prefix: string,
    after: string,
    limit: number,
  ): { uuid: string; version: string }[] {
    return this.#database.prepare(
      `SELECT uuid, version FROM bundles
       WHERE substr(uuid, 1, length(?1)) = ?1 AND uuid || '.' || version > ?2
       ORDER BY uuid, version LIMIT ?3`,
    ).all(prefix, after, limit).map((row) => ({
      uuid: String(row.uuid),
      version: String(row.version),
    }));
  }

  /** Every search document, newest key first, one at a time. */
  *documents(): IterableIterator<
    { uuid: string; version: string; document: string }
  > {
    const rows = this.#database.prepare(
      `SELECT uuid, version, document FROM documents
       JOIN bundles ON bundles.id = documents.bundle_id
       ORDER BY uuid DESC, version DESC`,
    ).iterate();
    for (const row of rows) {
      yield {
        uuid: String(row.uuid),
        version: String(row.version),
        document: String(row.document),
      };
    }
  }

  /** A content by its SHA-256. */
  blob(sha256: string): BlobRecord | undefined {
    const row = this.#database
      .prepare("SELECT * FROM blobs WHERE sha256 = ?").get(sha256);
    return row && toBlob(row);
  }

  /**
   * Whether exactly this bundle is stored.
   *
   * @throws {LocalError} with reason `exists` when it is there with another
   * content.
   */
  hasBundle(bundle: Omit<NewBundle, "document">): boolean {
    const known = this.bundle(bundle.uuid, bundle.version);
    if (known !== undefined) this.#checkSame(bundle, known);
    return known !== undefined;
  }

  /**
   * Stores a bundle with its files, all or nothing. The same bundle again
   * changes nothing.
   *
   * @returns whether it was new
   * @throws {LocalError} with reason `exists` when the bundle, or one of the
   * file versions, is there with another content.
   */
  putBundle(bundle: NewBundle): boolean {
    return this.#database.transaction(() => {
      if (this.hasBundle(bundle)) return false;
      for (const file of bundle.files) this.#putFile(file);
      this.#database.prepare(
        "INSERT INTO bundles (uuid, version, creator_uid) VALUES (?, ?, ?)",
      ).run(bundle.uuid, bundle.version, bundle.creatorUid);
      const id = this.bundle(bundle.uuid, bundle.version)?.id ?? 0;
      const member = this.#database.prepare(
        "INSERT INTO bundle_files VALUES (?, ?, ?, ?, ?, ?)",
      );
      bundle.files.forEach(({ name, indexed, uuid, version }, position) => {
        member.run(id, position, name, indexed ? 1 : 0, uuid, version);
      });
      this.#database.prepare("INSERT INTO documents VALUES (?, ?)")
        .run(id, bundle.document);
      return true;
    });
  }

  /** What there is. */
  counts(): StoreCounts {
    const row = this.#database.prepare(
      `SELECT (SELECT count(*) FROM bundles) AS bundles,
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

  #putFile(file: FileRecord): void {
    const known = this.file(file.uuid, file.version);
    if (known !== undefined) {
      if (known.sha256 === file.sha256) return;
      throw exists(`file ${file.uuid} version ${file.version}`);
    }
    this.#database.prepare("INSERT OR IGNORE INTO blobs VALUES (?, ?, ?, ?, ?)")
      .run(file.sha256, file.sizeBytes, file.sha1, file.crc32c, file.s3Etag);
    this.#database.prepare("INSERT INTO files VALUES (?, ?, ?, ?, ?)").run(
      file.uuid,
      file.version,
      file.creatorUid,
      file.contentType,
      file.sha256,
    );
  }

  #checkSame(bundle: Omit<NewBundle, "document">, known: BundleRecord): void {
    const identity = (file: BundleFileRecord) =>
      [file.name, file.indexed, file.uuid, file.version, file.sha256].join(
        "\n",
      );
    const before = this.bundleFiles(known.id).map(identity);
    const same = before.length === bundle.files.length &&
      bundle.files.every((file, index) => identity(file) === before[index]);
    if (!same) throw exists(`bundle ${bundle.uuid} version ${bundle.version}`);
  }
}

function exists(what: string): HcaError {
  return new LocalError(`${what} is in the store with another content`, {
    reason: "exists",
    hint: "Give another uuid or version.",
  });
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
