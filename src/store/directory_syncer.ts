import type { FileSystem } from "../base/mod.ts";

/**
 * Makes the entries of directories durable, one sync for all who ask while
 * it waits: a thousand files of one directory cost a few syncs. Whoever asks
 * gets a sync that began after it asked.
 */
export class DirectorySyncer {
  readonly #files: Pick<FileSystem, "syncDirectory">;
  readonly #queues = new Map<string, SyncQueue>();

  /** Syncs by `files`. */
  constructor(files: Pick<FileSystem, "syncDirectory">) {
    this.#files = files;
  }

  /** Resolves when what was done in `directory` before is durable. */
  sync(directory: string): Promise<void> {
    const queue = this.#queues.get(directory) ?? {};
    this.#queues.set(directory, queue);
    // One that runs may have missed what the caller just did.
    const before = queue.running?.catch(() => {}) ?? Promise.resolve();
    queue.next ??= before.then(() => {
      queue.running = queue.next;
      queue.next = undefined;
      return this.#files.syncDirectory(directory);
    }).finally(() => {
      if (queue.next === undefined) this.#queues.delete(directory);
    });
    return queue.next;
  }
}

interface SyncQueue {
  running?: Promise<void> | undefined;
  next?: Promise<void> | undefined;
}
