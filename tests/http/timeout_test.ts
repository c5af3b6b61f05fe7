import assert from "node:assert/strict";
import { CancelledError } from "../../src/base/mod.ts";
import {
  DEFAULT_POLICY,
  type HttpPolicy,
  readText,
} from "../../src/http/mod.ts";
import { settle } from "../support/fake_clock.ts";
import { neverAnswers, scriptedFetch } from "../support/scripted_fetch.ts";
import { createCase, HEAD_MS, PIECE_MS, rejection } from "./_client_case.ts";

const URL = "https://dss.test/v1/files?token=SECRET";
const ONCE: Partial<HttpPolicy> = {
  retry: { ...DEFAULT_POLICY.retry, tries: 1, unknownHostTries: 1 },
};

/** A body that sends some pieces and then nothing. */
function stalling(...pieces: string[]) {
  const seen = { cancelled: 0, pulls: 0 };
  const left = pieces.map((piece) => new TextEncoder().encode(piece));
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      seen.pulls++;
      const piece = left.shift();
      if (piece === undefined) return new Promise(() => {});
      controller.enqueue(piece);
    },
    cancel: () => void seen.cancelled++,
  }, { highWaterMark: 0 });
  return { body, seen };
}

Deno.test("HttpClient.send gives up after connect and read timeout when nothing is answered", async () => {
  const script = scriptedFetch([
    { request: `GET ${URL}`, answer: neverAnswers },
  ]);
  const { client, clock } = createCase(script.fetch, { policy: ONCE });
  let failed = false;
  const sent = rejection(client.send({ method: "GET", url: URL }));
  sent.then(() => failed = true);
  await clock.advance(HEAD_MS - 1);
  assert.equal(failed, false);
  await clock.advance(1);
  const error = await sent;
  script.done();
  assert.equal(error.name, "NetworkError");
  assert.equal(error.message, "no answer from dss.test within 60 s");
  assert.equal(clock.pending, 0);
});

Deno.test("HttpClient.send tries again after a timeout", async () => {
  const script = scriptedFetch([
    { request: `GET ${URL}`, answer: neverAnswers },
    { request: `GET ${URL}`, answer: new Response("x") },
  ]);
  const { client, clock } = createCase(script.fetch);
  const sent = client.send({ method: "GET", url: URL });
  await clock.advance(HEAD_MS);
  assert.equal(await (await sent).text(), "x");
  script.done();
  assert.equal(clock.pending, 0);
});

Deno.test("HttpClient.send follows the timeouts of its policy", async () => {
  const script = scriptedFetch([
    { request: `GET ${URL}`, answer: neverAnswers },
  ]);
  const { client, clock } = createCase(script.fetch, {
    policy: {
      ...ONCE,
      timeouts: { connectMs: 30_000, firstByteMs: 10_000, idleMs: 1 },
    },
  });
  const sent = rejection(client.send({ method: "GET", url: URL }));
  await clock.advance(40_000);
  assert.match((await sent).message, /within 40 s$/);
  script.done();
});

Deno.test("HttpClient.send ends a body that stalls, and releases it", async () => {
  const { body, seen } = stalling("abc");
  const script = scriptedFetch([
    { request: `GET ${URL}`, answer: new Response(body) },
  ]);
  const { client, clock } = createCase(script.fetch);
  const response = await client.send({ method: "GET", url: URL });
  const read = rejection(response.text());
  await clock.advance(PIECE_MS - 1);
  assert.equal(seen.cancelled, 0);
  await clock.advance(1);
  const error = await read;
  assert.equal(error.name, "NetworkError");
  assert.equal(
    error.message,
    "dss.test sent nothing for 40 s in the middle of an answer",
  );
  assert.equal(seen.cancelled, 1);
  assert.equal(clock.pending, 0);
});

Deno.test("HttpClient.send never takes a slow consumer for a slow service", async () => {
  const { body, seen } = stalling("a", "b", "c");
  const script = scriptedFetch([
    { request: `GET ${URL}`, answer: new Response(body) },
  ]);
  const { client, clock } = createCase(script.fetch);
  const response = await client.send({ method: "GET", url: URL });
  await clock.advance(10 * PIECE_MS);
  assert.equal(seen.pulls, 0, "nothing is read before it is wanted");
  assert.ok(response.body);
  const reader = response.body.getReader();
  for (const expected of ["a", "b", "c"]) {
    const { value } = await reader.read();
    assert.equal(new TextDecoder().decode(value), expected);
    await clock.advance(10 * PIECE_MS);
    assert.equal(clock.pending, 0);
  }
  assert.equal(seen.pulls, 3);
  await reader.cancel();
  assert.equal(seen.cancelled, 1);
});

