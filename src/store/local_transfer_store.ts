import {
  directoryName,
  IntegrityError,
  joinPath,
  LocalError,
  type LocalReason,
  type Runtime,
  toHex,
} from "../base/mod.ts";
import { type ContentState, ContentStore } from "./content_store.ts";
import { DirectorySyncer } from "./directory_syncer.ts";
import { newToken } from "./new_token.ts";
import { findParts, openPart } from "./open_part.ts";
import { DEFAULT_FLUSH, type FlushPolicy } from "./part_content.ts";
import { parsePartName, partName } from "./part_name.ts";
import { placeFile } from "./place_file.ts";
import { SafeDirectories } from "./safe_directories.ts";
import type {
  PartialContent,
  Placement,
  Placing,
  StoredContent,
  TransferStore,
} from "./transfer_store.ts";

/** What a store of a transfer needs of the machine. */
export type StoreRuntime = Pick<
  Runtime,
  "clock" | "createHash" | "files" | "log" | "processes" | "random"
>;

/** The directory of the content store below a download directory. */
export function storeRoot(downloadDir: string): string {
  return joinPath(downloadDir, ".hca", "v2", "files_2_4");
}

/**
 * Opens the store below a download directory.
 *
 * @param work contents of the transfer, and their bytes
 */
export type OpenTransferStore = (
  downloadDir: string,
  runtime: StoreRuntime,
  work: { contents: number; sizeBytes: number },
) => Promise<TransferStore>;

/** Opens a store that is worked on by this thread, whatever there is to do. */
export const openLocalTransferStore: OpenTransferStore = (
  downloadDir,
  runtime,
) => Promise.resolve(new LocalTransferStore(downloadDir, runtime));

/** The store below a download directory, worked on by this thread. */
export class LocalTransferStore implements TransferStore {
  readonly #downloadDir: string;
  readonly #runtime: StoreRuntime;
  readonly #contents: ContentStore;
  readonly #syncer: DirectorySyncer;
  readonly #directories: SafeDirectories;
  readonly #flush: FlushPolicy;

  /** The store below `downloadDir`; nothing is made before it is needed. */
  constructor(
    downloadDir: string,
    runtime: StoreRuntime,
    flush: FlushPolicy = DEFAULT_FLUSH,
  ) {
    const { files } = runtime;
    this.#downloadDir = downloadDir;
    this.#runtime = runtime;
    this.#flush = flush;
    this.#contents = new ContentStore(storeRoot(downloadDir), runtime);
    this.#syncer = new DirectorySyncer(files);
    this.#directories = new SafeDirectories(downloadDir, files, this.#syncer);
  }

  pathOf(sha256: string): string {
    return this.#contents.pathOf(sha256);
  }

