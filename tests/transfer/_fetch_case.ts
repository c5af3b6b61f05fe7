import assert from "node:assert/strict";
import { IntegrityError } from "../../src/base/mod.ts";
import type { FlushPolicy } from "../../src/store/mod.ts";
import { WHOLE_LIMIT_BYTES } from "../../src/transfer/fetch_content.ts";
import { ContentServer, type Fault } from "../support/content_server.ts";
import {
  assertOnlyVerified,
  createTransferCase,
  pathsOf,
  patternBytes,
  plannedContent,
} from "./_transfer_case.ts";

/** Received into memory. */
export const SMALL = patternBytes(1_000);

/** Streamed into a part. */
export const BIG = patternBytes(WHOLE_LIMIT_BYTES + 1_000);

/** Both, by what they are called in messages. */
export const SIZES = { small: SMALL, big: BIG };

/** Other bytes of the same size. */
export function otherThan(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => byte ^ 0x55);
}

/** Changes one byte in the middle. */
export function flip(part: Uint8Array): Uint8Array {
  const middle = Math.floor(part.length / 2);
  return part.map((byte, at) => at === middle ? byte ^ 1 : byte);
}

/** What is served, and how. */
export interface Given {
  faults?: Fault[];
  always?: Fault;
  etag?: string;
  retries?: number;
  flush?: FlushPolicy;
}

/** Fetches `bytes` from a server with faults and says what came of it. */
export async function fetchWith(
  bytes: Uint8Array,
  { retries = 3, flush, ...serving }: Given,
) {
  await using server = new ContentServer();
  const url = server.put("/f", bytes, serving);
  using given = createTransferCase(flush === undefined ? {} : { flush });
  const content = plannedContent(bytes, url);
  const error = await given.fetchContent(content, {
    resume: { retries, minDelayMs: 250 },
  }).then(() => undefined, (thrown) => thrown);
  const path = given.store.pathOf(content.sha256);
  const stored = given.files.contents().get(path);
  assertOnlyVerified(given.files);
  const paths = pathsOf(given.files);
  if (error === undefined) assert.deepEqual(paths, [path]);
  else if (bytes.length <= WHOLE_LIMIT_BYTES) assert.deepEqual(paths, []);
  // Wrong bytes are no start of anything.
  else if (error instanceof IntegrityError) assert.deepEqual(paths, []);
  assert.equal(stored !== undefined, error === undefined);
  const { observed } = given;
  return {
    error,
    paths,
    ranges: server.sent("range"),
    conditions: server.sent("if-range"),
    receivedBytes: given.receivedBytes(),
    delays: given.clock.skipped,
    retries: observed.retries,
    restarts: observed.restarts,
    arrived: observed.arrived,
  };
}

/** A byte of `bytes`, as a part of the whole. */
export function placeIn(bytes: Uint8Array, part: number): number {
  return Math.floor(bytes.length * part);
}
