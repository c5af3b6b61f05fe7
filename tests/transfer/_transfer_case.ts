import type { Fetch } from "../../src/base/mod.ts";
import { HttpClient } from "../../src/http/mod.ts";
import { createDenoFetch } from "../../src/platform/mod.ts";
import {
  type FlushPolicy,
  LocalTransferStore,
  type TransferStore,
} from "../../src/store/mod.ts";
import {
  fetchContent,
  type FetchObserver,
  type FetchTools,
} from "../../src/transfer/fetch_content.ts";
import type {
  PlannedContent,
  ResumePolicy,
  TransferEvent,
  TransferTools,
} from "../../src/transfer/mod.ts";
import {
  createStoreCase,
  DOWNLOAD_DIR,
  NOWHERE,
  sha256,
} from "../store/_store_case.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { MemoryFiles } from "../support/memory_files.ts";

export {
  assertOnlyVerified,
  NOWHERE,
  pathsOf,
  patternBytes,
  rejection,
  sha256,
  STORE,
} from "../store/_store_case.ts";

/** Timeouts of the default policy: for the head, and between two pieces. */
export const HEAD_MS = 60_000;
export const PIECE_MS = 40_000;

/** A content that is asked of a URL. */
export function plannedContent(
  bytes: Uint8Array,
  url: string,
  rest: Partial<PlannedContent> = {},
): PlannedContent {
  return {
    name: "a.bin",
    sha256: sha256(bytes),
    sizeBytes: bytes.length,
    source: { kind: "request", url, headers: {} },
    targets: [],
    ...rest,
  };
}

/** What a {@linkcode FetchObserver} was told. */
export interface Observed {
  received: number[];
  resumed: number[];
  retries: string[];
  restarts: number;
  arrived: number;
}

/** Writes down what it is told. */
export function createObserver(): Observed & { observer: FetchObserver } {
  const seen: Observed = {
    received: [],
    resumed: [],
    retries: [],
    restarts: 0,
    arrived: 0,
  };
  const observer: FetchObserver = {
    onReceived: (bytes) => void seen.received.push(bytes),
    onResumed: (bytes) => void seen.resumed.push(bytes),
    onRetry: ({ message }) => void seen.retries.push(message),
    onRestart: () => void seen.restarts++,
    onArrived: () => void seen.arrived++,
  };
  return Object.assign(seen, { observer });
}

/**
 * The real network on a disk in memory. Pauses pass at once and are recorded;
 * timeouts stay until the clock is moved by hand.
 */
export function createTransferCase(
  { files = new MemoryFiles(), fetch: scripted, flush, store: other }: {
    files?: MemoryFiles;
    /** Answers instead of the network. */
    fetch?: Fetch;
    /** When parts are flushed. */
    flush?: FlushPolicy;
    /** A store instead of the one on the disk in memory. */
    store?: TransferStore;
  } = {},
) {
  const clock = new FakeClock({
    // The timeouts of all requests share one sleep of any length.
    skips: (delayMs) => delayMs < 10_000,
  });
  const { messages, runtime: { createHash, log, random } } = createStoreCase();
  files.now = () => clock.now();
  files.chunkBytes = 65_521;
  const network = createDenoFetch();
  const fetch = scripted ?? network;
  const http = new HttpClient({ fetch, clock, random, log });
  const runtime = { clock, createHash, files, log, random };
  const open = () =>
    other ?? new LocalTransferStore(DOWNLOAD_DIR, runtime, flush);
  const store = open();
  const tools: TransferTools = {
    http,
    openStore: () => Promise.resolve(open()),
    runtime,
  };
  const observed = createObserver();
  const fetchTools = (
    options: {
      resume?: ResumePolicy;
      signal?: AbortSignal;
      segments?: FetchTools["segments"];
    } = {},
  ): FetchTools => ({
    http,
    store,
    runtime,
    resume: options.resume ?? { retries: 3, minDelayMs: 250 },
    segments: options.segments ?? 1,
    hasReceived: () => true,
    hasSpareConnections: () => true,
    limit: undefined,
    observer: observed.observer,
    signal: options.signal,
  });
  return {
    files,
    clock,
    messages,
    store,
    tools,
    observed,
    receivedBytes: () => observed.received.reduce((sum, n) => sum + n, 0),
    fetchTools,
    fetchContent: (
      content: PlannedContent,
      options: Parameters<typeof fetchTools>[0] = {},
    ) =>
      fetchContent(
        content,
        { ...NOWHERE, targets: content.targets },
        fetchTools(options),
      ),
    [Symbol.dispose]: () => network[Symbol.dispose](),
  };
}

/** The events of one type, in order. */
export function ofType<T extends TransferEvent["type"]>(
  events: readonly TransferEvent[],
  type: T,
): Extract<TransferEvent, { type: T }>[] {
  return events.filter((event): event is Extract<TransferEvent, { type: T }> =>
    event.type === type
  );
}
