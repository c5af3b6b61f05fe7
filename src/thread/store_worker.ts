/**
 * The thread of a store: hashes, writes and syncs while the main one
 * receives. It is a program of its own, started by `openTransferStore`; the
 * first message says which store, all others are calls.
 *
 * @module
 */

import { silentLog } from "../base/mod.ts";
import { blockingFiles, createNodeHash, denoClock } from "../platform/mod.ts";
import { LocalTransferStore } from "../store/mod.ts";
import type { StoreCall, StoreOpening } from "./messages.ts";
import { serveStore } from "./serve_store.ts";

// The types of a worker's own scope and of a page's do not go together.
interface WorkerScope {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown, transfer?: Transferable[]): void;
}
const scope = globalThis as unknown as WorkerScope;

scope.onmessage = ({ data }: MessageEvent<StoreOpening>) => {
  const store = new LocalTransferStore(data.downloadDir, {
    clock: denoClock,
    createHash: createNodeHash,
    files: blockingFiles,
    log: silentLog,
    random: Math.random,
  });
  const answer = serveStore(
    store,
    (message, transfer) => scope.postMessage(message, transfer),
  );
  scope.onmessage = ({ data }: MessageEvent<StoreCall>) => answer(data);
  scope.postMessage("ready");
};
