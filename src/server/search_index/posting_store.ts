import {
  type Database,
  formatFqid,
  type JsonObject,
  LocalError,
} from "../../base/mod.ts";
import { CHUNK_SIZE } from "./document_set.ts";
import { PostingBatch } from "./posting_batch.ts";

/** A document to be indexed. */
export interface IndexedDocument {
  /** The key of its bundle in the database. */
  bundleId: number;
  /** The bundle's uuid. */
  uuid: string;
  /** The bundle's version. */
  version: string;
  /** The document. */
  document: JsonObject;
}

/** Writes the tables of the index, inside a transaction of the caller's. */
export class PostingStore {
  readonly #database: Database;

  /** Works on the tables of `tables.ts`. */
  constructor(database: Database) {
    this.#database = database;
  }

  /** How many documents still go into the chunk that is being filled. */
  get room(): number {
    return CHUNK_SIZE - this.#lastChunk().size;
  }

  /**
   * The key of a bundle.
   *
   * @throws {LocalError} when it is not in the store
   */
  bundleId(fqid: { uuid: string; version: string }): number {
    const row = this.#database
      .prepare("SELECT id FROM bundles WHERE uuid = ? AND version = ?")
      .get(fqid.uuid, fqid.version);
    if (row !== undefined) return Number(row.id);
    throw new LocalError(`bundle ${formatFqid(fqid)} is not in the store`, {
      reason: "not_found",
    });
  }

  /**
   * Adds documents, each in the place of what its bundle had; at most
   * {@linkcode room} of them.
   */
  put(documents: readonly IndexedDocument[]): void {
    for (const { bundleId } of documents) this.remove(bundleId);
    const { chunk, size } = this.#lastChunk();
    const batch = new PostingBatch();
    const number = this.#database
      .prepare("INSERT INTO search_documents VALUES (?, ?)");
    documents.forEach((entry, index) => {
      const place = size + index;
      batch.add(place, entry.document, formatFqid(entry));
      number.run(entry.bundleId, chunk * CHUNK_SIZE + place);
    });
    batch.write(this.#database, chunk);
    this.#grow(chunk, size, documents.length);
  }

  /**
   * Takes a bundle's document out, if it has one. Its postings stay until
   * nothing of their chunk is alive.
   */
  remove(bundleId: number): void {
    this.#database.prepare("DELETE FROM search_backlog WHERE bundle_id = ?")
      .run(bundleId);
    const row = this.#database.prepare(
      "DELETE FROM search_documents WHERE bundle_id = ? RETURNING number",
    ).get(bundleId);
    if (row === undefined) return;
    const chunk = Math.floor(Number(row.number) / CHUNK_SIZE);
    const live = this.#livePlaces(chunk)
      .filter((place) => place !== Number(row.number) % CHUNK_SIZE);
    if (live.length === 0) this.#drop(chunk);
    else {
      this.#database.prepare(
        "UPDATE search_chunks SET live = ? WHERE chunk = ?",
      )
        .run(live, chunk);
    }
  }

  /** The chunk that is being filled, or the next one. */
  #lastChunk(): { chunk: number; size: number } {
    const row = this.#database.prepare(
      "SELECT chunk, size FROM search_chunks ORDER BY chunk DESC LIMIT 1",
    ).get();
    if (row === undefined) return { chunk: 0, size: 0 };
    const size = Number(row.size);
    const chunk = Number(row.chunk);
    return size < CHUNK_SIZE ? { chunk, size } : { chunk: chunk + 1, size: 0 };
  }

  #grow(chunk: number, size: number, by: number): void {
    const places = Uint8Array.from({ length: by }, (_, index) => size + index);
    this.#database.prepare(
      `INSERT INTO search_chunks VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET
         size = excluded.size, live = CAST(live || excluded.live AS BLOB)`,
    ).run(chunk, size + by, places);
  }

  #livePlaces(chunk: number): Uint8Array {
    const row = this.#database
      .prepare("SELECT live FROM search_chunks WHERE chunk = ?").get(chunk);
    return row?.live instanceof Uint8Array ? row.live : new Uint8Array();
  }

  #drop(chunk: number): void {
    for (const table of ["search_postings", "search_chunks"]) {
      this.#database.prepare(`DELETE FROM ${table} WHERE chunk = ?`).run(chunk);
    }
  }
}
