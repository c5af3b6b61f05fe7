import assert from "node:assert/strict";
import {
  type Fetch,
  IntegrityError,
  LocalError,
  NetworkError,
  silentLog,
} from "../../src/base/mod.ts";
import { denoClock, denoFiles } from "../../src/platform/mod.ts";
import { LocalTransferStore } from "../../src/store/mod.ts";
import { ContentServer, type Fault } from "../support/content_server.ts";
import { createNodeHash } from "../support/node_hash.ts";
import {
  bigBytes,
  fieldOf,
  MemoryPart,
  MIB,
  type Options,
  receive,
  requestsOf,
  SIZE,
} from "./_parts_case.ts";
import {
  createTransferCase,
  NOWHERE,
  plannedContent,
  rejection,
} from "./_transfer_case.ts";

/** The same from a server with faults. */
async function receiveFrom(
  serving: { faults?: Fault[]; always?: Fault; etag?: string },
  options: Options = {},
) {
  await using server = new ContentServer();
  const url = server.put("/big", bigBytes(), serving);
  server.put("/warm", new Uint8Array());
  const found = await receive(url, options);
  return {
    ...found,
    ranges: fieldOf(server, "range"),
    conditions: fieldOf(server, "if-range"),
  };
}

Deno.test("receiveParts receives each byte once over as many connections as it is told", async () => {
  const four = Promise.withResolvers<void>();
  await using server = new ContentServer();
  const url = server.put("/big", bigBytes(), {
    always: {
      gate: () => {
        if (requestsOf(server).length >= 4) four.resolve();
        return four.promise;
      },
    },
  });
  server.put("/warm", new Uint8Array());
  const { error, part, receivedBytes } = await receive(url, {});
  assert.equal(error, undefined);
  part.assertWhole(bigBytes());
  assert.equal(server.peak, 4);
  assert.ok(
    fieldOf(server, "range").every((range) => /^bytes=\d+-\d*$/.test(range)),
  );
  // Of a range whose end another connection took over, a little is dropped.
  assert.ok(receivedBytes < SIZE + 8 * MIB, `${receivedBytes}`);
  assert.deepEqual(part.etags, ['"one"']);
});

Deno.test("receiveParts asks for everything at once over a single connection", async () => {
  const { error, part, ranges, receivedBytes } = await receiveFrom({}, {
    segments: 1,
  });
  assert.equal(error, undefined);
  part.assertWhole(bigBytes());
  assert.deepEqual(ranges, [""]);
  assert.equal(receivedBytes, SIZE);
});

Deno.test("receiveParts asks only for what a part does not have", async () => {
  const found = [{ start: 0, end: 30 * MIB }, {
    start: 31 * MIB,
    end: SIZE - 9,
  }];
  const part = new MemoryPart(SIZE, found, '"one"');
  const { error, ranges, conditions, receivedBytes } = await receiveFrom({}, {
    part,
  });
  assert.equal(error, undefined);
  assert.equal(part.written.prefixEnd, SIZE);
  // So little is not worth a second connection.
  assert.deepEqual(ranges, [
    `bytes=${30 * MIB}-${31 * MIB - 1}`,
    `bytes=${SIZE - 9}-`,
  ]);
  assert.deepEqual(conditions, ['"one"', '"one"']);
  assert.equal(receivedBytes, MIB + 9);
});

Deno.test("receiveParts goes on where one of several connections died", async () => {
  const faults: Fault[] = [{}, { cutAfter: 5 * MIB }, { cutAfter: 0 }, {}];
  for (const end of ["fin", "reset"] as const) {
    const { error, part, observed, receivedBytes } = await receiveFrom({
      faults: faults.map((fault) => ({ ...fault, end })),
    });
    assert.equal(error, undefined);
    part.assertWhole(bigBytes());
    assert.equal(part.restarts, 0);
    assert.ok(observed.retries.length >= 2);
    assert.ok(receivedBytes < SIZE + 8 * MIB, `${receivedBytes}`);
  }
});

