/**
 * What a content leaves behind when it is stopped by the user or the network,
 * and what the next run makes of that.
 *
 * @module
 */

import assert from "node:assert/strict";
import { CancelledError, NetworkError } from "../../src/base/mod.ts";
import { LocalTransferStore } from "../../src/store/mod.ts";
import { createStoreCase, DOWNLOAD_DIR } from "../store/_store_case.ts";
import { ContentServer } from "../support/content_server.ts";
import { settle } from "../support/fake_clock.ts";
import { MemoryFiles } from "../support/memory_files.ts";
import { BIG, flip, otherThan, SMALL } from "./_fetch_case.ts";
import {
  assertOnlyVerified,
  createTransferCase,
  HEAD_MS,
  pathsOf,
  PIECE_MS,
  plannedContent,
  rejection,
} from "./_transfer_case.ts";

const FLUSH = { everyBytes: 200_000, everyMs: Infinity };

/** The journal on a disk that has one. */
function journalOn(files: MemoryFiles) {
  const path = pathsOf(files).find((path) => path.endsWith(".json")) ?? "";
  return JSON.parse(files.text(path) ?? "null");
}

Deno.test("fetchContent keeps the part of a big content when the network is down, and the next run goes on there", async () => {
  await using server = new ContentServer();
  const url = server.put("/f", BIG, {
    faults: [{ cutAfter: 700_000 }, ...Array(3).fill({ cutAfter: 0 })],
  });
  const files = new MemoryFiles();
  const content = plannedContent(BIG, url);
  {
    using given = createTransferCase({ files });
    assert.ok(
      await rejection(given.fetchContent(content)) instanceof NetworkError,
    );
    assert.equal(given.observed.arrived, 0);
  }
  assert.equal(pathsOf(files).length, 2);
  const { ranges, released, etag } = journalOn(files);
  assert.deepEqual([ranges, released, etag], [[[0, 700_000]], true, '"one"']);
  server.requests.length = 0;
  using given = createTransferCase({ files });
  await given.fetchContent(content);
  assert.deepEqual(server.sent("range"), ["bytes=700000-"]);
  assert.deepEqual(server.sent("if-range"), ['"one"']);
  assert.deepEqual(given.observed.resumed, [700_000]);
  assert.equal(given.receivedBytes(), BIG.length - 700_000);
  assert.deepEqual(pathsOf(files), [given.store.pathOf(content.sha256)]);
});

Deno.test("fetchContent begins anew when the object changed between two runs", async () => {
  await using server = new ContentServer();
  const other = otherThan(BIG);
  const url = server.put("/f", BIG, {
    faults: [
      { content: other, etag: '"old"', cutAfter: 700_000 },
      { cutAfter: 0 },
      { content: BIG, etag: '"new"' },
    ],
  });
  const files = new MemoryFiles();
  const content = plannedContent(BIG, url);
  {
    using given = createTransferCase({ files });
    const resume = { retries: 1, minDelayMs: 250 };
    await rejection(given.fetchContent(content, { resume }));
  }
  using given = createTransferCase({ files });
  await given.fetchContent(content);
  assert.equal(given.observed.restarts, 1);
  // The answer to the condition is all of it, so it is not asked again.
  assert.deepEqual(server.sent("if-range").slice(2), ['"old"']);
  assert.deepEqual(pathsOf(files), [given.store.pathOf(content.sha256)]);
});

Deno.test("fetchContent asks for nothing when a part is whole already", async () => {
  await using server = new ContentServer();
  const url = server.put("/f", BIG);
  const content = plannedContent(BIG, url);
  const files = new MemoryFiles();
  const { store } = createStoreCase({ files });
  const part = await store.open(content);
  await part.write(0, BIG.slice());
  await part.suspend();
  using given = createTransferCase({ files });
  await given.fetchContent(content);
  assert.equal(server.requests.length, 0);
  assert.deepEqual(pathsOf(files), [store.pathOf(content.sha256)]);
});

Deno.test("fetchContent begins anew, once, when the part of an earlier run is wrong", async () => {
  await using server = new ContentServer();
  const url = server.put("/f", BIG);
  const content = plannedContent(BIG, url);
  const files = new MemoryFiles();
  const { store } = createStoreCase({ files });
  const part = await store.open(content);
  part.setEtag('"one"');
  await part.write(0, flip(BIG).slice(0, 900_000));
  await part.suspend();
  using given = createTransferCase({ files });
  await given.fetchContent(content);
  assert.deepEqual(server.sent("range"), ["bytes=900000-", ""]);
  assert.deepEqual(pathsOf(files), [store.pathOf(content.sha256)]);
});

