import { type Clock, messageOf } from "../base/mod.ts";
import {
  LocalTransferStore,
  type OpenTransferStore,
  type TransferStore,
} from "../store/mod.ts";
import { Batch } from "./batch.ts";
import type { StoreAnswer, StoreCall, StoreOpening } from "./messages.ts";
import { ThreadedTransferStore } from "./threaded_transfer_store.ts";

// Below this the time to start a thread, about 50 ms, is not earned back.
const MANY_CONTENTS = 100;
const MANY_BYTES = 64 * 1024 * 1024;

/**
 * Opens the store below a download directory: in a thread of its own when
 * there is much to do and threads can be had, else in this one.
 */
export const openTransferStore: OpenTransferStore = async (
  downloadDir,
  runtime,
  work,
) => {
  const local = new LocalTransferStore(downloadDir, runtime);
  const isMuch = work.contents >= MANY_CONTENTS ||
    work.sizeBytes >= MANY_BYTES;
  if (!isMuch) return local;
  try {
    return await startThread(downloadDir, local, runtime.clock);
  } catch (error) {
    // A script may lack the permission to load the thread's code.
    runtime.log("DEBUG", `no thread for the store: ${messageOf(error)}`);
    return local;
  }
};

// Bundled, the thread's program is JavaScript beside the bundle.
const PROGRAM = import.meta.url.endsWith(".js")
  ? "./store_worker.js"
  : "./store_worker.ts";

function startThread(
  downloadDir: string,
  local: TransferStore,
  clock: Clock,
): Promise<TransferStore> {
  const worker = new Worker(new URL(PROGRAM, import.meta.url), {
    type: "module",
    name: "hca store",
  });
  const calls = new Batch<StoreCall>(
    (messages, transfer) => worker.postMessage(messages, transfer),
    (delayMs) => clock.sleep(delayMs),
  );
  const store = new ThreadedTransferStore({
    // Nobody waits for a single small content.
    call: (call, transfer) => calls.add(call, transfer, call.method !== "put"),
    terminate: () => worker.terminate(),
  }, local);
  return new Promise((resolve, reject) => {
    worker.onerror = (event) => {
      event.preventDefault();
      const error = new Error(`the store's thread ended: ${event.message}`);
      store.fail(error);
      worker.terminate();
      reject(error);
    };
    worker.onmessage = () => {
      worker.onmessage = ({ data }: MessageEvent<StoreAnswer[]>) => {
        for (const answer of data) store.receive(answer);
      };
      resolve(store);
    };
    const opening: StoreOpening = { downloadDir };
    worker.postMessage(opening);
  });
}