Deno.test("receiveParts ends when no connection brings anything any more", async () => {
  const { error, part } = await receiveFrom({
    faults: [{ cutAfter: MIB }, { cutAfter: MIB }],
    always: { cutAfter: 0 },
  });
  assert.ok(error instanceof NetworkError);
  assert.ok(part.written.sizeBytes <= 2 * MIB);
});

Deno.test("receiveParts takes everything over one connection from a service without ranges", async () => {
  for (const etag of ['"one"', ""]) {
    const { error, part, ranges } = await receiveFrom({
      etag,
      always: { ignoresRange: true },
    });
    assert.equal(error, undefined);
    part.assertWhole(bigBytes());
    assert.equal(ranges.at(-1), "");
    assert.ok(ranges.length <= 5, `${ranges}`);
  }
});

Deno.test("receiveParts begins anew when its pieces are of two objects", async () => {
  const old = bigBytes().map((byte) => byte ^ 0x55);
  const { error, part, observed } = await receiveFrom({
    faults: [
      { content: old, etag: '"old"' },
      { content: bigBytes(), etag: '"new"' },
    ],
  });
  assert.equal(error, undefined);
  part.assertWhole(bigBytes());
  assert.ok(part.restarts >= 1);
  assert.equal(observed.restarts, part.restarts);
  assert.equal(part.etags.at(-1), '"new"');
});

Deno.test("receiveParts gives up on an object that changes all the time", async () => {
  let version = 0;
  const fetch: Fetch = (request) => {
    const [, from = "0", to = ""] =
      /bytes=(\d+)-(\d*)/.exec(request.headers.get("range") ?? "") ?? [];
    const last = to === "" ? SIZE - 1 : Number(to);
    return Promise.resolve(
      new Response(new Uint8Array(1_000), {
        status: 206,
        headers: {
          etag: `"${++version}"`,
          "content-range": `bytes ${from}-${last}/${SIZE}`,
        },
      }),
    );
  };
  const { error } = await receive("https://dss.test/f", {}, fetch);
  assert.ok(error instanceof NetworkError);
  assert.equal(error.message, "it changed meanwhile");
});

Deno.test("receiveParts ends all connections when the disk refuses one piece", async () => {
  const part = new MemoryPart(SIZE);
  part.failsAt = 10;
  const { error } = await receiveFrom({}, { part });
  assert.ok(error instanceof LocalError);
  assert.equal(error.reason, "no_space");
});

Deno.test("receiveParts refuses more bytes than were announced", async () => {
  const fetch: Fetch = (request) => {
    const [, from = "0", to = ""] =
      /bytes=(\d+)-(\d*)/.exec(request.headers.get("range") ?? "") ?? [];
    const last = to === "" ? SIZE - 1 : Number(to);
    return Promise.resolve(
      new Response(new Uint8Array(last - Number(from) + 2), {
        status: 206,
        headers: { "content-range": `bytes ${from}-${last}/${SIZE}` },
      }),
    );
  };
  const { error } = await receive("https://dss.test/f", {}, fetch);
  assert.ok(error instanceof IntegrityError);
  assert.equal(error.message, `has more than the stated ${SIZE} bytes`);
});

Deno.test("fetchContent of several segments is verified and published on a real disk", async () => {
  const root = await Deno.makeTempDir();
  try {
    await using server = new ContentServer();
    const url = server.put("/big", bigBytes(), {
      faults: [{}, { cutAfter: MIB, end: "reset" }],
    });
    const store = new LocalTransferStore(root, {
      clock: denoClock,
      createHash: createNodeHash,
      files: denoFiles,
      log: silentLog,
      random: Math.random,
    });
    using given = createTransferCase({ store });
    const content = plannedContent(bigBytes(), url);
    await given.fetchContent(content, { segments: 4 });
    assert.equal(await store.verify(content), "present");
    const wrong = plannedContent(bigBytes(), url, { sha256: "ab".repeat(32) });
    const error = await rejection(given.fetchContent(wrong, { segments: 4 }));
    assert.ok(error instanceof IntegrityError);
    assert.equal(await store.place(content, NOWHERE), "there");
    const left = await Array.fromAsync(
      Deno.readDir(`${root}/.hca/v2/files_2_4/ab/abab`),
    );
    assert.deepEqual(left, []);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
