import assert from "node:assert/strict";
import { type Fetch, LocalError } from "../../src/base/mod.ts";
import {
  type ByteRange,
  ByteRanges,
  type PartialContent,
} from "../../src/store/mod.ts";
import { ContentQuestion } from "../../src/transfer/ask_content.ts";
import type { FetchTools } from "../../src/transfer/fetch_content.ts";
import { receiveParts } from "../../src/transfer/receive_parts.ts";
import { RetryBudget } from "../../src/transfer/retry_budget.ts";
import type { ContentServer } from "../support/content_server.ts";
import { createTransferCase, patternBytes } from "./_transfer_case.ts";

/** A mebibyte. */
export const MIB = 1024 * 1024;

/** Above what may have several connections, and not a round number. */
export const SIZE = 40 * MIB + 12_345;

let made: Uint8Array<ArrayBuffer> | undefined;

/** The same for all tests, made once. */
export function bigBytes(): Uint8Array<ArrayBuffer> {
  return made ??= patternBytes(SIZE);
}

/** A part in memory that refuses a byte that it has already. */
export class MemoryPart implements PartialContent {
  readonly found: readonly ByteRange[];
  readonly foundEtag: string | undefined;
  readonly bytes: Uint8Array;
  readonly written = new ByteRanges();
  readonly etags: (string | undefined)[] = [];
  restarts = 0;
  /** Refuses this write, counted from 1. */
  failsAt = Infinity;
  #writes = 0;

  constructor(
    sizeBytes: number,
    found: readonly ByteRange[] = [],
    foundEtag?: string,
  ) {
    this.bytes = new Uint8Array(sizeBytes);
    this.found = found;
    this.foundEtag = foundEtag;
    for (const { start, end } of found) this.written.add(start, end);
  }

  async write(offset: number, bytes: Uint8Array<ArrayBuffer>) {
    await Promise.resolve();
    if (++this.#writes === this.failsAt) {
      throw new LocalError("the disk is full", { reason: "no_space" });
    }
    const before = this.written.sizeBytes;
    this.written.add(offset, offset + bytes.length);
    assert.equal(this.written.sizeBytes - before, bytes.length);
    this.bytes.set(bytes, offset);
    return bytes.buffer;
  }

  restart(etag: string | undefined): Promise<void> {
    this.restarts++;
    this.written.clear();
    this.etags.push(etag);
    return Promise.resolve();
  }

  setEtag(etag: string | undefined): void {
    this.etags.push(etag);
  }

  publish(): Promise<never> {
    throw new Error("nobody asked for that");
  }

  suspend = this.publish;
  discard = this.publish;

  assertWhole(expected: Uint8Array): void {
    assert.equal(this.written.prefixEnd, expected.length);
    // Much faster than comparing them one by one.
    assert.ok(indexOfDifference(this.bytes, expected) === -1);
  }
}

function indexOfDifference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Math.min(a.length, b.length);
  return a.findIndex((byte, at) => byte !== b[at]);
}

/** How a content is received. */
export interface Options {
  segments?: FetchTools["segments"];
  part?: MemoryPart;
  retries?: number;
  tools?: Partial<FetchTools>;
}

/** Lets a host answer so often that it may be asked as fast as one likes. */
async function warmUp(http: FetchTools["http"], url: string): Promise<void> {
  for (let count = 0; count < 20; count++) {
    const warm = new URL("/warm", url).href;
    const body = await http.open({ method: "GET", url: warm });
    await body.cancel();
  }
}

/** The requests for the big content. */
export function requestsOf(server: ContentServer) {
  return server.requests.filter(({ path }) => path === "/big");
}

/** A header field of each, "" where it was not sent. */
export function fieldOf(server: ContentServer, name: string): string[] {
  return requestsOf(server).map(({ headers }) => headers.get(name) ?? "");
}

/** Receives what `fetch` or the network gives at `url` into a part. */
export async function receive(
  url: string,
  { segments = 4, part = new MemoryPart(SIZE), retries = 3, tools }: Options,
  fetch?: Fetch,
) {
  using given = createTransferCase(fetch === undefined ? {} : { fetch });
  const sizeBytes = part.bytes.length;
  const source = { kind: "request" as const, url, headers: {} };
  const content = {
    name: "big",
    sha256: "ab".repeat(32),
    sizeBytes,
    source,
    targets: [],
  };
  const all = { ...given.fetchTools({ segments }), ...tools };
  const budget = new RetryBudget(
    sizeBytes,
    { retries, minDelayMs: 250 },
    given.tools.runtime,
    undefined,
    all.observer.onRetry,
  );
  const question = new ContentQuestion(content, source, all);
  await warmUp(given.tools.http, url);
  const error = await receiveParts(sizeBytes, part, question, budget, all)
    .then(() => undefined, (thrown) => thrown);
  const { observed } = given;
  return { part, error, observed, receivedBytes: given.receivedBytes() };
}
