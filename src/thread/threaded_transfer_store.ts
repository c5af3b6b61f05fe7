import type {
  ByteRange,
  ContentState,
  PartialContent,
  Placement,
  Placing,
  StoredContent,
  TransferStore,
} from "../store/mod.ts";
import { type StoreAnswer, type StoreCall, unpackError } from "./messages.ts";

/** The other thread, as a `Worker` is one. */
export interface StoreThread {
  /** Sends a call; what is in `transfer` goes over without a copy. */
  call(call: StoreCall, transfer: Transferable[]): void;
  /** Ends it. */
  terminate(): void;
}

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/**
 * A store that hashes, writes and syncs in another thread, while this one
 * receives. What only looks is done here: a message would take longer.
 */
export class ThreadedTransferStore implements TransferStore {
  readonly #thread: StoreThread;
  readonly #local: TransferStore;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #fault: unknown;

  /** Sends to `thread`; `local` is the same store, of this thread. */
  constructor(thread: StoreThread, local: TransferStore) {
    this.#thread = thread;
    this.#local = local;
  }

  /** Takes in a message of the thread. */
  receive(answer: StoreAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ("error" in answer) waiting?.reject(unpackError(answer.error));
    else waiting?.resolve(answer.value);
  }

  /** The thread has died: nothing that was asked will be answered. */
  fail(error: unknown): void {
    this.#fault ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  pathOf(sha256: string): string {
    return this.#local.pathOf(sha256);
  }

  prepare(): Promise<void> {
    return this.#local.prepare();
  }

  isEmpty(): Promise<boolean> {
    return this.#local.isEmpty();
  }

  state(content: StoredContent): Promise<ContentState> {
    return this.#local.state(content);
  }

  tidy(content: StoredContent): Promise<void> {
    return this.#local.tidy(content);
  }

  leftoverBytes(content: StoredContent): Promise<number> {
    return this.#local.leftoverBytes(content);
  }

  freeBytes(): Promise<number | undefined> {
    return this.#local.freeBytes();
  }

  async verify(content: StoredContent): Promise<ContentState> {
    return await this.#call("verify", [plain(content)]) as ContentState;
  }

  async put(
    content: StoredContent,
    bytes: Uint8Array<ArrayBuffer>,
    placing: Placing,
  ): Promise<Placement> {
    const args = [plain(content), bytes, plainPlacing(placing)];
    return await this.#call("put", args, [bytes.buffer]) as Placement;
  }

  async place(content: StoredContent, placing: Placing): Promise<Placement> {
    // Most contents that are there have nowhere else to go.
    if (placing.targets.length === 0) return "there";
    const args = [plain(content), plainPlacing(placing)];
    return await this.#call("place", args) as Placement;
  }

  async open(
    content: StoredContent,
    options: { fresh?: boolean } = {},
  ): Promise<PartialContent> {
    const id = this.#lastId + 1;
    const opened = await this.#call("open", [plain(content), options]);
    return new ThreadedPart(
      (method, args, transfer) => this.#call(method, args, transfer, id),
      opened as Pick<PartialContent, "found" | "foundEtag">,
    );
  }

  async settle(): Promise<void> {
    await this.#local.settle();
    await this.#call("settle", []);
  }

  close(): Promise<void> {
    this.#thread.terminate();
    this.fail(new Error("the store is closed"));
    return this.#local.close();
  }

  #call(
    method: string,
    args: unknown[],
    transfer: Transferable[] = [],
    part?: number,
  ): Promise<unknown> {
    if (this.#fault !== undefined) return Promise.reject(this.#fault);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const call: StoreCall = { id, part, method, args };
      this.#thread.call(call, transfer);
    });
  }
}

type Call = (
  method: string,
  args: unknown[],
  transfer?: Transferable[],
) => Promise<unknown>;

class ThreadedPart implements PartialContent {
  readonly found: readonly ByteRange[];
  readonly foundEtag: string | undefined;
  readonly #call: Call;

  constructor(
    call: Call,
    { found, foundEtag }: Pick<PartialContent, "found" | "foundEtag">,
  ) {
    this.#call = call;
    this.found = found;
    this.foundEtag = foundEtag;
  }

  async write(
    offset: number,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<ArrayBuffer> {
    const answer = await this.#call("write", [offset, bytes], [bytes.buffer]);
    return answer as ArrayBuffer;
  }

  async restart(etag: string | undefined): Promise<void> {
    await this.#call("restart", [etag]);
  }

  setEtag(etag: string | undefined): void {
    // A thread that has died is told by whatever comes next.
    this.#call("setEtag", [etag]).catch(() => {});
  }

  async publish(placing: Placing): Promise<Placement> {
    return await this.#call("publish", [plainPlacing(placing)]) as Placement;
  }

  async suspend(): Promise<void> {
    await this.#call("suspend", []);
  }

  async discard(): Promise<void> {
    await this.#call("discard", []);
  }
}

// What else a caller's object carries must not be copied with each message.
function plain({ sha256, sizeBytes }: StoredContent): StoredContent {
  return { sha256, sizeBytes };
}

function plainPlacing({ targets, force }: Placing): Placing {
  return { targets: [...targets], force };
}
