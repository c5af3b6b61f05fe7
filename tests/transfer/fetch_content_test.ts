import assert from "node:assert/strict";
import {
  AuthError,
  CancelledError,
  IntegrityError,
  LocalError,
  NetworkError,
  NotFoundError,
} from "../../src/base/mod.ts";
import { fetchContent } from "../../src/transfer/mod.ts";
import { ContentServer, type Fault } from "../support/content_server.ts";
import { settle } from "../support/fake_clock.ts";
import { dieAfter, failOnce, MemoryFiles } from "../support/memory_files.ts";
import {
  assertOnlyVerified,
  createTransferCase,
  HEAD_MS,
  pathsOf,
  patternBytes,
  PIECE_MS,
  plannedContent,
  rejection,
  sha256,
} from "./_transfer_case.ts";

const BYTES = patternBytes(1000);
const OTHER = patternBytes(1000, 2);
const flip = (part: Uint8Array) =>
  part.map((byte, at) => at === 700 % part.length ? byte ^ 1 : byte);

interface Given {
  faults?: Fault[];
  always?: Fault;
  etag?: string;
  retries?: number;
}

/** Fetches BYTES from a server with faults and says what came of it. */
async function fetchWith({ retries = 3, ...serving }: Given) {
  await using server = new ContentServer();
  const url = server.put("/f", BYTES, serving);
  using given = createTransferCase();
  const content = plannedContent(BYTES, url);
  const work = fetchContent(
    content,
    given.fetchTools({ resume: { retries, minDelayMs: 250 } }),
  );
  const error = await work.then(() => undefined, (thrown) => thrown);
  const path = given.store.pathOf(content.sha256);
  const stored = given.files.contents().get(path);
  assertOnlyVerified(given.files);
  assert.deepEqual(pathsOf(given.files), stored === undefined ? [] : [path]);
  if (stored !== undefined) assert.deepEqual(stored, BYTES);
  return {
    error,
    isStored: stored !== undefined,
    ranges: server.sent("range"),
    conditions: server.sent("if-range"),
    receivedBytes: given.received.reduce((sum, bytes) => sum + bytes, 0),
    delays: given.clock.skipped,
    messages: given.messages(),
  };
}

Deno.test("fetchContent asks once, for everything, when nothing goes wrong", async () => {
  const found = await fetchWith({});
  assert.equal(found.error, undefined);
  assert.ok(found.isStored);
  assert.deepEqual(found.ranges, [""]);
  assert.equal(found.receivedBytes, 1000);
});

Deno.test("fetchContent takes an answer that does not state its length", async () => {
  for (const framing of ["chunked", "close"] as const) {
    const found = await fetchWith({ always: { framing } });
    assert.equal(found.error, undefined, framing);
    assert.deepEqual(found.ranges, [""], framing);
  }
});

Deno.test("fetchContent goes on with Range and If-Range where an answer was cut short", async () => {
  const found = await fetchWith({
    faults: [{ cutAfter: 400 }, { cutAfter: 150 }],
  });
  assert.equal(found.error, undefined);
  assert.ok(found.isStored);
  assert.deepEqual(found.ranges, ["", "bytes=400-", "bytes=550-"]);
  assert.deepEqual(found.conditions, ["", '"one"', '"one"']);
  assert.equal(found.receivedBytes, 1000);
  assert.ok(
    found.messages.some((message) =>
      message.includes("'a.bin'") && message.includes("going on at byte 400")
    ),
  );
});

Deno.test("fetchContent goes on after a reset, at the byte it had", async () => {
  const found = await fetchWith({
    faults: [
      { cutAfter: 400, end: "reset" },
      { cutAfter: 300, end: "reset" },
    ],
  });
  assert.equal(found.error, undefined);
  assert.ok(found.isStored);
  assert.equal(found.ranges.length, 3);
  // A reset may overtake bytes that were sent, but nothing is asked twice.
  const starts = found.ranges.map((range) =>
    Number(/\d+/.exec(range)?.[0] ?? 0)
  );
  assert.deepEqual(starts, starts.toSorted((a, b) => a - b));
  assert.ok((starts[1] ?? 0) <= 400 && (starts[2] ?? 0) <= 700);
  assert.equal(found.receivedBytes, 1000);
});

