import type { Database } from "../../base/mod.ts";
import { CHUNK_SIZE, DocumentSet } from "./document_set.ts";
import { mergeScans } from "./merge_scans.ts";
import type { KeyScan, Plan } from "./plan.ts";
import { PathKeys } from "./path_keys.ts";
import { decodeKey } from "./posting_key.ts";

// The chunk is the outer loop, so what is found comes by chunk.
const SCAN = `SELECT c.chunk, group_concat(hex(p.documents), '') AS places
 FROM search_chunks c CROSS JOIN search_postings p ON p.chunk = c.chunk
 WHERE p.path = ?1 AND p.value >= ?2 AND p.value < ?3
   AND c.chunk BETWEEN ?4 AND ?5
 GROUP BY c.chunk`;

const READ = `SELECT value, raw, documents FROM search_postings
 WHERE chunk = ?1 AND path = ?2 AND value >= ?3 AND value < ?4
 AND (?5 IS NULL OR instr(value, ?5) > 0)`;

// So many are read in one step: some thousands of documents.
const CHUNKS_PER_STEP = 32;

/** Work that is done step by step, each of them short. */
export type Steps<T> = Generator<undefined, T, undefined>;

/**
 * Finds the documents of plans. Those that are written after it was made it
 * finds or not; of the others it finds those that were alive then.
 */
export class PlanRunner {
  readonly #database: Database;
  readonly #everything: DocumentSet;
  readonly #chunks: readonly number[];
  readonly #paths: PathKeys;

  /** Looks at what there is at the moment. */
  constructor(database: Database) {
    this.#database = database;
    this.#paths = new PathKeys(database);
    const rows = database
      .prepare(
        "SELECT chunk, hex(live) AS live FROM search_chunks ORDER BY chunk",
      ).all();
    this.#chunks = rows.map((row) => Number(row.chunk));
    this.#everything = this.#emptySet();
    for (const row of rows) {
      this.#everything.addPlaces(Number(row.chunk), String(row.live));
    }
  }

  /** The documents that a plan finds, the replaced ones left out. */
  *find(plan: Plan): Steps<DocumentSet> {
    const found = yield* this.#run(plan);
    found.intersect(this.#everything);
    return found;
  }

  /** All documents. */
  get everything(): DocumentSet {
    return this.#everything.copy();
  }

  /** The number from which on documents may be added. */
  get firstOpen(): number {
    return (this.#chunks.at(-1) ?? 0) * CHUNK_SIZE;
  }

  /** How many documents there are. */
  get count(): number {
    return this.#everything.size;
  }

  #emptySet(): DocumentSet {
    return DocumentSet.ofChunks((this.#chunks.at(-1) ?? -1) + 1);
  }

  /** A set that the caller may change. */
  *#run(plan: Plan): Steps<DocumentSet> {
    switch (plan.type) {
      case "everything":
        return this.#everything.copy();
      case "nothing":
        return this.#emptySet();
      case "keys":
        return yield* this.#scanAll(mergeScans(plan.scans));
      case "all":
        return yield* this.#intersection(plan.plans);
      case "any":
        return yield* this.#union(plan.plans);
      case "enough":
        return yield* this.#enough(plan);
      case "except": {
        const found = yield* this.#run(plan.plan);
        if (!found.isEmpty) found.subtract(yield* this.#run(plan.without));
        return found;
      }
    }
  }

  *#intersection(plans: readonly Plan[]): Steps<DocumentSet> {
    const found = this.#everything.copy();
    for (const plan of plans) {
      if (found.isEmpty) break;
      found.intersect(yield* this.#run(plan));
    }
    return found;
  }

  *#union(plans: readonly Plan[]): Steps<DocumentSet> {
    const found = this.#emptySet();
    for (const plan of plans) found.unite(yield* this.#run(plan));
    return found;
  }

  *#enough(
    { plans, minimum }: Extract<Plan, { type: "enough" }>,
  ): Steps<DocumentSet> {
    const weights = new Map<number, number>();
    for (const { plan, weight } of plans) {
      for (const number of yield* this.#run(plan)) {
        weights.set(number, (weights.get(number) ?? 0) + weight);
      }
    }
    const found = this.#emptySet();
    for (const [number, weight] of weights) {
      if (weight >= minimum) found.add(number);
    }
    return found;
  }

  *#scanAll(scans: readonly KeyScan[]): Steps<DocumentSet> {
    const found = this.#emptySet();
    for (const scan of scans) {
      const path = this.#paths.find(scan.path);
      if (path === undefined) continue;
      if (scan.test === undefined) yield* this.#scan(path, scan, found);
      else yield* this.#read(path, scan, scan.test, found);
    }
    return found;
  }

  /** All keys of a range, added up inside the database. */
  *#scan(path: number, { from, to }: KeyScan, found: DocumentSet): Steps<void> {
    const statement = this.#database.prepare(SCAN);
    for (let at = 0; at < this.#chunks.length; at += CHUNKS_PER_STEP) {
      const chunks = this.#chunks.slice(at, at + CHUNKS_PER_STEP);
      const [first = 0, last = first] = [chunks.at(0), chunks.at(-1)];
      for (const row of statement.all(path, from, to, first, last)) {
        found.addPlaces(Number(row.chunk), String(row.places));
      }
      yield;
    }
  }

  /** The keys of a range one by one. */
  *#read(
    path: number,
    { from, to, containing }: KeyScan,
    test: NonNullable<KeyScan["test"]>,
    found: DocumentSet,
  ): Steps<void> {
    const statement = this.#database.prepare(READ);
    const literal = containing?.length ? containing : null;
    for (const chunk of this.#chunks) {
      for (const row of statement.all(chunk, path, from, to, literal)) {
        const { value, raw, documents } = row;
        if (!isBytes(value) || !isBytes(raw) || !isBytes(documents)) continue;
        if (test(decodeKey({ value, raw }))) found.addBytes(chunk, documents);
      }
      yield;
    }
  }
}

function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}
