import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createDenoFetch } from "../../../src/platform/mod.ts";
import { ContentServer } from "../../support/content_server.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { uuidOf } from "../../support/local_store.ts";
import { neverAnswers, scriptedFetch } from "../../support/scripted_fetch.ts";
import { codeOf, untilPending, WritingStore } from "../_writing_store.ts";

const FILE = uuidOf(1, "f");
const BYTES = new TextEncoder().encode("some bytes");
const LOCAL = "http://localhost:81";

function content(headers: Record<string, string> = {}): Response {
  const length = String(BYTES.length);
  return new Response(BYTES, {
    headers: { "content-length": length, ...headers },
  });
}

function redirect(location: string, status = 302): Response {
  return new Response(null, { status, headers: { location } });
}

async function put(
  store: WritingStore,
  url: string,
): Promise<[number, string | undefined, string]> {
  return await codeOf(await store.putFile(FILE, url));
}

Deno.test("an address of this machine is copied over the network", async () => {
  await using server = new ContentServer();
  using fetch = createDenoFetch();
  await using store = await WritingStore.open({ fetch });
  const url = server.put("/a.csv?signature=secret", BYTES);
  assert.equal((await store.putFile(FILE, url)).status, 201);
  assert.equal(await store.contentOf(FILE), "some bytes");
  assert.deepEqual(server.sent("accept-encoding"), ["identity"]);
  assert.deepEqual(await store.problems(), []);
});

Deno.test("what breaks off on the way is 503, and nothing stays", async () => {
  await using server = new ContentServer();
  using fetch = createDenoFetch();
  await using store = await WritingStore.open({ fetch });
  const url = server.put("/a?secret", new Uint8Array(1 << 20), {
    faults: [{ cutAfter: 1000 }, { cutAfter: 1000, end: "reset" }],
  });
  for (let count = 0; count < 2; count++) {
    const answer = await store.putFile(FILE, url);
    assert.equal(answer.headers.get("retry-after"), "10");
    const [status, code, title] = await codeOf(answer);
    assert.deepEqual([status, code], [503, "service_unavailable"]);
    assert.match(title, /\/a cannot be read to its end$/);
  }
  assert.deepEqual(await store.problems(), []);
  // The third time it is whole.
  assert.equal((await store.putFile(FILE, url)).status, 201);
});

Deno.test("an answer without its length is refused", async () => {
  await using server = new ContentServer();
  using fetch = createDenoFetch();
  await using store = await WritingStore.open({ fetch });
  const url = server.put("/a", BYTES, { always: { framing: "chunked" } });
  const [status, code, title] = await put(store, url);
  assert.deepEqual([status, code], [400, "illegal_arguments"]);
  assert.match(title, /\/a does not say its length$/);
});

Deno.test("the media type is that of the answer, else of the name", async () => {
  for (
    const [headers, type] of [
      [
        { "content-type": 'application/json; a="b"' },
        'application/json; a="b"',
      ],
      [{}, "text/csv"],
    ] as const
  ) {
    const { fetch } = scriptedFetch([
      { request: `GET ${LOCAL}/a.csv`, answer: content(headers) },
    ]);
    await using store = await WritingStore.open({ fetch });
    assert.equal((await store.putFile(FILE, `${LOCAL}/a.csv`)).status, 201);
    const head = await store.send("HEAD", `/files/${FILE}?replica=aws`);
    assert.equal(head.headers.get("x-dss-content-type"), type);
  }
});

Deno.test("checksums in headers are compared, as many as there are", async () => {
  const sha1 = createHash("sha1").update(BYTES).digest("hex");
  const name = "x-amz-meta-hca-dss-sha1";
  for (
    const [value, status, code] of [
      [sha1, 201, undefined],
      ["0".repeat(40), 422, "invalid_checksum"],
      ["x", 422, "invalid_checksum"],
    ] as const
  ) {
    const { fetch } = scriptedFetch([
      { request: `GET ${LOCAL}/a`, answer: content({ [name]: value }) },
    ]);
    await using store = await WritingStore.open({ fetch });
    const found = await put(store, `${LOCAL}/a`);
    assert.deepEqual(found.slice(0, 2), [status, code]);
  }
});

const ALLOWED = [
  "http://127.0.0.1:81/a",
  "http://[::1]/a",
  "http://x.localhost/a",
  "https://data.test/a",
  "https://DATA.test:444/a",
  "http://port.test:8080/a",
];

