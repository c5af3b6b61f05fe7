import assert from "node:assert/strict";
import { discard, HttpClient, type HttpPolicy } from "../../src/http/mod.ts";
import { createDenoFetch } from "../../src/platform/mod.ts";
import { FakeClock, settle } from "../support/fake_clock.ts";
import {
  answers,
  cutsChunks,
  FaultServer,
  hangsUp,
  redirects,
  saysNothing,
  sendsRaw,
  stallsAfter,
} from "../support/fault_server.ts";
import { createMemoryLog } from "../support/memory_log.ts";
import { HEAD_MS, PIECE_MS, rejection } from "./_client_case.ts";

// The real fetch against a real socket: what a stub cannot show.
function createWireCase(policy?: Partial<HttpPolicy>) {
  const clock = new FakeClock({
    skips: (delayMs) => delayMs !== HEAD_MS && delayMs !== PIECE_MS,
  });
  const { log, messages } = createMemoryLog();
  const fetch = createDenoFetch();
  const client = new HttpClient({ fetch, clock, random: () => 0, log }, policy);
  return {
    client,
    clock,
    messages,
    [Symbol.dispose]: () => fetch[Symbol.dispose](),
  };
}

Deno.test("HttpClient.send sends a signed URL byte for byte", async () => {
  await using server: FaultServer = new FaultServer({
    "/start": (request, wire): Promise<void> =>
      redirects(302, `${server.origin}${target}`)(request, wire),
    "/signed/a%2Fb+c%20d/%e2%98%83": answers({ body: "ok" }),
  });
  const target = "/signed/a%2Fb+c%20d/%e2%98%83" +
    "?X-Amz-Signature=ab%2Fc+d%3d%3D&response=a%20%22b%22&empty=&flag";
  using given = createWireCase();
  const response = await given.client.send({
    method: "GET",
    url: `${server.origin}/start`,
  });
  assert.equal(await response.text(), "ok");
  assert.deepEqual(server.requests.map((r) => r.target), ["/start", target]);
  assert.equal(response.url, `${server.origin}${target}`);
});

Deno.test("HttpClient.send leaves credentials at home when another port is another origin", async () => {
  await using away = new FaultServer({ "/x": answers({ body: "ok" }) });
  await using home = new FaultServer({
    "/a": redirects(302, "/b"),
    "/b": redirects(302, `${away.origin}/x`),
  });
  using given = createWireCase();
  const response = await given.client.send({
    method: "GET",
    url: `${home.origin}/a`,
    headers: {
      "Authorization": "Bearer x",
      "X-Api-Key": "x",
      "Cookie": "x",
      "Range": "bytes=0-",
    },
  });
  assert.equal(await response.text(), "ok");
  for (const { headers } of home.requests) {
    assert.equal(headers.get("authorization"), "Bearer x");
    assert.equal(headers.get("x-api-key"), "x");
  }
  assert.equal(home.requests.length, 2);
  assert.equal(away.requests.length, 1);
  const sent = away.requests[0]?.headers;
  for (const name of ["authorization", "x-api-key", "cookie"]) {
    assert.equal(sent?.has(name), false, name);
  }
  assert.equal(sent?.get("range"), "bytes=0-");
  assert.equal(sent?.get("accept-encoding"), "identity");
});

Deno.test("HttpClient.send reads Retry-After of a redirect, which the browser's fetch hides", async () => {
  await using server = new FaultServer({
    "/a": [
      redirects(301, "/a?token=1", { "retry-after": "10" }),
      redirects(301, "/a?token=2", { "retry-after": "10" }),
      answers({ body: "ok" }),
    ],
  });
  using given = createWireCase();
  const response = await given.client.send({
    method: "GET",
    url: `${server.origin}/a`,
  });
  assert.equal(await response.text(), "ok");
  assert.deepEqual(given.clock.skipped, [10_000, 10_000]);
  assert.deepEqual(
    server.requests.map((request) => request.target),
    ["/a", "/a?token=1", "/a?token=2"],
  );
});