Deno.test("fetchContent is done when another process published the content meanwhile", async () => {
  await using server = new ContentServer();
  const files = new MemoryFiles();
  using given = createTransferCase({ files, flush: FLUSH });
  const other = new LocalTransferStore(
    DOWNLOAD_DIR,
    createStoreCase({ files }).runtime,
  );
  const content = plannedContent(BIG, "", { targets: ["/dd/b/f"] });
  // What is not in a new directory is tidied up.
  await (await other.open(content)).discard();
  const nowhere = { targets: [], force: false };
  const url = server.put("/f", BIG, {
    faults: [{ cutAfter: 700_000 }],
    always: {
      gate: async () => void await other.put(content, BIG.slice(), nowhere),
    },
  });
  const source = { kind: "request" as const, url, headers: {} };
  await given.fetchContent({ ...content, source });
  assert.deepEqual(
    pathsOf(files).filter((path) => !path.endsWith(".json")),
    [given.store.pathOf(content.sha256), "/dd/b/f"],
  );
  assertOnlyVerified(files);
});

Deno.test("fetchContent goes on after a service that says nothing for too long", async () => {
  for (const [bytes, cutAfter] of [[SMALL, 400], [BIG, 600_000]] as const) {
    await using server = new ContentServer();
    using given = createTransferCase();
    const url = server.put("/f", bytes, {
      faults: [{ cutAfter, end: "hang" }],
    });
    const work = given.fetchContent(plannedContent(bytes, url));
    while (given.receivedBytes() < cutAfter) await settle();
    await given.clock.advance(PIECE_MS);
    await work;
    assert.deepEqual(server.sent("range"), ["", `bytes=${cutAfter}-`]);
  }
  assert.ok(HEAD_MS > PIECE_MS);
});

Deno.test("fetchContent leaves nothing of a small content when it is aborted in the middle of it", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const stop = new AbortController();
  const url = server.put("/f", SMALL, {
    always: { cutAfter: 400, end: "hang" },
  });
  const { signal } = stop;
  const work = rejection(
    given.fetchContent(plannedContent(SMALL, url), { signal }),
  );
  while (given.receivedBytes() === 0) await settle();
  stop.abort(new CancelledError("interrupted", { signalName: "SIGINT" }));
  const error = await work;
  assert.ok(error instanceof CancelledError);
  assert.equal(error.signalName, "SIGINT");
  assert.deepEqual(pathsOf(given.files), []);
  assert.equal(server.requests.length, 1);
});

Deno.test("fetchContent keeps the part of a big content when it is aborted in the middle of it", async () => {
  for (const segments of [1, "auto"] as const) {
    await using server = new ContentServer();
    using given = createTransferCase();
    const stop = new AbortController();
    const { signal } = stop;
    const url = server.put("/f", BIG, {
      always: { cutAfter: 900_000, end: "hang" },
    });
    const content = plannedContent(BIG, url);
    const work = rejection(given.fetchContent(content, { signal, segments }));
    while (given.receivedBytes() < 900_000) await settle();
    stop.abort(new CancelledError("interrupted", { signalName: "SIGINT" }));
    const error = await work;
    assert.ok(error instanceof CancelledError);
    assert.equal(error.signalName, "SIGINT");
    const { ranges, released } = journalOn(given.files);
    assert.equal(released, true);
    // What lay in a buffer that was not full yet was given to the part too.
    assert.deepEqual(ranges, [[0, 900_000]]);
    assert.equal(server.requests.length, 1);
  }
});

Deno.test("fetchContent ends its wait between two tries when it is aborted", async () => {
  await using server = new ContentServer();
  const stop = new AbortController();
  using given = createTransferCase();
  const url = server.put("/f", SMALL, { always: { cutAfter: 10 } });
  given.observed.observer.onRetry = () => {
    if (given.receivedBytes() === 30) stop.abort();
  };
  const { signal } = stop;
  const content = plannedContent(SMALL, url);
  const error = await rejection(given.fetchContent(content, { signal }));
  assert.ok(error instanceof CancelledError);
  assert.equal(server.requests.length, 3);
  assert.deepEqual(pathsOf(given.files), []);
});