for (const url of ALLOWED) {
  Deno.test(`${url} is asked`, async () => {
    const { fetch, done } = scriptedFetch([
      { request: `GET ${new URL(url)}`, answer: content() },
    ]);
    await using store = await WritingStore.open({
      fetch,
      settings: { sourceHosts: ["data.test", "Port.test:8080"] },
    });
    assert.equal((await store.putFile(FILE, url)).status, 201);
    done();
  });
}

const REFUSED: [url: string, title: RegExp][] = [
  ["http://other.test/a", /does not read from other\.test$/],
  ["http://x.data.test/a", /does not read from/],
  ["http://port.test/a", /does not read from/],
  ["http://10.0.0.1/a", /does not read from/],
  ["http://169.254.169.254/a", /does not read from/],
  ["http://0.0.0.0/a", /does not read from/],
  ["http://[::ffff:127.0.0.1]/a", /does not read from/],
  ["http://127.0.0.1.other.test/a", /does not read from/],
  ["http://localhost.other.test/a", /does not read from/],
  ["http://other.test#@localhost/a", /does not read from/],
  ["http://u:p@localhost/a", /cannot have a password/],
  ["http://", /not an address/],
  ["http://a b/", /not an address/],
];

for (const [url, expected] of REFUSED) {
  Deno.test(`${url} is not asked`, async () => {
    const { fetch, requests } = scriptedFetch([]);
    await using store = await WritingStore.open({
      fetch,
      settings: { sourceHosts: ["data.test", "port.test:8080"] },
    });
    const [status, code, title] = await put(store, url);
    assert.deepEqual([status, code], [400, "illegal_arguments"]);
    assert.match(title, expected);
    assert.deepEqual(requests, []);
  });
}

Deno.test("redirects are followed to allowed hosts, five of them", async () => {
  const { fetch, done } = scriptedFetch([
    { request: `GET ${LOCAL}/1`, answer: redirect("/2") },
    {
      request: `GET ${LOCAL}/2`,
      answer: redirect("https://data.test/3", 307),
    },
    { request: "GET https://data.test/3", answer: content() },
  ]);
  await using store = await WritingStore.open({
    fetch,
    settings: { sourceHosts: ["data.test"] },
  });
  assert.equal((await store.putFile(FILE, `${LOCAL}/1`)).status, 201);
  done();
  const loop = Array.from({ length: 6 }, () => ({
    request: `GET ${LOCAL}/loop`,
    answer: redirect("loop"),
  }));
  const endless = scriptedFetch(loop);
  await using other = await WritingStore.open({ fetch: endless.fetch });
  const [status, code] = await put(other, `${LOCAL}/loop`);
  assert.deepEqual([status, code], [400, "illegal_arguments"]);
  endless.done();
});

for (
  const location of [
    "http://other.test/a",
    "http://169.254.169.254/",
    "file:///etc/passwd",
    "//other.test/a",
    "http://u:p@localhost/",
  ]
) {
  Deno.test(`a redirect to ${location} is not followed`, async () => {
    const { fetch, requests } = scriptedFetch([
      { request: `GET ${LOCAL}/1`, answer: redirect(location) },
    ]);
    await using store = await WritingStore.open({ fetch });
    const [status, code] = await put(store, `${LOCAL}/1`);
    assert.deepEqual([status, code], [400, "illegal_arguments"]);
    assert.equal(requests.length, 1);
  });
}

const STATUSES: [status: number, expected: [number, string], title: RegExp][] =
  [
    [404, [400, "illegal_arguments"], /\/a does not exist$/],
    [206, [400, "illegal_arguments"], /\/a answers with status 206$/],
    [401, [400, "illegal_arguments"], /status 401/],
    [304, [400, "illegal_arguments"], /status 304/],
    [429, [503, "service_unavailable"], /status 429/],
    [500, [503, "service_unavailable"], /status 500/],
  ];

for (const [given, expected, words] of STATUSES) {
  Deno.test(`a source that answers ${given} is ${expected.join(" ")}`, async () => {
    const body = given === 304 ? null : "words";
    const { fetch } = scriptedFetch([{
      request: `GET ${LOCAL}/a?secret=1`,
      answer: new Response(body, { status: given }),
    }]);
    await using store = await WritingStore.open({ fetch });
    const [status, code, title] = await put(store, `${LOCAL}/a?secret=1`);
    assert.deepEqual([status, code], expected);
    assert.match(title, words);
    assert.ok(!title.includes("secret"));
  });
}