Deno.test("fetchContent goes on where a chunked or closed body ends too early", async () => {
  for (const framing of ["chunked", "close"] as const) {
    const found = await fetchWith({ faults: [{ framing, cutAfter: 400 }] });
    assert.equal(found.error, undefined, framing);
    assert.deepEqual(found.ranges, ["", "bytes=400-"], framing);
  }
});

Deno.test("fetchContent is content when the answer breaks off after the last byte", async () => {
  const found = await fetchWith({
    retries: 0,
    faults: [{ framing: "chunked", cutAfter: 1000 }],
  });
  assert.equal(found.error, undefined);
  assert.deepEqual(found.ranges, [""]);
});

Deno.test("fetchContent takes up the next part when a service sends less than was asked", async () => {
  const found = await fetchWith({
    faults: [{ cutAfter: 400 }, { partBytes: 350 }],
  });
  assert.equal(found.error, undefined);
  assert.deepEqual(found.ranges, ["", "bytes=400-", "bytes=750-"]);
});

Deno.test("fetchContent gets its tries back by what it receives", async () => {
  const found = await fetchWith({
    retries: 1,
    faults: Array.from({ length: 9 }, () => ({ cutAfter: 100 })),
  });
  assert.equal(found.error, undefined);
  assert.equal(found.ranges.length, 10);
  assert.equal(found.ranges[9], "bytes=900-");
  // No wait grows while there is progress.
  assert.deepEqual([...new Set(found.delays)], [250]);
});

Deno.test("fetchContent gives up after its tries in a row without progress", async () => {
  const found = await fetchWith({
    retries: 3,
    faults: [{ cutAfter: 400 }],
    always: { cutAfter: 0 },
  });
  assert.ok(found.error instanceof NetworkError);
  assert.match(
    found.error.message,
    /ended the answer after 0 of 600 bytes|broke off after 0 of 600 bytes/,
  );
  // The first, three more, and the one that the 400 bytes gave back is none:
  // there are never more than three in hand.
  assert.deepEqual(found.ranges, ["", ...Array(3).fill("bytes=400-")]);
  assert.deepEqual(found.delays, [250, 500, 1000]);
  assert.equal(found.isStored, false);
});

Deno.test("fetchContent ends although each answer brings a part of what is left", async () => {
  const found = await fetchWith({
    always: { cutAfter: (sizeBytes) => Math.floor(sizeBytes * 0.4) },
  });
  assert.ok(found.error instanceof NetworkError);
  // 400, then 240, then 144 …: 13 answers leave 2 bytes, of which 40 % is
  // none, and three tries that bring nothing end it.
  assert.equal(found.ranges.length, 13 + 3);
  assert.equal(found.isStored, false);
});

Deno.test("fetchContent starts over when the service ignores the range", async () => {
  const found = await fetchWith({
    faults: [{ cutAfter: 400 }, { ignoresRange: true }],
  });
  assert.equal(found.error, undefined);
  assert.deepEqual(found.ranges, ["", "bytes=400-"]);
  assert.equal(found.receivedBytes, 1400);
});

Deno.test("fetchContent refuses a part from another place and starts over once", async () => {
  for (const shiftBy of [-100, 100]) {
    const found = await fetchWith({
      faults: [{ cutAfter: 400 }, { shiftBy }],
    });
    assert.equal(found.error, undefined);
    assert.deepEqual(found.ranges, ["", "bytes=400-", ""]);
    // Nothing of the shifted part was taken.
    assert.equal(found.receivedBytes, 1400);
  }
});