Deno.test("HttpClient.send gives each piece of a body its own time", async () => {
  let controller: ReadableStreamDefaultController | undefined;
  const body = new ReadableStream({ start: (it) => void (controller = it) });
  const script = scriptedFetch([
    { request: `GET ${URL}`, answer: new Response(body) },
  ]);
  const { client, clock } = createCase(script.fetch, { skips: () => false });
  const response = await client.send({ method: "GET", url: URL });
  const text = response.text();
  for (let piece = 0; piece < 5; piece++) {
    await clock.advance(PIECE_MS - 1);
    controller?.enqueue(new TextEncoder().encode("x"));
    await settle();
  }
  controller?.close();
  assert.equal(await text, "xxxxx");
  assert.equal(clock.pending, 0);
});

Deno.test("HttpClient.send shows a stalled error body as the error it is", async () => {
  const { body } = stalling('{"code":');
  const script = scriptedFetch([{
    request: `GET ${URL}`,
    answer: new Response(body, { status: 404, statusText: "Not Found" }),
  }]);
  const { client, clock } = createCase(script.fetch);
  const sent = rejection(client.send({ method: "GET", url: URL }));
  await clock.advance(PIECE_MS);
  const error = await sent;
  assert.equal(error.name, "NotFoundError");
  assert.match(error.message, /^Not Found \(HTTP 404\)/);
});

Deno.test("HttpClient.send sends nothing when it is aborted already", async () => {
  const script = scriptedFetch([]);
  const { client, clock } = createCase(script.fetch);
  const signal = AbortSignal.abort();
  const error = await rejection(
    client.send({ method: "GET", url: URL, signal }),
  );
  script.done();
  assert.equal(error.name, "CancelledError");
  assert.equal(clock.pending, 0);
});

Deno.test("HttpClient.send stops waiting for an answer when it is aborted", async () => {
  const script = scriptedFetch([
    { request: `GET ${URL}`, answer: neverAnswers },
  ]);
  const { client, clock } = createCase(script.fetch);
  const abort = new AbortController();
  const sent = rejection(
    client.send({ method: "GET", url: URL, signal: abort.signal }),
  );
  await settle();
  const reason = new CancelledError("stopped", { signalName: "SIGINT" });
  abort.abort(reason);
  assert.equal(await sent, reason);
  script.done();
  assert.equal(clock.pending, 0);
  assert.equal(clock.elapsed(), 0);
});

Deno.test("HttpClient.send stops a pause between two tries when it is aborted", async () => {
  const script = scriptedFetch([{
    request: `GET ${URL}`,
    answer: new Response(null, {
      status: 503,
      // As long as a timeout, which the clock of these tests does not skip.
      headers: { "retry-after": "60" },
    }),
  }]);
  const { client, clock } = createCase(script.fetch);
  const abort = new AbortController();
  const sent = rejection(
    client.send({ method: "GET", url: URL, signal: abort.signal }),
  );
  await settle();
  assert.equal(clock.pending, 1);
  abort.abort();
  const error = await sent;
  script.done();
  assert.equal(error.name, "CancelledError");
  assert.equal(clock.pending, 0);
});

Deno.test("HttpClient.send stops the wait of a redirect when it is aborted", async () => {
  const script = scriptedFetch([{
    request: `GET ${URL}`,
    answer: new Response(null, {
      status: 301,
      headers: { "retry-after": "60", location: URL },
    }),
  }]);
  const { client, clock } = createCase(script.fetch);
  const abort = new AbortController();
  const sent = rejection(
    client.send({ method: "GET", url: URL, signal: abort.signal }),
  );
  await settle();
  abort.abort();
  assert.equal((await sent).name, "CancelledError");
  script.done();
  assert.equal(clock.pending, 0);
});

Deno.test("HttpClient.send ends a body when it is aborted", async () => {
  const { body, seen } = stalling("abc");
  const script = scriptedFetch([
    { request: `GET ${URL}`, answer: new Response(body) },
  ]);
  const { client, clock } = createCase(script.fetch);
  const abort = new AbortController();
  const response = await client.send({
    method: "GET",
    url: URL,
    signal: abort.signal,
  });
  const read = rejection(response.text());
  await settle();
  abort.abort();
  assert.equal((await read).name, "CancelledError");
  assert.equal(seen.cancelled, 1);
  assert.equal(clock.pending, 0);
});

