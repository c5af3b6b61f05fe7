import type { TransferStore } from "../../src/store/mod.ts";
import { serveStore } from "../../src/thread/serve_store.ts";
import { ThreadedTransferStore } from "../../src/thread/threaded_transfer_store.ts";

/**
 * A store behind a channel over which messages are copied and buffers handed
 * over, as to a worker, but in this thread.
 */
export function overChannel(store: TransferStore): ThreadedTransferStore {
  const { port1, port2 } = new MessageChannel();
  const threaded = new ThreadedTransferStore({
    call: (message, transfer) => port1.postMessage(message, transfer),
    terminate: () => {
      port1.close();
      port2.close();
    },
  }, store);
  port1.onmessage = ({ data }) => threaded.receive(data);
  const answer = serveStore(
    store,
    (message, transfer) => port2.postMessage(message, transfer),
  );
  port2.onmessage = ({ data }) => answer(data);
  return threaded;
}