Deno.test("fetchContent fails when the parts are always from another place", async () => {
  const found = await fetchWith({
    faults: [{ cutAfter: 400 }, { shiftBy: 100 }, { cutAfter: 300 }],
    always: { shiftBy: 100 },
  });
  assert.ok(found.error instanceof IntegrityError);
  assert.match(
    found.error.message,
    /^'a\.bin': the service sent another part than the one asked for \(from http:/,
  );
  assert.equal(found.isStored, false);
  assert.deepEqual(found.ranges, ["", "bytes=400-", "", "bytes=300-"]);
});

Deno.test("fetchContent refuses a part that does not say where it belongs", async () => {
  const found = await fetchWith({
    faults: [{ cutAfter: 400 }, { headers: { "content-range": "" } }],
  });
  assert.equal(found.error, undefined);
  assert.deepEqual(found.ranges, ["", "bytes=400-", ""]);
  assert.equal(found.receivedBytes, 1400);
});

Deno.test("fetchContent starts over when the content changed between two tries", async () => {
  const found = await fetchWith({
    faults: [
      { content: OTHER, etag: '"old"', cutAfter: 400 },
      { content: BYTES, etag: '"new"' },
    ],
  });
  assert.equal(found.error, undefined);
  assert.ok(found.isStored);
  assert.deepEqual(found.conditions, ["", '"old"']);
});

Deno.test("fetchContent does not splice when nothing vouches for the parts", async () => {
  // No tag, or a service that does not care: only the hash tells.
  const rules: Fault[][] = [
    [{ content: OTHER, etag: "", cutAfter: 400 }, { content: BYTES }],
    [
      { content: OTHER, etag: '"old"', cutAfter: 400 },
      { content: BYTES, etag: '"new"', ignoresIfRange: true },
    ],
  ];
  for (const faults of rules) {
    const found = await fetchWith({ faults });
    assert.equal(found.error, undefined);
    assert.ok(found.isStored);
    assert.deepEqual(found.ranges, ["", "bytes=400-", ""]);
  }
});

Deno.test("fetchContent sends no weak tag as If-Range", async () => {
  const found = await fetchWith({
    etag: 'W/"weak"',
    faults: [{ cutAfter: 400 }],
  });
  assert.equal(found.error, undefined);
  assert.deepEqual(found.ranges, ["", "bytes=400-"]);
  assert.deepEqual(found.conditions, ["", ""]);
});

Deno.test("fetchContent starts over when the content has become shorter than what it has", async () => {
  const found = await fetchWith({
    etag: "",
    faults: [
      { content: BYTES, cutAfter: 400 },
      { content: BYTES.subarray(0, 300) },
      { content: BYTES },
    ],
  });
  assert.equal(found.error, undefined);
  assert.deepEqual(found.ranges, ["", "bytes=400-", ""]);
});

Deno.test("fetchContent fetches a wrong content exactly once more and keeps nothing", async () => {
  const found = await fetchWith({ always: { alter: flip } });
  assert.ok(found.error instanceof IntegrityError);
  assert.ok(found.error.message.includes(sha256(flip(BYTES))));
  assert.ok(found.error.message.includes(sha256(BYTES)));
  assert.match(found.error.message, /\(from http:\/\/127\.0\.0\.1:\d+\/f\)$/);
  assert.deepEqual(found.ranges, ["", ""]);
  assert.equal(found.isStored, false);
});

Deno.test("fetchContent is right when the content was wrong only once", async () => {
  const found = await fetchWith({ faults: [{ alter: flip }] });
  assert.equal(found.error, undefined);
  assert.ok(found.isStored);
  assert.deepEqual(found.ranges, ["", ""]);
});

Deno.test("fetchContent takes no login page for the file", async () => {
  const page = new TextEncoder().encode("<html>Please log in</html>");
  const found = await fetchWith({
    always: { content: page, headers: { "content-type": "text/html" } },
  });
  assert.ok(found.error instanceof IntegrityError);
  assert.match(found.error.message, /has fewer than the stated 1000 bytes/);
  assert.match(found.error.hint ?? "", /is not the file/);
});

Deno.test("fetchContent stops early when more comes than was stated", async () => {
  const endless = new Uint8Array(8_000_000);
  endless.set(BYTES);
  for (const framing of ["length", "chunked", "close"] as const) {
    const found = await fetchWith({ always: { content: endless, framing } });
    assert.ok(found.error instanceof IntegrityError);
    assert.match(found.error.message, /has more than the stated 1000 bytes/);
    assert.ok(found.receivedBytes <= 2000, `${found.receivedBytes}`);
    assert.equal(found.ranges.length, 2);
  }
});

Deno.test("fetchContent refuses a shorter content that is consistent in itself", async () => {
  const found = await fetchWith({
    always: { content: BYTES.subarray(0, 500) },
  });
  assert.ok(found.error instanceof IntegrityError);
  assert.match(found.error.message, /has fewer than the stated 1000 bytes/);
  assert.deepEqual(found.ranges, ["", ""]);
  assert.equal(found.isStored, false);
});

Deno.test("fetchContent refuses an encoding that it did not ask for", async () => {
  const asked: (string | null)[] = [];
  using given = createTransferCase({
    fetch: (request) => {
      asked.push(request.headers.get("accept-encoding"));
      const headers = { "content-encoding": "gzip" };
      return Promise.resolve(new Response(BYTES.slice(), { headers }));
    },
  });
  const error = await rejection(
    fetchContent(
      plannedContent(BYTES, "https://dss.test/f"),
      given.fetchTools(),
    ),
  );
  assert.ok(error instanceof IntegrityError);
  assert.equal(
    error.message,
    "'a.bin' was sent with the encoding 'gzip', which was not asked for",
  );
  assert.deepEqual(asked, ["identity", "identity"]);
  assert.deepEqual(given.received, []);
  assert.deepEqual(pathsOf(given.files), []);
});

Deno.test("fetchContent never stores an encoded body", async () => {
  const body = new Response(BYTES.slice()).body;
  const encoded = body?.pipeThrough(new CompressionStream("gzip"));
  const content = new Uint8Array(await new Response(encoded).arrayBuffer());
  const found = await fetchWith({
    always: { content, headers: { "content-encoding": "gzip" } },
  });
  // Some runtimes decode whatever was asked; then it is the file.
  if (!found.isStored) assert.ok(found.error instanceof IntegrityError);
});

Deno.test("fetchContent makes a file of no bytes without a request", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const content = plannedContent(new Uint8Array(), `${server.origin}/none`);
  await fetchContent(content, given.fetchTools());
  assert.equal(server.requests.length, 0);
  assert.deepEqual(pathsOf(given.files), [
    "/dd/.hca/v2/files_2_4/e3/b0c4/" +
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  ]);
});