Deno.test("HttpClient.send is cancelled, not failed, when an error body is aborted", async () => {
  const { body } = stalling("x");
  const script = scriptedFetch([
    { request: `GET ${URL}`, answer: new Response(body, { status: 404 }) },
  ]);
  const { client, clock } = createCase(script.fetch);
  const abort = new AbortController();
  const sent = rejection(
    client.send({ method: "GET", url: URL, signal: abort.signal }),
  );
  await settle();
  abort.abort();
  assert.equal((await sent).name, "CancelledError");
  assert.equal(clock.pending, 0);
});

/** A body whose pieces are sent by hand. */
function byHand() {
  let controller: ReadableStreamDefaultController | undefined;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (it) => void (controller = it),
  });
  return {
    body,
    send: (sizeBytes: number) => controller?.enqueue(new Uint8Array(sizeBytes)),
    close: () => controller?.close(),
  };
}

const { timeouts } = DEFAULT_POLICY;

// Bytes that come each second, whether that is fast enough
for (const [bytes, isEnough] of [[99, false], [100, true]] as const) {
  Deno.test(`HttpClient.send ${isEnough ? "takes" : "ends"} a body of ${bytes} bytes per second when 100 are the least`, async () => {
    const { body, send, close } = byHand();
    const script = scriptedFetch([
      { request: `GET ${URL}`, answer: new Response(body) },
    ]);
    const lowSpeed = { bytesPerSecond: 100, windowMs: 10_000 };
    const { client, clock } = createCase(script.fetch, {
      policy: { timeouts: { ...timeouts, lowSpeed } },
    });
    const response = await client.send({ method: "GET", url: URL });
    const read = response.bytes();
    const error = isEnough ? undefined : rejection(read);
    for (let second = 1; second <= 30; second++) {
      await clock.advance(1000);
      // It is closed early when it is too slow.
      if (!isEnough && second > 10) break;
      send(bytes);
    }
    if (error !== undefined) {
      assert.equal(
        (await error).message,
        "dss.test sends less than 100 bytes per second (990 bytes in 10 s)",
      );
    } else {
      close();
      assert.equal((await read).length, 3000);
    }
    await settle();
    assert.equal(clock.pending, 0);
  });
}

Deno.test("HttpClient.send ends a body that becomes slow after a fast start", async () => {
  const { body, send } = byHand();
  const script = scriptedFetch([
    { request: `GET ${URL}`, answer: new Response(body) },
  ]);
  const lowSpeed = { bytesPerSecond: 100, windowMs: 10_000 };
  const { client, clock } = createCase(script.fetch, {
    policy: { timeouts: { ...timeouts, lowSpeed } },
  });
  const response = await client.send({ method: "GET", url: URL });
  const read = rejection(response.bytes());
  for (let second = 1; second <= 20; second++) {
    await clock.advance(1000);
    send(second <= 10 ? 100_000 : 1);
  }
  assert.match((await read).message, /\(10 bytes in 10 s\)$/);
});

Deno.test("HttpClient.send ends an answer that takes longer than the total", async () => {
  const { body, send } = byHand();
  const script = scriptedFetch([
    { request: `GET ${URL}`, answer: new Response(body) },
  ]);
  const { client, clock } = createCase(script.fetch, {
    policy: { timeouts: { ...timeouts, totalMs: 45_000 } },
    skips: () => false,
  });
  const response = await client.send({ method: "GET", url: URL });
  const read = rejection(response.text());
  for (let second = 0; second < 45; second++) {
    send(1);
    await clock.advance(1000);
  }
  assert.equal(
    (await read).message,
    "dss.test took more than 45 s for one answer",
  );
  assert.equal(clock.pending, 0);
});

Deno.test("HttpClient.send ends all tries and waits at the deadline", async () => {
  const answers = Array(20).fill({
    request: `GET ${URL}`,
    answer: () => new Response(null, { status: 502 }),
  });
  const script = scriptedFetch(answers);
  const { client, clock } = createCase(script.fetch, {
    policy: { deadlineMs: 5000 },
    skips: () => false,
  });
  const sent = rejection(client.send({ method: "GET", url: URL }));
  await clock.advance(5000);
  const error = await sent;
  // 0.2 + 0.4 + 0.8 + 1.6 s; 3.2 s more would be too many.
  assert.match(error.message, /\(HTTP 502, tried 5 times\)/);
  assert.equal(clock.elapsed(), 5000);
  assert.equal(clock.pending, 0);
});

