import {
  type Fqid,
  HcaError,
  type ItemFailure,
  type Json,
  RefusedError,
} from "../base/mod.ts";
import { attemptEach, type AttemptOptions } from "./_attempt_each.ts";
import {
  type CollectionItem,
  parseCollectionItem,
} from "./_collection_items.ts";

/** How much a collection may hold, those inside of it included. */
export interface CollectionLimits {
  /** Levels of collections below the first one. */
  depth: number;
  /** Collections. */
  collections: number;
  /** Items, repeated ones counted each time. */
  items: number;
}

/** More than any real collection; a service that goes on is not obeyed. */
export const COLLECTION_LIMITS: CollectionLimits = {
  depth: 100,
  collections: 10_000,
  items: 1_000_000,
};

/** A file that collections list. */
export interface FileMember extends Fqid {
  /** The collections that list it, `<uuid>.<version>`, each once. */
  collections: Set<string>;
}

/** What collections list, each thing once, in the order of the lists. */
export interface CollectionMembers {
  /** The bundles. */
  bundles: Fqid[];
  /** The files. */
  files: FileMember[];
  /** Items and collections that cannot be used, and why. */
  failures: ItemFailure[];
}

/** How {@linkcode walkCollections} gets at collections. */
export interface CollectionWalkOptions extends AttemptOptions {
  /** Brings the items of one collection; version "" is the latest. */
  read: (collection: Fqid) => Promise<Json[]>;
  /** Default {@linkcode COLLECTION_LIMITS}. */
  limits?: CollectionLimits;
}

/** `<uuid>.<version>`, or `<uuid>.latest` where no version was asked for. */
export function collectionName({ uuid, version }: Fqid): string {
  return `${uuid}.${version || "latest"}`;
}

/**
 * What a collection and the collections inside of it list. Each version of a
 * collection is read once, however often it is listed, so cycles end. The
 * walk goes level by level and does not recurse.
 *
 * @throws {RefusedError} when there is more than the limits allow
 * @throws {HcaError} when the first collection cannot be read
 * @throws {CancelledError} when aborted
 */
export async function walkCollections(
  root: Fqid,
  options: CollectionWalkOptions,
): Promise<CollectionMembers> {
  const walk = new CollectionWalk(root, options.limits ?? COLLECTION_LIMITS);
  let level = walk.nextLevel();
  while (level.length > 0) {
    const answers = await attemptEach(level, options.read, options);
    for (const [at, collection] of level.entries()) {
      const answer = answers[at] ?? [];
      if (!(answer instanceof HcaError)) walk.add(collection, answer);
      else if (collection === root) throw answer;
      else walk.fail(`collection ${collectionName(collection)}`, answer);
    }
    level = walk.nextLevel();
  }
  return walk.members();
}

class CollectionWalk {
  readonly #limits: CollectionLimits;
  readonly #root: Fqid;
  readonly #bundles = new Map<string, Fqid>();
  readonly #files = new Map<string, FileMember>();
  readonly #failures: ItemFailure[] = [];
  readonly #seen: Set<string>;
  #next: Fqid[];
  #depth = -1;
  #items = 0;

  constructor(root: Fqid, limits: CollectionLimits) {
    this.#root = root;
    this.#limits = limits;
    this.#seen = new Set([keyOf(root)]);
    this.#next = [root];
  }

  /** The collections one level further down, not read yet. */
  nextLevel(): Fqid[] {
    const level = this.#next;
    this.#next = [];
    if (++this.#depth <= this.#limits.depth) return level;
    for (const collection of level) {
      this.fail(
        `collection ${collectionName(collection)}`,
        new RefusedError(
          `it is more than ${this.#limits.depth} collections deep inside ` +
            collectionName(this.#root),
        ),
      );
    }
    return [];
  }

  fail(name: string, error: HcaError): void {
    this.#failures.push({ name, error });
  }

  /** Takes in the items of a collection. */
  add(collection: Fqid, items: readonly Json[]): void {
    const name = collectionName(collection);
    this.#items += items.length;
    this.#check(this.#items, this.#limits.items, "items");
    for (const [at, json] of items.entries()) {
      try {
        this.#addItem(parseCollectionItem(json), name);
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        this.fail(`item ${at + 1} of collection ${name}`, error);
      }
    }
    this.#check(this.#seen.size, this.#limits.collections, "collections");
  }

  members(): CollectionMembers {
    return {
      bundles: [...this.#bundles.values()],
      files: [...this.#files.values()],
      failures: this.#failures,
    };
  }

  #addItem({ kind, uuid, version }: CollectionItem, collection: string): void {
    const item = { uuid, version };
    const key = keyOf(item);
    if (kind === "bundle") {
      if (!this.#bundles.has(key)) this.#bundles.set(key, item);
    } else if (kind === "collection") {
      if (!this.#seen.has(key)) this.#next.push(item);
      this.#seen.add(key);
    } else {
      const file = this.#files.get(key) ??
        { ...item, collections: new Set<string>() };
      this.#files.set(key, file);
      file.collections.add(collection);
    }
  }

  #check(count: number, limit: number, what: string): void {
    if (count <= limit) return;
    throw new RefusedError(
      `collection ${
        collectionName(this.#root)
      } holds more than ${limit} ${what}`,
    );
  }
}

function keyOf({ uuid, version }: Fqid): string {
  return `${uuid.toLowerCase()}.${version}`;
}