Deno.test("fetchContent keeps no file of no bytes under another hash", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const content = plannedContent(BYTES, server.origin, { sizeBytes: 0 });
  const error = await rejection(fetchContent(content, given.fetchTools()));
  assert.ok(error instanceof IntegrityError);
  assert.deepEqual(pathsOf(given.files), []);
  assert.equal(server.requests.length, 0);
});

Deno.test("fetchContent stores bytes that are known already", async () => {
  using given = createTransferCase();
  const content = plannedContent(BYTES, "", {
    source: { kind: "bytes", bytes: BYTES },
  });
  await fetchContent(content, given.fetchTools());
  assert.deepEqual(
    given.files.contents().get(given.store.pathOf(content.sha256)),
    BYTES,
  );
});

Deno.test("fetchContent asks the first address again when a signed one has expired", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  server.put("/signed-1", BYTES, {
    faults: [{ cutAfter: 400 }],
    always: { status: 403 },
  });
  server.put("/signed-2", BYTES);
  const redirect = (target: string) => ({
    status: 302,
    headers: { location: target },
  });
  const url = server.put("/f", BYTES, {
    faults: [redirect("/signed-1"), redirect("/signed-2")],
  });
  const content = plannedContent(BYTES, url, {
    source: { kind: "request", url, headers: { "x-canary": "kept" } },
  });
  await fetchContent(content, given.fetchTools());
  assert.deepEqual(
    server.requests.map(({ path, headers }) => [path, headers.get("range")]),
    [
      ["/f", null],
      ["/signed-1", null],
      ["/f", "bytes=400-"],
      ["/signed-2", "bytes=400-"],
    ],
  );
  assert.deepEqual(server.sent("x-canary"), Array(4).fill("kept"));
});

Deno.test("fetchContent asks once when it has no access or there is nothing", async () => {
  for (
    const [status, kind] of [[403, AuthError], [401, AuthError], [
      404,
      NotFoundError,
    ]] as const
  ) {
    const found = await fetchWith({ always: { status } });
    assert.ok(found.error instanceof kind, String(found.error));
    assert.equal(found.ranges.length, 1);
    assert.equal(found.isStored, false);
  }
});

Deno.test("fetchContent goes on after a service that says nothing for too long", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const url = server.put("/f", BYTES, {
    faults: [{ cutAfter: 400, end: "hang" }],
  });
  const work = fetchContent(plannedContent(BYTES, url), given.fetchTools());
  while (given.received.reduce((sum, bytes) => sum + bytes, 0) < 400) {
    await settle();
  }
  await given.clock.advance(PIECE_MS);
  await work;
  assert.deepEqual(server.sent("range"), ["", "bytes=400-"]);
  assert.ok(HEAD_MS > PIECE_MS);
});

