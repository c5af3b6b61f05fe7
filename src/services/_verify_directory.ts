import {
  directoryName,
  type FileInfo,
  joinPath,
  LocalError,
  parseFqid,
  throwIfAborted,
} from "../base/mod.ts";
import { ContentStore, type SafeDirectories } from "../store/mod.ts";
import { mapAhead } from "./_ahead.ts";
import {
  type CheckItem,
  checkItem,
  type FileReference,
} from "./_check_item.ts";
import { findLinks } from "./_find_links.ts";
import {
  bundleFinding,
  type CheckSettings,
  type Finding,
  type VerifyRuntime,
} from "./_finding.ts";
import { storeDirectories } from "./_store_directories.ts";
import { StoredBundles } from "./_stored_bundles.ts";
import {
  type BundleDirectory,
  listBundles,
  readBundleJson,
} from "./_walk_bundles.ts";
import {
  type LeafEntry,
  listLeaf,
  type StorePlace,
  walkStore,
} from "./_walk_store.ts";
import type { BundleManifest } from "./bundle_manifest.ts";
import { storeRoot } from "./download_manifest.ts";

/**
 * Looks at all that is in a download directory. Only of what is wrong
 * anything is remembered, so that a million contents take no memory.
 */
export class DirectoryCheck {
  readonly #downloadDir: string;
  readonly #runtime: VerifyRuntime;
  readonly #settings: CheckSettings;
  readonly #store: ContentStore;
  readonly #directories: SafeDirectories;
  /** What is wrong in the store: SHA-256 by SHA-256, device and inode. */
  readonly #faulty = new Map<string, string>();
  readonly #sources = new Map<string, CheckItem>();

  /** Looks at nothing yet; `downloadDir` is `""` for the current one. */
  constructor(
    downloadDir: string,
    runtime: VerifyRuntime,
    settings: CheckSettings,
  ) {
    this.#downloadDir = downloadDir;
    this.#runtime = runtime;
    this.#settings = settings;
    this.#store = new ContentStore(storeRoot(downloadDir), runtime);
    this.#directories = storeDirectories(runtime.files, downloadDir);
  }

  /** A file with a source that has the content, if one was seen. */
  sourceOf(sha256: string): CheckItem | undefined {
    return this.#sources.get(sha256);
  }