Deno.test("HttpClient.send ends a try that is under way at the deadline", async () => {
  const script = scriptedFetch([
    { request: `GET ${URL}`, answer: neverAnswers },
  ]);
  const { client, clock } = createCase(script.fetch, {
    policy: { deadlineMs: 5000 },
    skips: () => false,
  });
  const sent = rejection(client.send({ method: "GET", url: URL }));
  await clock.advance(5000);
  const error = await sent;
  assert.equal(error.name, "NetworkError");
  assert.equal(
    error.message,
    "no answer from dss.test within 5 s, all tries and waits included",
  );
  assert.equal(clock.pending, 0);
});

Deno.test("HttpClient.send says that a wait goes beyond the deadline", async () => {
  const script = scriptedFetch([{
    request: `GET ${URL}`,
    answer: new Response(null, {
      status: 503,
      headers: { "retry-after": "30" },
    }),
  }]);
  const { client, clock } = createCase(script.fetch, {
    policy: { deadlineMs: 5000 },
    skips: () => false,
  });
  const error = await rejection(client.send({ method: "GET", url: URL }));
  assert.match(error.message, /asks to wait 30 s/);
  assert.equal(clock.elapsed(), 0);
  assert.equal(clock.pending, 0);
});

Deno.test("HttpClient.send does not count the body for the deadline", async () => {
  const { body, send, close } = byHand();
  const script = scriptedFetch([
    { request: `GET ${URL}`, answer: new Response(body) },
  ]);
  const { client, clock } = createCase(script.fetch, {
    policy: { deadlineMs: 5000 },
    skips: () => false,
  });
  const response = await client.send({ method: "GET", url: URL });
  const read = response.text();
  await clock.advance(20_000);
  send(1);
  close();
  assert.equal((await read).length, 1);
  assert.equal(clock.pending, 0);
});

/** A body that gets one byte at a time, as long as somebody reads it. */
function dripping() {
  const seen = { sent: 0, cancelled: 0 };
  let controller: ReadableStreamDefaultController | undefined;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (it) => void (controller = it),
    cancel: () => void seen.cancelled++,
  });
  const send = () => {
    if (seen.cancelled > 0) return;
    seen.sent++;
    controller?.enqueue(new Uint8Array([0x20]));
  };
  return { body, seen, send };
}

Deno.test("readText gives up an answer of the client that drips for a minute", async () => {
  const { body, seen, send } = dripping();
  const script = scriptedFetch([
    { request: `GET ${URL}`, answer: new Response(body) },
  ]);
  const { client, clock } = createCase(script.fetch, { skips: () => false });
  const response = await client.send({ method: "GET", url: URL });
  const read = rejection(readText(response, 1000));
  for (let piece = 0; piece < 10; piece++) {
    await clock.advance(10_000);
    send();
  }
  const error = await read;
  assert.equal(error.name, "NetworkError");
  assert.equal(
    error.message,
    "dss.test sends less than 1000 bytes per second (6 bytes in 60 s)",
  );
  assert.deepEqual(seen, { sent: 6, cancelled: 1 });
  assert.equal(clock.pending, 0);
});

Deno.test("readText takes an answer of 1000 bytes a second, however long it takes", async () => {
  const { body, send, close } = byHand();
  const script = scriptedFetch([
    { request: `GET ${URL}`, answer: new Response(body) },
  ]);
  const { client, clock } = createCase(script.fetch, { skips: () => false });
  const response = await client.send({ method: "GET", url: URL });
  const read = readText(response, 1_000_000);
  for (let piece = 0; piece < 30; piece++) {
    await clock.advance(10_000);
    send(10_000);
  }
  close();
  assert.equal((await read).length, 300_000);
});

for (const how of ["send", "open"] as const) {
  Deno.test(`HttpClient.${how} leaves a body that drips to who takes it piece by piece`, async () => {
    const { body, seen, send } = dripping();
    const script = scriptedFetch([
      { request: `GET ${URL}`, answer: new Response(body) },
    ]);
    const { client, clock } = createCase(script.fetch, { skips: () => false });
    const request = { method: "GET", url: URL };
    const answer = how === "send"
      ? (await client.send(request)).body?.getReader()
      : await client.open(request);
    for (let piece = 0; piece < 20; piece++) {
      const read = answer && "headers" in answer
        ? answer.read(new ArrayBuffer(1))
        : answer?.read();
      await clock.advance(10_000);
      send();
      assert.ok(await read !== undefined);
    }
    assert.equal(seen.sent, 20);
    await answer?.cancel();
    assert.equal(clock.pending, 0);
  });
}
