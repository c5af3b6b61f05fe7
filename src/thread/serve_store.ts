import type { PartialContent, TransferStore } from "../store/mod.ts";
import { packError, type StoreAnswer, type StoreCall } from "./messages.ts";

/** Where answers go; as `postMessage` of a worker. */
export type Post = (answer: StoreAnswer, transfer: Transferable[]) => void;

/**
 * Answers calls with a store: the other end of `ThreadedTransferStore`.
 *
 * @returns takes a call in
 */
export function serveStore(
  store: TransferStore,
  post: Post,
): (call: StoreCall) => void {
  const parts = new Map<number, PartialContent>();
  return async (call) => {
    const { id } = call;
    try {
      const value = await answer(call, store, parts);
      post({ id, value }, value instanceof ArrayBuffer ? [value] : []);
    } catch (error) {
      post({ id, error: packError(error) }, []);
    }
  };
}

async function answer(
  { id, part, method, args }: StoreCall,
  store: TransferStore,
  parts: Map<number, PartialContent>,
): Promise<unknown> {
  if (part !== undefined) return await callPart(parts, part, method, args);
  if (method === "open") {
    const [content, options] = args as Parameters<TransferStore["open"]>;
    const opened = await store.open(content, options);
    // The number of the call names the part from now on.
    parts.set(id, opened);
    return { found: opened.found, foundEtag: opened.foundEtag };
  }
  switch (method) {
    case "verify":
      return await store.verify(
        ...args as Parameters<TransferStore["verify"]>,
      );
    case "put":
      return await store.put(...args as Parameters<TransferStore["put"]>);
    case "settle":
      return await store.settle();
    case "place":
      return await store.place(...args as Parameters<TransferStore["place"]>);
    default:
      throw new TypeError(`there is no ${method}`);
  }
}

async function callPart(
  parts: Map<number, PartialContent>,
  id: number,
  method: string,
  args: unknown[],
): Promise<unknown> {
  const part = parts.get(id);
  if (part === undefined) throw new TypeError(`there is no part ${id}`);
  switch (method) {
    case "write":
      return await part.write(
        ...args as Parameters<PartialContent["write"]>,
      );
    case "restart":
      return await part.restart(
        ...args as Parameters<PartialContent["restart"]>,
      );
    case "setEtag":
      return part.setEtag(...args as Parameters<PartialContent["setEtag"]>);
  }
  // The others end it.
  parts.delete(id);
  switch (method) {
    case "publish":
      return await part.publish(
        ...args as Parameters<PartialContent["publish"]>,
      );
    case "suspend":
      return await part.suspend();
    case "discard":
      return await part.discard();
    default:
      throw new TypeError(`there is no ${method}`);
  }
}