  /**
   * All findings: the store, then the bundles, then the collections.
   *
   * @throws {LocalError} when there is no download, or the directories
   * cannot be read
   * @throws {CancelledError} when aborted
   */
  async *findings(): AsyncGenerator<Finding, void, void> {
    const { files } = this.#runtime;
    const root = storeRoot(this.#downloadDir);
    const link = await this.#directories.linkTo(root);
    const hasStore = link === undefined &&
      (await files.stat(root))?.kind === "directory";
    const { bundles, others } = await listBundles(
      this.#runtime,
      this.#downloadDir,
    );
    if (!hasStore && bundles.length === 0) throw nothingThere(root);
    if (link !== undefined) yield { kind: "stray" };
    for (const _other of others) yield { kind: "other" };
    for await (
      const found of this.#ahead(
        hasStore ? walkStore(files, root) : none(),
        (place, signal) => this.#lookAt(place, signal),
      )
    ) yield* found;
    yield* this.#check(this.#bundleItems(bundles, hasStore));
    if (this.#faulty.size > 0) yield* this.#check(this.#collectionItems());
  }

  /** What is wrong with the files of a bundle that became known later. */
  async *findingsOf(
    bundle: BundleDirectory,
    manifest: BundleManifest,
  ): AsyncGenerator<Finding, void, void> {
    const items = this.#itemsOf(bundle, manifest);
    yield* this.#check((async function* () {
      yield* items;
    })());
  }

  #ahead<T, R>(
    items: AsyncIterable<T>,
    work: (item: T, signal: AbortSignal) => Promise<R>,
  ): AsyncGenerator<R, void, void> {
    const { jobs, signal } = this.#settings;
    return mapAhead(items, work, {
      limits: { items: jobs, weight: Infinity },
      weightOf: () => 0,
      signal,
    });
  }

  async *#check(
    items: AsyncIterable<CheckItem | Finding>,
  ): AsyncGenerator<Finding, void, void> {
    yield* this.#ahead(
      items,
      async (item, signal): Promise<Finding> =>
        "kind" in item ? item : {
          kind: "checked",
          outcome: await checkItem(this.#runtime, item, signal),
        },
    );
  }

  async #lookAt(place: StorePlace, signal: AbortSignal): Promise<Finding[]> {
    throwIfAborted(signal);
    const { files } = this.#runtime;
    if (place.kind === "stray") return [{ kind: "stray" }];
    if (place.kind === "part") return [await this.#part(place.path)];
    const found: Finding[] = [];
    for (const entry of await listLeaf(files, place.path, place.prefix)) {
      const finding = await this.#lookAtEntry(entry, signal);
      if (finding !== undefined) found.push(finding);
    }
    return found;
  }

  async #lookAtEntry(
    { kind, name, path }: LeafEntry,
    signal: AbortSignal,
  ): Promise<Finding | undefined> {
    if (kind === "journal") return undefined;
    if (kind === "part") return await this.#part(path);
    if (kind === "stray") return { kind };
    const item = { path, sha256: name, isStored: true };
    const outcome = await checkItem(this.#runtime, item, signal);
    if (outcome.fault !== undefined) {
      this.#faulty.set(name, outcome.identity);
    }
    return { kind: "checked", outcome };
  }

  async #part(path: string): Promise<Finding> {
    const info = await this.#runtime.files.lstat(path);
    return {
      kind: "part",
      sizeBytes: info?.sizeBytes ?? 0,
      modifiedAtMs: info?.modifiedAtMs,
    };
  }

  async *#bundleItems(
    bundles: readonly BundleDirectory[],
    hasStore: boolean,
  ): AsyncGenerator<CheckItem | Finding, void, void> {
    const stored = hasStore
      ? new StoredBundles(
        this.#runtime.files,
        storeRoot(this.#downloadDir),
        this.#store,
      )
      : undefined;
    for (const bundle of bundles) {
      let manifest: BundleManifest;
      try {
        manifest = await readBundleJson(this.#runtime, bundle, stored);
      } catch (error) {
        yield bundleFinding(bundle, error);
        continue;
      }
      yield* this.#itemsOf(bundle, manifest);
    }
  }

  *#itemsOf(
    bundle: BundleDirectory,
    { files }: BundleManifest,
  ): Generator<CheckItem, void, void> {
    for (const { name, sha256, sizeBytes, uuid, version } of files) {
      const path = joinPath(bundle.path, name);
      const item = this.#linkItem(path, sha256, { uuid, version });
      yield this.#noted({ ...item, sizeBytes, isOptional: true });
    }
  }

  /** Files of collections: links to what is wrong, which nothing lists. */
  async *#collectionItems(): AsyncGenerator<CheckItem, void, void> {
    const hashes = new Map(
      [...this.#faulty].map(([sha256, identity]) => [identity, sha256]),
    );
    hashes.delete("");
    const root = joinPath(this.#downloadDir, "collections");
    for await (
      const { path, name, sha256 } of findLinks(
        this.#runtime.files,
        root,
        hashes,
      )
    ) yield this.#noted(this.#linkItem(path, sha256, parseFqid(name)));
  }

  #linkItem(
    path: string,
    sha256: string,
    source: FileReference,
  ): CheckItem {
    const isIntact = !this.#faulty.has(sha256);
    const stored = { look: () => this.#lookInStore(sha256), isIntact };
    return { path, sha256, stored, source, target: path };
  }

  /** What the walk of the store looked at; it went through no link. */
  async #lookInStore(sha256: string): Promise<FileInfo | undefined> {
    const path = this.#store.pathOf(sha256);
    const link = await this.#directories.linkTo(directoryName(path));
    return link === undefined
      ? await this.#runtime.files.lstat(path)
      : undefined;
  }

  /** Remembers where to get what is wrong in the store. */
  #noted(item: CheckItem): CheckItem {
    const known = this.#sources.get(item.sha256);
    if (this.#faulty.has(item.sha256) && known?.sizeBytes === undefined) {
      this.#sources.set(item.sha256, item);
    }
    return item;
  }
}

async function* none(): AsyncGenerator<never, void, void> {}

function nothingThere(root: string): LocalError {
  return new LocalError(
    `there is nothing to verify: neither ${root} nor a bundle's directory ` +
      "is there",
    {
      reason: "not_found",
      path: root,
      hint: "Name the directory that was the --download-dir.",
    },
  );
}
