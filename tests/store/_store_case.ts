import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { HcaError, type Processes } from "../../src/base/mod.ts";
import {
  type FlushPolicy,
  LocalTransferStore,
  type Placing,
  type StoredContent,
} from "../../src/store/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { MemoryFiles } from "../support/memory_files.ts";
import { createMemoryLog } from "../support/memory_log.ts";
import { createNodeHash } from "../support/node_hash.ts";

/** Where a download goes, and where its store is. */
export const DOWNLOAD_DIR = "/dd";
export const STORE = `${DOWNLOAD_DIR}/.hca/v2/files_2_4`;

/** Only into the store. */
export const NOWHERE: Placing = { targets: [], force: false };

/** Bytes that differ at every place and from seed to seed. */
export function patternBytes(
  sizeBytes: number,
  seed = 1,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(sizeBytes);
  let state = seed * 2_654_435_761 >>> 0;
  for (let at = 0; at < sizeBytes; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** SHA-256 by `node:crypto`, 64 hex digits. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** What a store is told of these bytes. */
export function contentOf(bytes: Uint8Array): StoredContent {
  return { sha256: sha256(bytes), sizeBytes: bytes.length };
}

// Never the same twice, as names of temporary files need it.
let drawn = 0;

/** Numbers from 0 to below 1, all different. */
export function distinctRandom(): number {
  return (++drawn % 99_991) / 99_991;
}

/** A store on a disk in memory, whose time is moved by hand. */
export function createStoreCase(
  { files = new MemoryFiles(), flush, processes }: {
    files?: MemoryFiles;
    flush?: FlushPolicy;
    processes?: Processes;
  } = {},
) {
  const clock = new FakeClock();
  files.now = () => clock.now();
  const { log, messages } = createMemoryLog();
  const random = distinctRandom;
  const runtime = {
    ...{ clock, createHash: createNodeHash, files, log, random },
    ...(processes && { processes }),
  };
  const store = new LocalTransferStore(DOWNLOAD_DIR, runtime, flush);
  return { files, clock, messages, runtime, store };
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

const PART = /^([0-9a-f]{64})\.[0-9a-z]+\.part(\.json(\.new)?)?$/;

/**
 * What must hold whenever the process or the machine stops: a file of the
 * store has the content that its name says; what is under work is `.part`.
 */
export function assertOnlyVerified(files: MemoryFiles, store = STORE): void {
  for (const durable of [false, true]) {
    for (const [path, bytes] of files.contents({ durable })) {
      if (!path.startsWith(`${store}/`)) continue;
      const name = path.slice(store.length + 1);
      // Whether the store can be written to was being tried.
      if (/^[0-9a-z]{20}\.part$/.test(name) && bytes.length === 0) continue;
      const partOf = PART.exec(name.split("/").at(-1) ?? "")?.[1];
      const hash = partOf ?? sha256(bytes);
      const wanted = `${hash.slice(0, 2)}/${hash.slice(2, 6)}/`;
      const when = durable ? "after a power cut" : "at once";
      assert.ok(name.startsWith(wanted), `${when}: ${name}`);
      if (partOf === undefined) assert.equal(name, `${wanted}${hash}`, when);
    }
  }
}