  async prepare(): Promise<void> {
    const { files, random } = this.#runtime;
    const root = storeRoot(this.#downloadDir);
    await this.#directories.ensure(root);
    const probe = joinPath(root, `${newToken(random)}.part`);
    const file = await files.create(probe);
    file.close();
    await files.remove(probe);
  }

  async isEmpty(): Promise<boolean> {
    const { files } = this.#runtime;
    try {
      return await files.lstat(storeRoot(this.#downloadDir)) === undefined;
    } catch (error) {
      // Something else is in its place, which whoever writes is told.
      if (error instanceof LocalError) return true;
      throw error;
    }
  }

  async state({ sha256, sizeBytes }: StoredContent): Promise<ContentState> {
    const state = await this.#contents.state(sha256, sizeBytes);
    if (state === "absent") return state;
    const directory = directoryName(this.pathOf(sha256));
    const link = await this.#directories.linkTo(directory);
    return link === undefined ? state : "absent";
  }

  async verify(content: StoredContent): Promise<ContentState> {
    const state = await this.state(content);
    if (state !== "present") return state;
    const { createHash, files } = this.#runtime;
    const hash = createHash("sha256");
    const path = this.pathOf(content.sha256);
    for await (const chunk of files.readChunks(path)) hash.update(chunk);
    return toHex(hash.digest()) === content.sha256 ? "present" : "damaged";
  }

  async put(
    content: StoredContent,
    bytes: Uint8Array<ArrayBuffer>,
    placing: Placing,
  ): Promise<Placement> {
    const { createHash, files, random } = this.#runtime;
    const hash = createHash("sha256");
    hash.update(bytes);
    const found = toHex(hash.digest());
    if (found !== content.sha256) {
      throw new IntegrityError(
        `has the SHA-256 ${found} instead of ${content.sha256}`,
      );
    }
    const directory = directoryName(this.pathOf(content.sha256));
    const isNew = await this.#directories.ensure(directory);
    const name = partName(content.sha256, newToken(random));
    const path = joinPath(directory, name);
    try {
      await this.#writeWhole(path, bytes);
      return await this.#publish(content, path, placing, isNew);
    } catch (error) {
      await files.remove(path).catch(() => {});
      throw error;
    }
  }

  async place(content: StoredContent, placing: Placing): Promise<Placement> {
    const source = this.pathOf(content.sha256);
    const { sha256 } = content;
    let result: Placement = "there";
    const tools = {
      runtime: this.#runtime,
      directories: this.#directories,
      syncer: this.#syncer,
    };
    const failed: LocalError[] = [];
    for (const target of placing.targets) {
      const job = { source, target, sha256, force: placing.force };
      try {
        const placement = await placeFile(job, tools);
        if (placement === "copied" || result === "there") result = placement;
      } catch (error) {
        // One place that is taken is no reason to leave the others empty; a
        // full disk is, and must not hide behind it.
        if (
          !(error instanceof LocalError) || OF_THE_DISK.includes(error.reason)
        ) {
          throw error;
        }
        failed.push(error);
      }
    }
    throwAll(failed);
    return result;
  }

  async open(
    content: StoredContent,
    { fresh = false }: { fresh?: boolean } = {},
  ): Promise<PartialContent> {
    const directory = directoryName(this.pathOf(content.sha256));
    const isNew = await this.#directories.ensure(directory);
    return await openPart(content, directory, isNew || fresh, {
      runtime: this.#runtime,
      flush: this.#flush,
      publish: (content, part, placing) =>
        this.#publish(content, part, placing, isNew),
    });
  }

  async tidy(content: StoredContent): Promise<void> {
    const directory = directoryName(this.pathOf(content.sha256));
    if (await this.#directories.linkTo(directory) !== undefined) return;
    await this.#removeOtherParts(content, directory);
  }

  async leftoverBytes(content: StoredContent): Promise<number> {
    const directory = directoryName(this.pathOf(content.sha256));
    const { files } = this.#runtime;
    if ((await files.lstat(directory))?.kind !== "directory") return 0;
    if (await this.#directories.linkTo(directory) !== undefined) return 0;
    const [best] = await findParts(content, directory, {
      runtime: this.#runtime,
    });
    // Bytes that must be copied take their space a second time.
    if (best === undefined || !best.isAbandoned) return 0;
    return best.journal.ranges.reduce(
      (sum, { start, end }) => sum + end - start,
      0,
    );
  }

  freeBytes(): Promise<number | undefined> {
    return this.#runtime.files.freeBytes(this.#downloadDir || ".");
  }

  settle(): Promise<void> {
    return this.#directories.settle();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #writeWhole(
    path: string,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<void> {
    const file = await this.#runtime.files.openForUpdate(path, {
      create: true,
    });
    try {
      await file.writeAt(0, bytes);
      await file.syncData();
    } finally {
      file.close();
    }
  }

  /** Gives a part, whole, verified and synced, its name and its places. */
  async #publish(
    content: StoredContent,
    part: string,
    placing: Placing,
    isNew: boolean,
  ): Promise<Placement> {
    const { files } = this.#runtime;
    const path = this.pathOf(content.sha256);
    const directory = directoryName(path);
    try {
      await files.rename(part, path);
    } catch (error) {
      const isGone = error instanceof LocalError &&
        error.reason === "not_found";
      // Another process that published the content tidied up after us.
      if (!isGone || await this.state(content) !== "present") throw error;
    }
    await Promise.all([
      this.#syncer.sync(directory),
      isNew ? undefined : this.#removeOtherParts(content, directory),
    ]);
    return await this.place(content, placing);
  }

  /** Now that the content is there, nobody needs its parts any more. */
  async #removeOtherParts(
    { sha256 }: StoredContent,
    directory: string,
  ): Promise<void> {
    const { files } = this.#runtime;
    try {
      for (const { name } of await files.list(directory)) {
        if (parsePartName(name)?.sha256 !== sha256) continue;
        await files.remove(joinPath(directory, name));
      }
    } catch (error) {
      // They only take space.
      if (!(error instanceof LocalError)) throw error;
    }
  }
}

// What no other place of the same disk helps against.
const OF_THE_DISK: readonly LocalReason[] = ["no_space", "read_only"];

const NAMED_PLACES = 10;

/** @throws {LocalError} for all that failed: the first one, with the others */
function throwAll(failed: readonly LocalError[]): void {
  const [first] = failed;
  if (first === undefined) return;
  if (failed.length === 1) throw first;
  // A directory that cannot be made is named once for all places below it.
  const messages = [...new Set(failed.map(({ message }) => message))];
  const others = messages.length - NAMED_PLACES;
  throw new LocalError(
    messages.slice(0, NAMED_PLACES).join("; ") +
      (others > 0 ? `; and ${others} more` : ""),
    { path: first.path, reason: first.reason, hint: first.hint, cause: first },
  );
}
