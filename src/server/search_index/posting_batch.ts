import type { Database, JsonObject } from "../../base/mod.ts";
import { type KeyPath, visitKeys } from "./document_keys.ts";
import { PathKeys } from "./path_keys.ts";
import { encodeKey, type PostingKey } from "./posting_key.ts";

interface Posting {
  key: PostingKey;
  /** Where in the chunk the documents are, rising. */
  places: number[];
}

// A document comes after those that the chunk has, so its place goes last.
// The operator makes text of two blobs, byte by byte.
const ADD = `INSERT INTO search_postings VALUES (?, ?, ?, ?, ?)
 ON CONFLICT DO UPDATE SET
   documents = CAST(documents || excluded.documents AS BLOB)`;

/** What is to be written for documents of one chunk. */
export class PostingBatch {
  readonly #postings = new Map<KeyPath, Map<string, Posting>>();

  /**
   * Adds a document.
   *
   * @param place where in the chunk it is, after all that were added before
   * @param id its FQID
   */
  add(place: number, document: JsonObject, id: string): void {
    visitKeys(document, id, (path, key) => {
      const { places } = this.#posting(path, key);
      if (places.at(-1) !== place) places.push(place);
    });
  }

  /** Writes all of it, in the order of the table. */
  write(database: Database, chunk: number): void {
    const paths = new PathKeys(database);
    const statement = database.prepare(ADD);
    const groups = [...this.#postings]
      .map(([path, postings]) => [paths.findOrAdd(path), postings] as const)
      .sort(([a], [b]) => a - b);
    for (const [path, postings] of groups) {
      for (const name of [...postings.keys()].sort()) {
        const posting = postings.get(name);
        if (posting === undefined) continue;
        const { value, raw } = encodeKey(posting.key);
        const places = Uint8Array.from(posting.places);
        statement.run(chunk, path, value, raw, places);
      }
    }
  }

  #posting(path: KeyPath, key: PostingKey): Posting {
    let postings = this.#postings.get(path);
    if (postings === undefined) {
      this.#postings.set(path, postings = new Map());
    }
    const name = nameOf(key);
    let posting = postings.get(name);
    if (posting === undefined) {
      postings.set(name, posting = { key, places: [] });
    }
    return posting;
  }
}

// Nearly in the order of the bytes; the length tells where the text ends.
function nameOf({ kind, number, text, raw }: PostingKey): string {
  return `${kind}${number}\n${text}\n${raw}\n${text.length}`;
}
