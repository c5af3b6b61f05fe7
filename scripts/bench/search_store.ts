import { join } from "node:path";
import type { Database } from "../../src/base/mod.ts";
import { openSqlite } from "../../src/platform/mod.ts";
import { prepareSchema } from "../../src/server/schema.ts";
import { SearchIndex } from "../../src/server/search_index/mod.ts";
import type { DocumentMaker, MadeDocument } from "./search_documents.ts";
import { median } from "./statistics.ts";

/** Hits on a page. */
export const PAGE = 100;
/** Where the specimens of a bundle are. */
export const SPECIMEN = "files.specimen_from_organism_json";

const ROUNDS = 5;
const BATCH = 1000;

/** The tables of an embedded DSS with bundles that have no files. */
export class BenchStore implements Disposable {
  /** The tables. */
  readonly database: Database;
  /** The index of them. */
  readonly index: SearchIndex;

  private constructor(database: Database) {
    this.database = database;
    this.index = new SearchIndex({ database });
  }

  /** Makes the tables in a file of a directory. */
  static async open(directory: string): Promise<BenchStore> {
    const path = join(directory, "dss.sqlite");
    const database = openSqlite(path);
    await prepareSchema(database, path);
    return new BenchStore(database);
  }

  /** Writes documents without indexing them. */
  write(make: DocumentMaker, from: number, to: number): void {
    for (let start = from; start < to; start += BATCH) {
      this.database.transaction(() => {
        for (let at = start; at < Math.min(start + BATCH, to); at++) {
          this.add(make(at));
        }
      });
    }
  }

  /** Writes one document in the open transaction, without indexing it. */
  add({ uuid, version, text }: MadeDocument): void {
    const row = this.database.prepare(
      `INSERT INTO bundles (uuid, version, creator_uid) VALUES (?, ?, 0)
       RETURNING id`,
    ).get(uuid, version);
    this.database.prepare("INSERT INTO documents VALUES (?, ?)")
      .run(Number(row?.id), text);
  }

  /** Bytes that are in use in the file. */
  get sizeBytes(): number {
    const pragma = (name: string) =>
      Number(this.database.prepare(`PRAGMA ${name}`).get()?.[name]);
    return (pragma("page_count") - pragma("freelist_count")) *
      pragma("page_size");
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.database.close();
  }
}

/** How long work takes, the middle one of some rounds. */
export function milliseconds(work: () => unknown): number {
  return median(Array.from({ length: ROUNDS }, () => {
    const beganAt = performance.now();
    work();
    return performance.now() - beganAt;
  }));
}
