import assert from "node:assert/strict";
import type { OpenedBody } from "../../src/http/mod.ts";
import { createDenoFetch } from "../../src/platform/mod.ts";
import { settle } from "../support/fake_clock.ts";
import {
  answers,
  cutsChunks,
  FaultServer,
  redirects,
  stallsAfter,
} from "../support/fault_server.ts";
import { scriptedFetch } from "../support/scripted_fetch.ts";
import { createCase, PIECE_MS, rejection } from "./_client_case.ts";

const URL = "https://dss.test/v1/files/x";

/** All parts of a body, each copied, and the sizes that were told. */
async function readAll(
  body: OpenedBody,
  sizeBytes: number,
): Promise<{ parts: Uint8Array[]; told: number[] }> {
  const parts: Uint8Array[] = [];
  const told: number[] = [];
  let buffer = new ArrayBuffer(sizeBytes);
  while (true) {
    const part = await body.read(buffer, (bytes) => told.push(bytes));
    if (part === undefined) return { parts, told };
    parts.push(part.slice());
    buffer = part.buffer;
  }
}

function join(parts: Uint8Array[]): string {
  return new TextDecoder().decode(
    Uint8Array.from(parts.flatMap((part) => [...part])),
  );
}

function wireCase() {
  const fetch = createDenoFetch();
  return {
    ...createCase(fetch),
    [Symbol.dispose]: () => fetch[Symbol.dispose](),
  };
}

function streamed(...pieces: string[]): ReadableStream {
  return ReadableStream.from(pieces.map((it) => new TextEncoder().encode(it)));
}

Deno.test("HttpClient.open fills buffers with a body of the network", async () => {
  const text = "0123456789".repeat(100_000);
  await using server = new FaultServer({
    "/a": redirects(302, "/b?sig=1"),
    "/b": answers({ body: text, headers: { etag: '"x"' } }),
  });
  using given = wireCase();
  const body = await given.client.open({
    method: "GET",
    url: `${server.origin}/a`,
  });
  assert.equal(body.status, 200);
  assert.equal(body.headers.get("etag"), '"x"');
  assert.equal(body.url, `${server.origin}/b?sig=1`);
  const { parts, told } = await readAll(body, 300_000);
  assert.deepEqual(
    parts.map((part) => part.length),
    [300_000, 300_000, 300_000, 100_000],
  );
  assert.equal(join(parts), text);
  assert.equal(told.reduce((sum, bytes) => sum + bytes), 1_000_000);
  assert.equal(await body.read(new ArrayBuffer(1)), undefined, "it is over");
  assert.equal(given.clock.pending, 0);
});

Deno.test("HttpClient.open fills buffers with a body made in this process", async () => {
  const script = scriptedFetch([{
    request: `GET ${URL}`,
    answer: new Response(streamed("abc", "", "defghij", "k")),
  }]);
  const { client, clock } = createCase(script.fetch);
  const body = await client.open({ method: "GET", url: URL });
  const { parts, told } = await readAll(body, 4);
  assert.deepEqual(
    parts.map((part) => new TextDecoder().decode(part)),
    ["abcd", "efgh", "ijk"],
  );
  assert.deepEqual(told, [3, 1, 4, 2, 1]);
  assert.equal(clock.pending, 0);
});

Deno.test("HttpClient.open gives nothing of an answer without a body", async () => {
  const script = scriptedFetch([
    { request: `GET ${URL}`, answer: new Response(null, { status: 204 }) },
  ]);
  const { client, clock } = createCase(script.fetch);
  const body = await client.open({ method: "GET", url: URL });
  assert.equal(await body.read(new ArrayBuffer(4)), undefined);
  assert.equal(clock.pending, 0);
});

