import {
  type Database,
  type JsonObject,
  type Log,
  silentLog,
} from "../../base/mod.ts";
import { matchDocument, type Query } from "../search/mod.ts";
import { Backlog } from "./backlog.ts";
import type { DocumentSet } from "./document_set.ts";
import { planQuery } from "./plan_query.ts";
import { PostingStore } from "./posting_store.ts";
import { PlanRunner } from "./run_plan.ts";
import { runSlice, runSlices, type SliceOptions } from "./run_slices.ts";
import { compareFalling, type DocumentKey, selectHits } from "./select_hits.ts";

const NEXT_NUMBERED = `SELECT n.number, b.uuid, b.version, d.document
 FROM search_documents n
 CROSS JOIN bundles b ON b.id = n.bundle_id
 CROSS JOIN documents d ON d.bundle_id = n.bundle_id
 WHERE n.number >= ? ORDER BY n.number LIMIT 1`;

/** One document that a search has found. */
export interface SearchHit extends DocumentKey {
  /** The document, JSON text; undefined unless it was asked for. */
  document: string | undefined;
}

/** Which part of the hits is wanted. */
export interface SearchPage {
  /** The key before the first one wanted; undefined for the start. */
  after?: DocumentKey;
  /** How many at most. */
  limit: number;
  /** Whether the documents are read too. Default: they are not. */
  withDocuments?: boolean;
}

/** What a search has found. */
export interface SearchResult {
  /** Falling by uuid, then by version. */
  hits: SearchHit[];
  /** How many documents match, on whatever page. */
  totalHits: number;
}

/**
 * The index of search documents: it finds what `matchDocument` would find in
 * each of them, without reading them. Everything is in the database, so that
 * several processes may share it.
 */
export class SearchIndex {
  readonly #database: Database;
  readonly #store: PostingStore;
  readonly #backlog: Backlog;

  /** Works on a database that has the tables of `tables.ts`. */
  constructor(options: { database: Database; log?: Log }) {
    const { database, log = silentLog } = options;
    this.#database = database;
    this.#store = new PostingStore(database);
    this.#backlog = new Backlog(database, this.#store, log);
  }

  /**
   * Indexes the document of a bundle in the place of the one it had. Belongs
   * into the transaction that writes the document, after it; where it is left
   * out, the next search makes up for it.
   *
   * @throws {LocalError} when the bundle is not in the store
   */
  put(fqid: DocumentKey, document: JsonObject): void {
    const { uuid, version } = fqid;
    const bundleId = this.#store.bundleId(fqid);
    this.#store.put([{ bundleId, uuid, version, document }]);
  }

  /**
   * Indexes what was written without {@linkcode put}, by an older hca above
   * all, in many transactions. A search before that has the same answer, but
   * reads those documents.
   *
   * @param signal when aborted, the rest is left for later
   */
  async catchUp(signal?: AbortSignal): Promise<void> {
    await this.#backlog.settle(signal);
  }

  /** Finds what matches. Every page costs the same. */
  search(query: Query, page: SearchPage): SearchResult {
    return this.#atOneMoment(() => {
      const index = new PlanRunner(this.#database);
      const steps = index.find(planQuery(query));
      for (let step = steps.next();; step = steps.next()) {
        if (step.done) return this.#result(index, step.value, query, page);
      }
    });
  }

  /**
   * Finds what {@linkcode search} finds, in slices between which others have
   * their turn. What is written meanwhile is found as it is at the end.
   *
   * @param slices.signal when aborted, nobody waits for the answer
   * @throws {SearchTooLongError} when it takes more work than one search may
   */
  async searchInSlices(
    query: Query,
    page: SearchPage,
    slices: SliceOptions,
  ): Promise<SearchResult> {
    const { index, steps, result } = this.#atOneMoment(() => {
      const index = new PlanRunner(this.#database);
      const steps = index.find(planQuery(query));
      const found = runSlice(steps, slices);
      const result = found && this.#result(index, found, query, page);
      return { index, steps, result };
    });
    if (result !== undefined) return result;
    const found = await runSlices(steps, slices);
    return this.#atOneMoment(() => {
      const now = new PlanRunner(this.#database);
      const current = this.#brought(now, index.firstOpen, found, query);
      return this.#result(now, current, query, page);
    });
  }

  /**
   * What a search that began earlier has found, with what was written since.
   *
   * @param firstOpen from this number on a document may be another one now
   */
  #brought(
    now: PlanRunner,
    firstOpen: number,
    found: DocumentSet,
    query: Query,
  ): DocumentSet {
    const current = now.everything;
    const open = [...current].filter((number) => number >= firstOpen);
    current.intersect(found);
    for (const number of open) current.delete(number);
    const statement = this.#database.prepare(NEXT_NUMBERED);
    for (let from = firstOpen;;) {
      const row = statement.get(from);
      if (row === undefined) return current;
      const number = Number(row.number);
      const id = `${row.uuid}.${row.version}`;
      if (matchDocument(query, JSON.parse(String(row.document)), id)) {
        current.add(number);
      }
      from = number + 1;
    }
  }

  #result(
    index: PlanRunner,
    indexed: DocumentSet,
    query: Query,
    { after, limit, withDocuments = false }: SearchPage,
  ): SearchResult {
    for (const number of this.#backlog.staleNumbers()) indexed.delete(number);
    const unindexed = this.#backlog.matches(query);
    const rest = unindexed.filter((key) =>
      after === undefined || compareFalling(after, key) < 0
    );
    const keys = selectHits(this.#database, indexed, index.count, {
      after,
      limit,
    });
    const hits = keys.concat(rest).sort(compareFalling).slice(0, limit);
    return {
      hits: hits.map((key) => this.#hit(key, withDocuments)),
      totalHits: indexed.size + unindexed.length,
    };
  }

  #hit({ uuid, version }: DocumentKey, isWhole: boolean): SearchHit {
    if (!isWhole) return { uuid, version, document: undefined };
    const row = this.#database.prepare(
      `SELECT document FROM documents JOIN bundles ON id = bundle_id
       WHERE uuid = ? AND version = ?`,
    ).get(uuid, version);
    return { uuid, version, document: String(row?.document) };
  }

  // A savepoint and not a transaction of the port, which would wait for
  // writers; it may also stand inside of one.
  #atOneMoment<T>(work: () => T): T {
    this.#database.execute("SAVEPOINT search");
    try {
      return work();
    } finally {
      this.#database.execute("RELEASE search");
    }
  }
}