Deno.test("HttpClient.send sends method, body and headers", async () => {
  await using server = new FaultServer({ "/a": answers({ body: "ok" }) });
  using given = createWireCase();
  const response = await given.client.send({
    method: "PUT",
    url: `${server.origin}/a?b=`,
    headers: { "Content-Type": "application/json" },
    body: '{"é":1}',
  });
  await discard(response);
  const [request] = server.requests;
  assert.equal(request?.method, "PUT");
  assert.equal(request?.target, "/a?b=");
  assert.equal(request?.headers.get("content-type"), "application/json");
  assert.equal(request?.headers.get("content-length"), "8");
});

Deno.test("HttpClient.send fails with both counts when a body is cut short", async () => {
  await using server = new FaultServer({
    "/cut": answers({ body: "abc", lengthBytes: 10 }),
    "/chunks": cutsChunks("abc", "de"),
  });
  using given = createWireCase();
  const read = async (path: string) => {
    const response = await given.client.send({
      method: "GET",
      url: `${server.origin}${path}`,
    });
    return await rejection(response.text());
  };
  const cut = await read("/cut");
  assert.equal(cut.name, "NetworkError");
  assert.match(
    cut.message,
    /^the answer of 127\.0\.0\.1:\d+ broke off after 3 of 10 bytes: ./,
  );
  const chunks = await read("/chunks");
  assert.equal(chunks.name, "NetworkError");
  assert.match(chunks.message, /broke off after 5 bytes: ./);
  assert.equal(server.requests.length, 2, "a body is not asked for again here");
  assert.equal(given.clock.pending, 0);
});

Deno.test("HttpClient.send reads a body that ends with the connection", async () => {
  await using server = new FaultServer({
    "/a": sendsRaw("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc"),
  });
  using given = createWireCase();
  const response = await given.client.send({
    method: "GET",
    url: `${server.origin}/a`,
  });
  assert.equal(await response.text(), "abc");
});

Deno.test("HttpClient.send gives the connection back when the body is not wanted", async () => {
  const gone = Promise.withResolvers<void>();
  await using server = new FaultServer({
    "/a": stallsAfter("abc", { lengthBytes: 10, onGone: gone.resolve }),
  });
  using given = createWireCase();
  const response = await given.client.send({
    method: "GET",
    url: `${server.origin}/a`,
  });
  await discard(response);
  await gone.promise;
  assert.equal(given.clock.pending, 0);
});

Deno.test("HttpClient.send gives the connection back when a body stalls", async () => {
  const gone = Promise.withResolvers<void>();
  await using server = new FaultServer({
    "/a": stallsAfter("abc", { lengthBytes: 10, onGone: gone.resolve }),
  });
  using given = createWireCase();
  const response = await given.client.send({
    method: "GET",
    url: `${server.origin}/a`,
  });
  assert.ok(response.body);
  const reader = response.body.getReader();
  assert.equal((await reader.read()).value?.length, 3);
  const read = rejection(reader.read());
  await given.clock.advance(PIECE_MS);
  assert.match((await read).message, /sent nothing for 40 s/);
  await gone.promise;
});

Deno.test("HttpClient.send gives the connection back when nothing is answered", async () => {
  const gone = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  await using server = new FaultServer({
    "/a": async (request, wire) => {
      arrived.resolve();
      await saysNothing(gone.resolve)(request, wire);
    },
  });
  using given = createWireCase();
  const sent = rejection(given.client.send({
    method: "GET",
    url: `${server.origin}/a`,
    repeatable: false,
  }));
  await arrived.promise;
  await given.clock.advance(HEAD_MS);
  const error = await sent;
  assert.equal(error.name, "NetworkError");
  assert.match(error.message, /^no answer from 127\.0\.0\.1:\d+ within 60 s$/);
  await gone.promise;
  assert.equal(given.clock.pending, 0);
});

Deno.test("HttpClient.send closes the connection when it is aborted before the answer", async () => {
  const gone = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  await using server = new FaultServer({
    "/a": async (request, wire) => {
      arrived.resolve();
      await saysNothing(gone.resolve)(request, wire);
    },
  });
  using given = createWireCase();
  const abort = new AbortController();
  const sent = rejection(given.client.send({
    method: "GET",
    url: `${server.origin}/a`,
    signal: abort.signal,
  }));
  await arrived.promise;
  abort.abort();
  assert.equal((await sent).name, "CancelledError");
  await gone.promise;
  assert.equal(server.requests.length, 1);
  assert.equal(given.clock.pending, 0);
});

