import type { Database } from "../../base/mod.ts";
import { ID_PATH, type KeyPath } from "./document_keys.ts";
import { encodeText } from "./key_bytes.ts";

/**
 * The numbers that stand for paths. Good for one transaction: what it adds
 * is gone if that fails.
 */
export class PathKeys {
  readonly #database: Database;
  // The path of the id is number 0 and not in the table.
  readonly #known = new Map<KeyPath, number | undefined>([[ID_PATH, 0]]);

  /** Works on `search_paths`. */
  constructor(database: Database) {
    this.#database = database;
  }

  /** The number of a path; undefined if no document ever had it. */
  find(path: KeyPath): number | undefined {
    if (typeof path === "string" && !this.#known.has(path)) {
      const row = this.#database
        .prepare("SELECT id FROM search_paths WHERE path = ?")
        .get(encodeText(path));
      this.#known.set(path, row && Number(row.id));
    }
    return this.#known.get(path);
  }

  /** The number of a path, which is given one if it has none. */
  findOrAdd(path: KeyPath): number {
    const found = this.find(path);
    if (found !== undefined || typeof path !== "string") return found ?? 0;
    const row = this.#database
      .prepare("INSERT INTO search_paths (path) VALUES (?) RETURNING id")
      .get(encodeText(path));
    const id = Number(row?.id);
    this.#known.set(path, id);
    return id;
  }
}
