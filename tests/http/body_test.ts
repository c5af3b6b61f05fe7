import assert from "node:assert/strict";
import {
  ExchangeGuard,
  guardBody,
  readText,
  Watchdog,
} from "../../src/http/mod.ts";
import { FakeClock, settle } from "../support/fake_clock.ts";
import { rejection } from "./_client_case.ts";

function bodyOf(...pieces: string[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) {
        controller.enqueue(new TextEncoder().encode(piece));
      }
      controller.close();
    },
  });
}

const TIMEOUTS = { connectMs: 1, firstByteMs: 1, idleMs: 1000 };

function guard({ expectedBytes }: { expectedBytes?: number | undefined } = {}) {
  const clock = new FakeClock();
  const watch = new Watchdog(clock).watch();
  const guard = new ExchangeGuard({
    host: "dss.test",
    clock,
    watch,
    timeouts: TIMEOUTS,
    signal: undefined,
  }, () => {});
  guard.expectedBytes = expectedBytes;
  return { clock, guard };
}

for (const expectedBytes of [undefined, 6]) {
  Deno.test(`guardBody passes a body through when ${expectedBytes} bytes are announced`, async () => {
    const given = guard({ expectedBytes });
    const text = await new Response(
      guardBody(bodyOf("abc", "def"), given.guard),
    )
      .text();
    assert.equal(text, "abcdef");
    assert.equal(given.clock.pending, 0);
  });
}

for (const [expectedBytes, got] of [[10, 6], [5, 6], [0, 6]] as const) {
  Deno.test(`guardBody fails when ${got} of ${expectedBytes} bytes came`, async () => {
    const given = guard({ expectedBytes });
    const body = guardBody(bodyOf("abc", "def"), given.guard);
    const error = await rejection(new Response(body).text());
    assert.equal(error.name, "NetworkError");
    assert.equal(error.retryable, true);
    assert.equal(
      error.message,
      `dss.test ended the answer after ${got} of ${expectedBytes} bytes`,
    );
    assert.equal(given.clock.pending, 0);
  });
}

Deno.test("guardBody accepts an empty body that was announced as such", async () => {
  const given = guard({ expectedBytes: 0 });
  const body = guardBody(bodyOf(), given.guard);
  assert.equal(await new Response(body).text(), "");
  assert.equal(given.clock.pending, 0);
});

for (const [expectedBytes, of] of [[undefined, ""], [9, " of 9"]] as const) {
  Deno.test(`guardBody counts what came before a break when ${expectedBytes} bytes are announced`, async () => {
    const cause = new TypeError("error reading a body from connection");
    const pieces = [new TextEncoder().encode("abc")];
    const broken = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) {
        const piece = pieces.shift();
        if (piece === undefined) controller.error(cause);
        else controller.enqueue(piece);
      },
    }, { highWaterMark: 0 });
    const given = guard({ expectedBytes });
    const body = guardBody(broken, given.guard);
    const error = await rejection(new Response(body).text());
    assert.equal(error.name, "NetworkError");
    assert.equal(
      error.message,
      `the answer of dss.test broke off after 3${of} bytes: ` +
        "error reading a body from connection",
    );
    assert.equal(error.cause, cause);
    assert.equal(given.clock.pending, 0);
  });
}

Deno.test("guardBody releases the body once when it is not wanted, even while a piece is awaited", async () => {
  const reasons: unknown[] = [];
  const silent = new ReadableStream<Uint8Array<ArrayBuffer>>({
    cancel: (reason) => void reasons.push(reason),
  });
  const given = guard({ expectedBytes: 10 });
  const reader = guardBody(silent, given.guard).getReader();
  const awaited = reader.read();
  await settle();
  assert.equal(given.clock.pending, 1);
  await reader.cancel("enough");
  assert.equal((await awaited).done, true);
  await settle();
  assert.deepEqual(reasons, ["enough"]);
  assert.equal(given.clock.pending, 0);
});

Deno.test("readText puts characters together that were cut between pieces", async () => {
  const bytes = new TextEncoder().encode("é日😀");
  const body = new ReadableStream({
    start(controller) {
      for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
      controller.close();
    },
  });
  assert.equal(await readText(new Response(body), 100), "é日😀");
});

Deno.test("readText takes exactly the limit and refuses one byte more", async () => {
  assert.equal(await readText(new Response("abc"), 3), "abc");
  assert.equal(await readText(new Response(null), 0), "");
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(2)),
    cancel: () => void (cancelled = true),
  });
  const error = await rejection(readText(new Response(endless), 3));
  assert.equal(error.name, "RefusedError");
  assert.equal(
    error.message,
    "the answer is longer than 3 bytes, too long for JSON",
  );
  assert.equal(cancelled, true);
});

Deno.test("readText says whose answer is too long, without what is secret in its address", async () => {
  const response = new Response("abcd");
  const url = "https://user:PLANTED@dss.test/v1/x?token=PLANTED";
  Object.defineProperty(response, "url", { value: url });
  const error = await rejection(readText(response, 3));
  assert.equal(
    error.message,
    "the answer of https://***@dss.test/v1/x?token=*** is longer than 3 " +
      "bytes, too long for JSON",
  );
});
