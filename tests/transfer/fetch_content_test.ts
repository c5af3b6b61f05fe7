import assert from "node:assert/strict";
import {
  AuthError,
  IntegrityError,
  NetworkError,
  NotFoundError,
} from "../../src/base/mod.ts";
import { ContentServer } from "../support/content_server.ts";
import { fetchWith, flip, placeIn, SIZES, SMALL } from "./_fetch_case.ts";
import {
  createTransferCase,
  pathsOf,
  plannedContent,
  rejection,
  sha256,
} from "./_transfer_case.ts";

/** Registers one test for a content in memory and one for a part on disk. */
function eachSize(name: string, work: (bytes: Uint8Array) => Promise<void>) {
  for (const [size, bytes] of Object.entries(SIZES)) {
    Deno.test(`fetchContent of a ${size} content ${name}`, () => work(bytes));
  }
}

eachSize(
  "asks once, for everything, when nothing goes wrong",
  async (bytes) => {
    const found = await fetchWith(bytes, {});
    assert.equal(found.error, undefined);
    assert.deepEqual(found.ranges, [""]);
    assert.equal(found.receivedBytes, bytes.length);
    assert.equal(found.arrived, 1);
    assert.deepEqual(found.retries, []);
  },
);

eachSize("takes an answer that does not state its length", async (bytes) => {
  for (const framing of ["chunked", "close"] as const) {
    const found = await fetchWith(bytes, { always: { framing } });
    assert.equal(found.error, undefined, framing);
    assert.deepEqual(found.ranges, [""], framing);
  }
});

eachSize(
  "goes on with Range and If-Range where an answer was cut short",
  async (bytes) => {
    const [first, second] = [placeIn(bytes, 0.4), placeIn(bytes, 0.15)];
    const found = await fetchWith(bytes, {
      faults: [{ cutAfter: first }, { cutAfter: second }],
    });
    assert.equal(found.error, undefined);
    const ranges = ["", `bytes=${first}-`, `bytes=${first + second}-`];
    assert.deepEqual(found.ranges, ranges);
    assert.deepEqual(found.conditions, ["", '"one"', '"one"']);
    assert.equal(found.receivedBytes, bytes.length);
    assert.equal(found.retries.length, 2);
    assert.match(
      found.retries[0] ?? "",
      new RegExp(`after ${first} of ${bytes.length} bytes`),
    );
  },
);

eachSize("goes on after a reset, at the byte it had", async (bytes) => {
  const cutAfter = placeIn(bytes, 0.3);
  const found = await fetchWith(bytes, {
    faults: [{ cutAfter, end: "reset" }, { cutAfter, end: "reset" }],
  });
  assert.equal(found.error, undefined);
  assert.equal(found.ranges.length, 3);
  // A reset may overtake bytes that were sent, but nothing is asked twice.
  const starts = found.ranges.map((range) =>
    Number(/\d+/.exec(range)?.[0] ?? 0)
  );
  assert.deepEqual(starts, starts.toSorted((a, b) => a - b));
  assert.ok((starts[1] ?? 0) <= cutAfter && (starts[2] ?? 0) <= 2 * cutAfter);
  assert.equal(found.receivedBytes, bytes.length);
});

eachSize(
  "goes on where a chunked or closed body ends too early",
  async (bytes) => {
    const cutAfter = placeIn(bytes, 0.4);
    for (const framing of ["chunked", "close"] as const) {
      const found = await fetchWith(bytes, { faults: [{ framing, cutAfter }] });
      assert.equal(found.error, undefined, framing);
      assert.deepEqual(found.ranges, ["", `bytes=${cutAfter}-`], framing);
    }
  },
);

eachSize(
  "is content when the answer breaks off after the last byte",
  async (bytes) => {
    const found = await fetchWith(bytes, {
      retries: 0,
      faults: [{ framing: "chunked", cutAfter: bytes.length }],
    });
    assert.equal(found.error, undefined);
    assert.deepEqual(found.ranges, [""]);
  },
);

eachSize(
  "takes up the next part when a service sends less than was asked",
  async (bytes) => {
    const [cutAfter, partBytes] = [placeIn(bytes, 0.4), placeIn(bytes, 0.35)];
    const found = await fetchWith(bytes, {
      faults: [{ cutAfter }, { partBytes }],
    });
    assert.equal(found.error, undefined);
    const ranges = ["", `bytes=${cutAfter}-`, `bytes=${cutAfter + partBytes}-`];
    assert.deepEqual(found.ranges, ranges);
  },
);

eachSize("gets its tries back by what it receives", async (bytes) => {
  const cutAfter = placeIn(bytes, 0.1);
  const found = await fetchWith(bytes, {
    retries: 1,
    faults: Array.from({ length: 9 }, () => ({ cutAfter })),
  });
  assert.equal(found.error, undefined);
  assert.equal(found.ranges.length, 10);
  assert.equal(found.ranges[9], `bytes=${9 * cutAfter}-`);
  // No wait grows while there is progress.
  assert.deepEqual([...new Set(found.delays)], [250]);
});

eachSize(
  "gives up after its tries in a row without a new byte, waiting ever longer",
  async (bytes) => {
    const found = await fetchWith(bytes, {
      retries: 3,
      faults: [{ cutAfter: 500 }],
      always: { cutAfter: 0 },
    });
    assert.ok(found.error instanceof NetworkError);
    // The one that brought something, and three that did not.
    assert.equal(found.ranges.length, 4);
    const [first = 0, second = 0, third = 0] = found.delays;
    assert.ok(first === 250 && second >= 250 && third >= 250);
    assert.ok(third <= 1_000, `${third}`);
  },
);