Deno.test("fetchContent leaves nothing when it is aborted in the middle of a body", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const stop = new AbortController();
  const url = server.put("/f", BYTES, {
    always: { cutAfter: 400, end: "hang" },
  });
  const work = rejection(fetchContent(
    plannedContent(BYTES, url),
    given.fetchTools({ signal: stop.signal }),
  ));
  while (given.received.length === 0) await settle();
  assert.match(pathsOf(given.files).join(), /^\/dd\/.*\.part$/);
  stop.abort(new CancelledError("interrupted", { signalName: "SIGINT" }));
  const error = await work;
  assert.ok(error instanceof CancelledError);
  assert.equal(error.signalName, "SIGINT");
  assert.deepEqual(pathsOf(given.files), []);
  assert.equal(server.requests.length, 1);
});

Deno.test("fetchContent leaves nothing when it is aborted while it waits", async () => {
  await using server = new ContentServer();
  const stop = new AbortController();
  using given = createTransferCase();
  const url = server.put("/f", BYTES, { always: { cutAfter: 10 } });
  const tools = given.fetchTools({ signal: stop.signal });
  const error = await rejection(fetchContent(plannedContent(BYTES, url), {
    ...tools,
    runtime: {
      ...tools.runtime,
      log: (_level, message) => {
        if (message.includes("going on at byte 30")) stop.abort();
      },
    },
  }));
  assert.ok(error instanceof CancelledError);
  assert.equal(server.requests.length, 3);
  assert.deepEqual(pathsOf(given.files), []);
});

Deno.test("fetchContent leaves nothing when the disk is full at any write", async () => {
  await using server = new ContentServer();
  const faults = () => [{ cutAfter: 300 }, { cutAfter: 300 }];
  const content = plannedContent(BYTES, `${server.origin}/f`);
  let failed = 0;
  for (let write = 1;; write++) {
    server.put("/f", BYTES, { faults: faults() });
    using given = createTransferCase();
    let writes = 0;
    given.files.failures = (operation) =>
      operation.startsWith("write ") && ++writes === write
        ? "no_space"
        : undefined;
    const error = await fetchContent(content, given.fetchTools())
      .then(() => undefined, (thrown) => thrown);
    if (error === undefined) break;
    assert.ok(error instanceof LocalError, String(error));
    assert.equal(error.reason, "no_space");
    assert.deepEqual(pathsOf(given.files), []);
    failed++;
  }
  assert.ok(failed >= 3, `${failed}`);
});

/** The operations of a fetch with a cut and a wrong content in it. */
async function fetchOn(server: ContentServer, files: MemoryFiles) {
  const url = server.put("/f", BYTES, {
    faults: [{ cutAfter: 300 }, { alter: flip }, { cutAfter: 500 }],
  });
  using given = createTransferCase({ files });
  const content = plannedContent(BYTES, url);
  await fetchContent(content, given.fetchTools());
}

Deno.test("fetchContent publishes nothing unverified whichever file operation fails", async () => {
  await using server = new ContentServer();
  const whole = new MemoryFiles();
  await fetchOn(server, whole);
  const count = whole.operations.length;
  assert.ok(count >= 10, `${count}`);
  for (let number = 1; number <= count; number++) {
    const files = new MemoryFiles({ failures: failOnce(number, "other") });
    await fetchOn(server, files).catch((error) =>
      assert.ok(error instanceof LocalError, String(error))
    );
    assertOnlyVerified(files);
    assert.deepEqual(
      pathsOf(files).filter((path) => path.endsWith(".part")),
      [],
      `operation ${number}: ${whole.operations[number - 1]}`,
    );
  }
});

Deno.test("fetchContent publishes nothing unverified whenever the process is killed", async () => {
  await using server = new ContentServer();
  const whole = new MemoryFiles();
  await fetchOn(server, whole);
  for (let number = 0; number < whole.operations.length; number++) {
    const files = new MemoryFiles({ failures: dieAfter(number) });
    await fetchOn(server, files).catch((error) =>
      assert.ok(error instanceof LocalError, String(error))
    );
    assertOnlyVerified(files);
    // The next run is not in the way of what is left.
    files.failures = () => undefined;
    await fetchOn(server, files);
    assertOnlyVerified(files);
  }
});

Deno.test("fetchContent syncs before it renames, and the directory after", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const url = server.put("/f", BYTES);
  await fetchContent(plannedContent(BYTES, url), given.fetchTools());
  const steps = given.files.operations.map((line) => line.split(" ", 1)[0])
    .filter((step) => step !== "write");
  assert.deepEqual(steps, [
    "makeDirectory",
    "create",
    "sync",
    "makeDirectory",
    "rename",
    "syncDirectory",
  ]);
});
