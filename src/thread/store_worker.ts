/**
 * The thread of a store: hashes, writes and syncs while the main one
 * receives. It is a program of its own, started by `openTransferStore`; the
 * first message says which store, all others are calls.
 *
 * @module
 */

import { silentLog } from "../base/mod.ts";
import {
  blockingFiles,
  createNodeHash,
  denoClock,
  linuxProcesses,
} from "../platform/mod.ts";
import { LocalTransferStore } from "../store/mod.ts";
import { Batch } from "./batch.ts";
import type { StoreAnswer, StoreCall, StoreOpening } from "./messages.ts";
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
    processes: linuxProcesses,
    random: Math.random,
  });
  const answers = new Batch<StoreAnswer>(
    (messages, transfer) => scope.postMessage(messages, transfer),
    (delayMs) => denoClock.sleep(delayMs),
  );
  const answer = serveStore(
    store,
    // A placement is the end of a content, which can wait for others.
    (message, transfer) =>
      answers.add(
        message,
        transfer,
        !("value" in message && typeof message.value === "string"),
      ),
  );
  scope.onmessage = ({ data }: MessageEvent<StoreCall[]>) => {
    for (const call of data) answer(call);
  };
  scope.postMessage("ready");
};