eachSize(
  "fetches a wrong content exactly once more and keeps nothing",
  async (bytes) => {
    const found = await fetchWith(bytes, { always: { alter: flip } });
    assert.ok(found.error instanceof IntegrityError);
    assert.ok(found.error.message.includes(sha256(flip(bytes))));
    assert.ok(found.error.message.includes(sha256(bytes)));
    assert.match(
      found.error.message,
      /^'a\.bin' has the SHA-256 .* \(from http:\/\/127\.0\.0\.1:\d+\/f\)$/,
    );
    assert.deepEqual(found.ranges, ["", ""]);
    assert.deepEqual([found.retries.length, found.restarts], [1, 1]);
  },
);

eachSize("is right when the content was wrong only once", async (bytes) => {
  const found = await fetchWith(bytes, { faults: [{ alter: flip }] });
  assert.equal(found.error, undefined);
  assert.deepEqual(found.ranges, ["", ""]);
});

eachSize("takes no login page for the file", async (bytes) => {
  const page = new TextEncoder().encode("<html>Please log in</html>");
  const found = await fetchWith(bytes, {
    always: { content: page, headers: { "content-type": "text/html" } },
  });
  assert.ok(found.error instanceof IntegrityError);
  assert.ok(
    found.error.message.includes(`fewer than the stated ${bytes.length} bytes`),
  );
  assert.match(found.error.hint ?? "", /is a web page, perhaps of a proxy/);
});

eachSize("stops early when more comes than was stated", async (bytes) => {
  const endless = new Uint8Array(bytes.length + 8_000_000);
  endless.set(bytes);
  for (const framing of ["length", "chunked", "close"] as const) {
    const always = { content: endless, framing };
    const found = await fetchWith(bytes, { always });
    assert.ok(found.error instanceof IntegrityError, framing);
    assert.ok(
      found.error.message.includes(`more than the stated ${bytes.length}`),
    );
    // At most one buffer more than the content, each time.
    const most = 2 * (bytes.length + 512 * 1024);
    assert.ok(found.receivedBytes <= most, `${found.receivedBytes}`);
    assert.equal(found.ranges.length, 2);
  }
});

eachSize(
  "refuses a shorter content that is consistent in itself",
  async (bytes) => {
    const content = bytes.subarray(0, placeIn(bytes, 0.5));
    const found = await fetchWith(bytes, { always: { content } });
    assert.ok(found.error instanceof IntegrityError);
    assert.ok(
      found.error.message.includes(
        `fewer than the stated ${bytes.length} bytes`,
      ),
    );
    assert.deepEqual(found.ranges, ["", ""]);
  },
);

eachSize(
  "asks once when it has no access or there is nothing",
  async (bytes) => {
    const kinds = [[403, AuthError], [401, AuthError], [404, NotFoundError]];
    for (const [status, kind] of kinds as [number, typeof AuthError][]) {
      const found = await fetchWith(bytes, { always: { status } });
      assert.ok(found.error instanceof kind, String(found.error));
      assert.equal(found.ranges.length, 1);
      assert.deepEqual(found.paths, []);
    }
  },
);

eachSize("never stores an encoded body", async (bytes) => {
  const body = new Response(bytes.slice()).body;
  const encoded = body?.pipeThrough(new CompressionStream("gzip"));
  const content = new Uint8Array(await new Response(encoded).arrayBuffer());
  const found = await fetchWith(bytes, {
    always: { content, headers: { "content-encoding": "gzip" } },
  });
  // Some runtimes decode whatever was asked; then it is the file.
  if (found.error !== undefined) {
    assert.ok(found.error instanceof IntegrityError, String(found.error));
  }
});

Deno.test("fetchContent makes a file of no bytes without a request", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const content = plannedContent(new Uint8Array(), `${server.origin}/none`);
  await given.fetchContent(content);
  assert.equal(server.requests.length, 0);
  assert.deepEqual(pathsOf(given.files), [
    "/dd/.hca/v2/files_2_4/e3/b0c4/" +
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  ]);
});

Deno.test("fetchContent keeps no file of no bytes under another hash", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const content = plannedContent(SMALL, server.origin, { sizeBytes: 0 });
  const error = await rejection(given.fetchContent(content));
  assert.ok(error instanceof IntegrityError);
  assert.deepEqual(pathsOf(given.files), []);
  assert.equal(server.requests.length, 0);
});

Deno.test("fetchContent stores bytes that are known already, and leaves them to who knew them", async () => {
  using given = createTransferCase();
  const bytes = SMALL.slice();
  const content = plannedContent(bytes, "", {
    source: { kind: "bytes", bytes },
    targets: ["/dd/b/f"],
  });
  await given.fetchContent(content);
  const path = given.store.pathOf(content.sha256);
  assert.deepEqual(given.files.contents().get(path), SMALL);
  assert.deepEqual(given.files.contents().get("/dd/b/f"), SMALL);
  assert.deepEqual(bytes, SMALL);
});

Deno.test("fetchContent refuses known bytes that are not what they should be", async () => {
  using given = createTransferCase();
  const content = plannedContent(SMALL, "", {
    source: { kind: "bytes", bytes: flip(SMALL) },
  });
  const error = await rejection(given.fetchContent(content));
  assert.ok(error instanceof IntegrityError);
  assert.deepEqual(pathsOf(given.files), []);
});

Deno.test("fetchContent writes nothing of a small content before it is whole", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const seen: number[] = [];
  const url = server.put("/f", SMALL, {
    faults: [{ cutAfter: 900 }],
    always: {
      gate: () =>
        Promise.resolve(void seen.push(given.files.operations.length)),
    },
  });
  await given.fetchContent(plannedContent(SMALL, url));
  assert.deepEqual(seen, [0]);
});