Deno.test("a source that does not answer is 504 after half a minute", async () => {
  const clock = new FakeClock();
  let signal: AbortSignal | undefined;
  await using store = await WritingStore.open({
    clock,
    fetch: (request) => {
      signal = request.signal;
      return neverAnswers(request);
    },
  });
  const answering = store.putFile(FILE, `${LOCAL}/a`);
  await untilPending(clock);
  await clock.advance(30_000);
  assert.deepEqual((await codeOf(await answering)).slice(0, 2), [
    504,
    "timed_out",
  ]);
  assert.equal(signal?.aborted, true);
  assert.equal(clock.pending, 0);
});

/** A body that gives a byte whenever it is told to. */
function slowBody(
  sizeBytes = 1000,
): { response: Response; give: () => void } {
  let give = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      give = () => controller.enqueue(new Uint8Array(1));
    },
  });
  const headers = { "content-length": String(sizeBytes) };
  return { response: new Response(body, { headers }), give: () => give() };
}

Deno.test("a source that stops in the middle is 504 after half a minute", async () => {
  const clock = new FakeClock();
  const { response, give } = slowBody();
  const { fetch } = scriptedFetch([
    { request: `GET ${LOCAL}/a`, answer: response },
  ]);
  await using store = await WritingStore.open({ clock, fetch });
  const answering = store.putFile(FILE, `${LOCAL}/a`);
  await untilPending(clock);
  await clock.advance(29_000);
  give();
  await clock.advance(29_000);
  assert.equal(clock.pending, 1);
  await clock.advance(1_000);
  assert.deepEqual((await codeOf(await answering)).slice(0, 2), [
    504,
    "timed_out",
  ]);
  assert.deepEqual(await store.problems(), []);
});

Deno.test("a source that only drips is 504 after a minute", async () => {
  const clock = new FakeClock();
  const { response, give } = slowBody();
  const { fetch } = scriptedFetch([
    { request: `GET ${LOCAL}/a`, answer: response },
  ]);
  await using store = await WritingStore.open({ clock, fetch });
  const answering = store.putFile(FILE, `${LOCAL}/a`);
  await untilPending(clock);
  for (let count = 0; count < 7; count++) {
    await clock.advance(10_000);
    give();
  }
  assert.deepEqual((await codeOf(await answering)).slice(0, 2), [
    504,
    "timed_out",
  ]);
  assert.deepEqual(await store.problems(), []);
});

Deno.test("a big source may take a second more for each 64 kB, and no longer", async () => {
  const clock = new FakeClock();
  const { response, give } = slowBody(100 * 64_000);
  const { fetch } = scriptedFetch([
    { request: `GET ${LOCAL}/a`, answer: response },
  ]);
  await using store = await WritingStore.open({ clock, fetch });
  const answering = store.putFile(FILE, `${LOCAL}/a`);
  await untilPending(clock);
  for (let seconds = 20; seconds < 160; seconds += 20) {
    await clock.advance(20_000);
    give();
  }
  await clock.advance(19_999);
  assert.equal(clock.pending, 1);
  await clock.advance(1);
  assert.equal(clock.pending, 0);
  give();
  assert.deepEqual((await codeOf(await answering)).slice(0, 2), [
    504,
    "timed_out",
  ]);
  assert.deepEqual(await store.problems(), []);
});

Deno.test("a source that sends more than it said is not taken", async () => {
  const { fetch } = scriptedFetch([{
    request: `GET ${LOCAL}/a`,
    answer: content({ "content-length": "5" }),
  }]);
  await using store = await WritingStore.open({ fetch });
  const [status, code, title] = await put(store, `${LOCAL}/a`);
  assert.deepEqual([status, code], [503, "service_unavailable"]);
  assert.match(title, /changed while it was read/);
  assert.deepEqual(await store.problems(), []);
});

Deno.test("an empty source makes an empty file", async () => {
  const { fetch } = scriptedFetch([{
    request: `GET ${LOCAL}/a`,
    answer: new Response(null, { headers: { "content-length": "0" } }),
  }]);
  await using store = await WritingStore.open({ fetch });
  assert.equal((await store.putFile(FILE, `${LOCAL}/a`)).status, 201);
  assert.equal(await store.contentOf(FILE), "");
});
