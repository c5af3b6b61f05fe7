import type { Entry } from "./_writing_store.ts";

/** A file of the model. */
export interface ModelFile {
  content: string;
  creatorUid: number;
  contentType: string;
}

/** A bundle version of the model. */
export interface ModelBundle {
  creatorUid: number;
  entries: Entry[];
}

/** What the rules of the service say about writes, in a few maps. */
export class WriteModel {
  /** By `<uuid>.<version>`. */
  readonly files = new Map<string, ModelFile>();
  /** By `<uuid>.<version>`. */
  readonly bundles = new Map<string, ModelBundle>();
  /** The reason, by `<uuid>.<version>` or `<uuid>.`. */
  readonly tombstones = new Map<string, string>();

  /** The status of a PUT of a file. */
  putFile(key: string, file: ModelFile): number {
    return this.#put(this.files, key, file);
  }

  /** The status of a PUT of a bundle. */
  putBundle(key: string, bundle: ModelBundle): number {
    return this.#check(bundle.entries) ?? this.#put(this.bundles, key, bundle);
  }

  /** The status of a PATCH; the new version is written when it is 200. */
  patchBundle(
    key: string,
    remove: Entry[],
    add: Entry[],
    newKey: () => string,
  ): number {
    const base = this.bundles.get(key);
    if (base === undefined || this.isDead(key)) return 404;
    const kept = base.entries.filter((entry) =>
      !remove.some((one) =>
        one.name === entry.name && one.uuid === entry.uuid &&
        one.version === entry.version
      )
    );
    const entries = [...kept, ...add];
    const wrong = this.#check(entries);
    if (wrong !== undefined) return wrong;
    this.bundles.set(newKey(), { ...base, entries });
    return 200;
  }

  /** The status of a DELETE. */
  deleteBundle(uuid: string, version: string, reason: string): number {
    const isThere = [...this.bundles.keys()].some((key) =>
      version === "" ? key.startsWith(`${uuid}.`) : key === `${uuid}.${version}`
    );
    if (!isThere) return 404;
    const key = `${uuid}.${version}`;
    const known = this.tombstones.get(key);
    if (known !== undefined) return known === reason ? 200 : 409;
    this.tombstones.set(key, reason);
    return 200;
  }

  /** Whether a version is out of sight. */
  isDead(key: string): boolean {
    return this.tombstones.has(key) ||
      this.tombstones.has(`${key.split(".")[0]}.`);
  }

  /** The keys of what can be seen, sorted. */
  living(): string[] {
    return [...this.bundles.keys()].filter((key) => !this.isDead(key)).sort();
  }

  #check(entries: Entry[]): number | undefined {
    const names = new Set(entries.map(({ name }) => name));
    if (names.size < entries.length) return 400;
    const isThere = entries.every(({ uuid, version }) =>
      this.files.has(`${uuid}.${version}`)
    );
    return isThere ? undefined : 400;
  }

  #put<T>(map: Map<string, T>, key: string, value: T): number {
    const known = map.get(key);
    if (known === undefined) {
      map.set(key, value);
      return 201;
    }
    return JSON.stringify(known) === JSON.stringify(value) ? 200 : 409;
  }
}
