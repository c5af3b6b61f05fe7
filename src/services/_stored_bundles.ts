import {
  concatBytes,
  type FileSystem,
  formatFqid,
  type Fqid,
  HcaError,
  isJsonObject,
  parseJson,
} from "../base/mod.ts";
import type { ContentStore } from "../store/mod.ts";
import { listLeaf, walkStore } from "./_walk_store.ts";
import { BUNDLE_JSON, parseBundleManifest } from "./bundle_manifest.ts";

const HEAD_BYTES = 64;
// So it begins, whoever wrote it.
const HEAD = /^\s*\{\s*"bundle"\s*:/;
const LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * The bundles whose `bundle.json` is among the contents of a store. A part of
 * a store may be gone, so that a `bundle.json` that is not in it need not be
 * damaged: only another one of the same bundle there says so.
 */
export class StoredBundles {
  readonly #files: FileSystem;
  readonly #root: string;
  readonly #store: ContentStore;
  #found: Promise<ReadonlySet<string>> | undefined;

  /** Looks at nothing yet; `root` is the directory of `store`. */
  constructor(files: FileSystem, root: string, store: ContentStore) {
    this.#files = files;
    this.#root = root;
    this.#store = store;
  }

  /**
   * Whether the store has another `bundle.json` of a bundle than this one. The
   * contents are looked through once, when the first one is not in the store.
   *
   * @throws {LocalError} when the store cannot be read
   */
  async hasOther(
    bundle: Fqid,
    sha256: string,
    sizeBytes: number,
  ): Promise<boolean> {
    if (await this.#store.state(sha256, sizeBytes) !== "absent") return false;
    this.#found ??= this.#find();
    return (await this.#found).has(formatFqid(bundle));
  }

  async #find(): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for await (const place of walkStore(this.#files, this.#root)) {
      if (place.kind !== "leaf") continue;
      const { path, prefix } = place;
      for (const entry of await listLeaf(this.#files, path, prefix)) {
        if (entry.kind !== "content") continue;
        const name = await this.#bundleIn(entry.path);
        if (name !== undefined) found.add(name);
      }
    }
    return found;
  }

  /** The bundle that a content is the `bundle.json` of, if it is one. */
  async #bundleIn(path: string): Promise<string | undefined> {
    try {
      const info = await this.#files.lstat(path);
      if (info?.kind !== "file" || info.sizeBytes > LIMIT_BYTES) return;
      if (!HEAD.test(await this.#text(path, HEAD_BYTES))) return;
      const json = parseJson(await this.#text(path), BUNDLE_JSON);
      return isJsonObject(json)
        ? formatFqid(parseBundleManifest(json))
        : undefined;
    } catch (error) {
      // What cannot be read is told of elsewhere.
      if (!(error instanceof HcaError)) throw error;
      return undefined;
    }
  }

  async #text(path: string, end?: number): Promise<string> {
    const pieces: Uint8Array[] = [];
    const range = end === undefined ? {} : { end };
    for await (const piece of this.#files.readChunks(path, range)) {
      pieces.push(piece.slice());
    }
    return new TextDecoder().decode(concatBytes(pieces));
  }
}