Deno.test("HttpClient.send closes the connection when it is aborted in the body", async () => {
  const gone = Promise.withResolvers<void>();
  await using server = new FaultServer({
    "/a": stallsAfter("abc", { lengthBytes: 10, onGone: gone.resolve }),
  });
  using given = createWireCase();
  const abort = new AbortController();
  const response = await given.client.send({
    method: "GET",
    url: `${server.origin}/a`,
    signal: abort.signal,
  });
  const read = rejection(response.text());
  await settle();
  abort.abort();
  assert.equal((await read).name, "CancelledError");
  await gone.promise;
  assert.equal(given.clock.pending, 0);
});

Deno.test("HttpClient.send reads an error of HEAD, which has no body", async () => {
  await using server = new FaultServer({
    "/a": answers({ status: 404, lengthBytes: 120 }),
  });
  using given = createWireCase();
  const error = await rejection(
    given.client.send({ method: "HEAD", url: `${server.origin}/a` }),
  );
  assert.equal(error.name, "NotFoundError");
  assert.equal(
    error.message,
    `Not Found (HTTP 404) for HEAD ${server.origin}/a`,
  );
});

Deno.test("HttpClient.send returns the headers of HEAD and holds nothing", async () => {
  await using server = new FaultServer({ "/a": answers({ lengthBytes: 120 }) });
  using given = createWireCase();
  const response = await given.client.send({
    method: "HEAD",
    url: `${server.origin}/a`,
  });
  assert.equal(response.headers.get("content-length"), "120");
  assert.equal(await response.text(), "");
  assert.equal(given.clock.pending, 0);
});

for (
  const [what, route] of [
    ["hangs up", hangsUp],
    ["does not speak HTTP", sendsRaw("SSH-2.0-x\r\n\r\n")],
    ["breaks off in the head", sendsRaw("HTTP/1.1 200 OK\r\nContent-Le")],
  ] as const
) {
  Deno.test(`HttpClient.send repeats and then fails when the peer ${what}`, async () => {
    await using server = new FaultServer({ "/a)b": route });
    using given = createWireCase();
    const error = await rejection(given.client.send({
      method: "GET",
      url: `${server.origin}/a)b?token=SECRET`,
    }));
    assert.equal(error.name, "NetworkError");
    assert.match(
      error.message,
      /^no answer from 127\.0\.0\.1:\d+: .* \(tried 3 times\)$/,
    );
    assert.doesNotMatch(
      error.message,
      /fetch failed|error sending|SECRET|a\)b/,
    );
    assert.ok(given.messages().every((line) => !line.includes("SECRET")));
    assert.equal(server.requests.length, 3);
  });
}

Deno.test("HttpClient.send names the host when the connection is refused", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  using given = createWireCase();
  const error = await rejection(given.client.send({
    method: "GET",
    url: `http://127.0.0.1:${port}/x)y?token=SECRET`,
  }));
  assert.match(
    error.message,
    new RegExp(
      `^no answer from 127\\.0\\.0\\.1:${port}: tcp connect error: .+ \\(tried 3 times\\)$`,
    ),
  );
  assert.doesNotMatch(error.message, /SECRET/);
});

const BOMBS: [string, string][] = [
  ["one header of two megabytes", `X-Big: ${"x".repeat(2 << 20)}\r\n`],
  ["100,000 headers", "X-Small: 1\r\n".repeat(100_000)],
];

for (const [what, headers] of BOMBS) {
  Deno.test(`HttpClient.send does not take in ${what}`, async () => {
    await using server = new FaultServer({
      "/a": sendsRaw(`HTTP/1.1 200 OK\r\n${headers}\r\n`),
    });
    using given = createWireCase();
    const error = await rejection(
      given.client.send({ method: "GET", url: `${server.origin}/a` }),
    );
    assert.equal(error.name, "NetworkError");
  });
}