for (
  const [what, route, message] of [
    [
      "is cut short",
      answers({ body: "abcdef", lengthBytes: 10 }),
      /broke off after 6 of 10 bytes: ./,
    ],
    ["loses its end", cutsChunks("abc", "def"), /broke off after 6 bytes: ./],
  ] as const
) {
  Deno.test(`HttpClient.open gives what came before it throws when a body ${what}`, async () => {
    await using server = new FaultServer({ "/a": route });
    using given = wireCase();
    const body = await given.client.open({
      method: "GET",
      url: `${server.origin}/a`,
    });
    const part = await body.read(new ArrayBuffer(100));
    assert.equal(new TextDecoder().decode(part), "abcdef");
    for (let call = 0; call < 2; call++) {
      const error = await rejection(body.read(new ArrayBuffer(100)));
      assert.equal(error.name, "NetworkError");
      assert.match(error.message, message);
    }
    assert.equal(given.clock.pending, 0);
  });
}

Deno.test("HttpClient.open ends a body that stalls, and gives what came", async () => {
  const gone = Promise.withResolvers<void>();
  await using server = new FaultServer({
    "/a": stallsAfter("abc", { lengthBytes: 10, onGone: gone.resolve }),
  });
  using given = wireCase();
  const body = await given.client.open({
    method: "GET",
    url: `${server.origin}/a`,
  });
  const came = Promise.withResolvers<void>();
  const read = body.read(new ArrayBuffer(10), () => came.resolve());
  await came.promise;
  await given.clock.advance(PIECE_MS);
  assert.equal((await read)?.length, 3);
  const error = await rejection(body.read(new ArrayBuffer(10)));
  assert.match(error.message, /sent nothing for 40 s in the middle/);
  await gone.promise;
  assert.equal(given.clock.pending, 0);
});

Deno.test("HttpClient.open ends a body when it is aborted", async () => {
  const gone = Promise.withResolvers<void>();
  await using server = new FaultServer({
    "/a": stallsAfter("abc", { lengthBytes: 10, onGone: gone.resolve }),
  });
  using given = wireCase();
  const abort = new AbortController();
  const body = await given.client.open({
    method: "GET",
    url: `${server.origin}/a`,
    signal: abort.signal,
  });
  assert.equal((await body.read(new ArrayBuffer(3)))?.length, 3);
  const read = rejection(body.read(new ArrayBuffer(3)));
  await settle();
  abort.abort();
  assert.equal((await read).name, "CancelledError");
  await gone.promise;
  assert.equal(given.clock.pending, 0);
});

Deno.test("HttpClient.open gives the connection back when the body is cancelled", async () => {
  const gone = Promise.withResolvers<void>();
  await using server = new FaultServer({
    "/a": stallsAfter("abc", { lengthBytes: 10, onGone: gone.resolve }),
  });
  using given = wireCase();
  const body = await given.client.open({
    method: "GET",
    url: `${server.origin}/a`,
  });
  await body.cancel();
  await gone.promise;
  assert.equal(await body.read(new ArrayBuffer(3)), undefined);
  assert.equal(given.clock.pending, 0);
});

Deno.test("HttpClient.open gives a part early when the line is slow", async () => {
  let controller: ReadableStreamDefaultController | undefined;
  const slow = new ReadableStream({ start: (it) => void (controller = it) });
  const script = scriptedFetch([
    { request: `GET ${URL}`, answer: new Response(slow) },
  ]);
  const { client, clock } = createCase(script.fetch);
  const body = await client.open({ method: "GET", url: URL });
  const sizes: (number | undefined)[] = [];
  const read = readAll(body, 100).then(({ parts }) =>
    sizes.push(...parts.map((part) => part.length))
  );
  for (let piece = 0; piece < 6; piece++) {
    controller?.enqueue(new Uint8Array(1));
    await clock.advance(600);
  }
  controller?.close();
  await read;
  // After 1.2 s of each part.
  assert.deepEqual(sizes, [3, 3]);
});

Deno.test("HttpClient.open sets no timer for each piece", async () => {
  const pieces = Array(1000).fill("x".repeat(100));
  const script = scriptedFetch([
    { request: `GET ${URL}`, answer: new Response(streamed(...pieces)) },
  ]);
  const { client, clock } = createCase(script.fetch);
  const body = await client.open({ method: "GET", url: URL });
  await readAll(body, 1000);
  // One for the head, one for the body.
  assert.ok(clock.delays.length <= 2, `${clock.delays.length} timers`);
});
