/**
 * How many connections a content gets by itself, on a clock moved by hand.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { Fetch } from "../../src/base/mod.ts";
import { FakeClock, settle } from "../support/fake_clock.ts";
import { MemoryPart, MIB, receive } from "./_parts_case.ts";

type Controller = ReadableStreamDefaultController<Uint8Array>;

/** A service whose connections give what the test says, when it says so. */
class MeteredService {
  readonly #sizeBytes: number;
  // What each open connection still has to give.
  readonly #open = new Map<Controller, number>();

  constructor(sizeBytes: number) {
    this.#sizeBytes = sizeBytes;
  }

  get connections(): number {
    return this.#open.size;
  }

  readonly fetch: Fetch = (request) => {
    if (request.url.endsWith("/warm")) return Promise.resolve(new Response());
    const range = request.headers.get("range");
    const [, from = "0", to = ""] = /bytes=(\d+)-(\d*)/.exec(range ?? "") ?? [];
    const last = to === "" ? this.#sizeBytes - 1 : Number(to);
    const body = this.#connect(last + 1 - Number(from));
    const headers = {
      "content-range": `bytes ${from}-${last}/${this.#sizeBytes}`,
    };
    return Promise.resolve(
      range === null
        ? new Response(body)
        : new Response(body, { status: 206, headers }),
    );
  };

  #connect(bytes: number): ReadableStream<Uint8Array<ArrayBuffer>> {
    let own: Controller | undefined;
    return new ReadableStream({
      start: (controller) => {
        own = controller;
        this.#open.set(controller, bytes);
      },
      cancel: () => {
        if (own !== undefined) this.#open.delete(own);
      },
    });
  }

  /** Each connection that is open gives so many bytes. */
  async give(bytes: number): Promise<void> {
    for (const [controller, left] of [...this.#open]) {
      const end = Math.min(bytes, left);
      for (let at = 0; at < end; at += MIB) {
        controller.enqueue(new Uint8Array(Math.min(MIB, end - at)));
      }
      this.#open.set(controller, left - end);
      if (left > end) continue;
      controller.close();
      this.#open.delete(controller);
    }
    await settle();
  }
}

/** Connections after each window of two seconds, until all is there. */
async function tuned(
  bytesOf: (connections: number) => number,
  { sizeMib = 256, isBusy = false } = {},
): Promise<number[]> {
  const service = new MeteredService(sizeMib * MIB);
  const clock = new FakeClock();
  const part = new MemoryPart(sizeMib * MIB);
  let isDone = false;
  const work = receive("https://dss.test/f", {
    segments: "auto",
    part,
    tools: {
      runtime: { clock, log: () => {}, random: () => 0 },
      hasSpareConnections: () => !isBusy,
    },
  }, service.fetch).finally(() => isDone = true);
  await settle();
  const seen: number[] = [];
  for (let window = 0; !isDone; window++) {
    assert.ok(window < 500, "it does not end");
    seen.push(service.connections);
    await service.give(bytesOf(service.connections));
    await clock.advance(2_000);
  }
  const { error } = await work;
  assert.equal(error, undefined);
  assert.equal(part.written.prefixEnd, sizeMib * MIB);
  assert.equal(clock.pending, 0);
  return seen;
}

Deno.test("receiveParts takes more connections as long as each one brings more", async () => {
  const seen = await tuned(() => 4 * MIB);
  // The first while only shows how a connection gets going.
  assert.deepEqual(seen.slice(0, 5), [1, 1, 2, 4, 8]);
  assert.equal(Math.max(...seen), 8);
});

Deno.test("receiveParts goes back to one connection where a second brings nothing", async () => {
  const seen = await tuned((connections) => 8 * MIB / connections);
  assert.deepEqual(seen.slice(0, 3), [1, 1, 2]);
  assert.equal(Math.max(...seen), 2);
  assert.deepEqual(new Set(seen.slice(10)), new Set([1]));
});

Deno.test("receiveParts leaves other contents their connections", async () => {
  const seen = await tuned(() => 8 * MIB, { isBusy: true });
  assert.deepEqual(new Set(seen), new Set([1]));
});

Deno.test("receiveParts takes no second connection for what is soon done", async () => {
  const seen = await tuned(() => 4 * MIB, { sizeMib: 31 });
  assert.deepEqual(new Set(seen), new Set([1]));
});
