import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type Fetch, HcaError } from "../../src/base/mod.ts";
import { HttpClient } from "../../src/http/mod.ts";
import { createDenoFetch } from "../../src/platform/mod.ts";
import { ContentStore } from "../../src/store/mod.ts";
import type {
  FetchTools,
  PlannedContent,
  ResumePolicy,
  TransferTools,
} from "../../src/transfer/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { MemoryFiles } from "../support/memory_files.ts";
import { createMemoryLog } from "../support/memory_log.ts";
import { createNodeHash } from "../support/node_hash.ts";

/** Timeouts of the default policy: for the head, and between two pieces. */
export const HEAD_MS = 60_000;
export const PIECE_MS = 40_000;

/** Where the store of a case is. */
export const STORE = "/dd/.hca/v2/files_2_4";

/** Bytes that differ at every place and from seed to seed. */
export function patternBytes(sizeBytes: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  let state = seed * 2_654_435_761 >>> 0;
  for (let at = 0; at < sizeBytes; at++) {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** SHA-256 by `node:crypto`, 64 hex digits. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

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

// Never the same twice, as names of temporary files need it.
let drawn = 0;
const random = () => (++drawn % 99_991) / 99_991;

/**
 * The real network on a disk in memory. Pauses pass at once and are recorded;
 * timeouts stay until the clock is moved by hand.
 */
export function createTransferCase(
  { files = new MemoryFiles(), fetch: scripted }: {
    files?: MemoryFiles;
    /** Answers instead of the network. */
    fetch?: Fetch;
  } = {},
) {
  const clock = new FakeClock({
    skips: (delayMs) => delayMs !== HEAD_MS && delayMs !== PIECE_MS,
  });
  const { log, messages } = createMemoryLog();
  const network = createDenoFetch();
  const fetch = scripted ?? network;
  const http = new HttpClient({ fetch, clock, random, log });
  const runtime = { clock, createHash: createNodeHash, files, log, random };
  const store = new ContentStore(STORE, runtime);
  const tools: TransferTools = { http, store, runtime };
  const received: number[] = [];
  return {
    files,
    clock,
    messages,
    store,
    tools,
    received,
    fetchTools: (
      options: { resume?: ResumePolicy; signal?: AbortSignal } = {},
    ): FetchTools => ({
      http,
      store,
      runtime,
      resume: options.resume ?? { retries: 3, minDelayMs: 250 },
      onReceived: (bytes) => void received.push(bytes),
      signal: options.signal,
    }),
    [Symbol.dispose]: () => network[Symbol.dispose](),
  };
}

/** Paths of all files, in order. */
export function pathsOf(files: MemoryFiles): string[] {
  return [...files.contents().keys()].sort();
}

/** What a promise rejects with; fails when it does not. */
export async function rejection(promise: Promise<unknown>): Promise<HcaError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof HcaError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

/**
 * What must hold whenever the process or the machine stops: a file of the
 * store has the content that its name says; what is under work is `.part`.
 */
export function assertOnlyVerified(files: MemoryFiles): void {
  for (const durable of [false, true]) {
    for (const [path, bytes] of files.contents({ durable })) {
      if (!path.startsWith(`${STORE}/`)) continue;
      const name = path.slice(STORE.length + 1);
      if (/^[0-9a-z]+\.part$/.test(name)) continue;
      const hash = sha256(bytes);
      const wanted = `${hash.slice(0, 2)}/${hash.slice(2, 6)}/${hash}`;
      assert.equal(name, wanted, durable ? "after a power cut" : "at once");
    }
  }
}
