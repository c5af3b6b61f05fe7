/**
 * What a content leaves behind when the disk refuses something or the process
 * is killed, at every file operation; and what the next run makes of that.
 *
 * @module
 */

import assert from "node:assert/strict";
import { LocalError } from "../../src/base/mod.ts";
import { ContentServer } from "../support/content_server.ts";
import { dieAfter, failOnce, MemoryFiles } from "../support/memory_files.ts";
import { BIG, flip, SMALL } from "./_fetch_case.ts";
import {
  assertOnlyVerified,
  createTransferCase,
  pathsOf,
  plannedContent,
  rejection,
} from "./_transfer_case.ts";

const FLUSH_BYTES = 200_000;
const FLUSH = { everyBytes: FLUSH_BYTES, everyMs: Infinity };

Deno.test("fetchContent publishes nothing when the disk is full at any write", async () => {
  for (const bytes of [SMALL, BIG]) {
    let failed = 0;
    for (let write = 1; write < 100; write++) {
      await using server = new ContentServer();
      const cutAfter = Math.floor(bytes.length * 0.3);
      const url = server.put("/f", bytes, {
        faults: [{ cutAfter }, { cutAfter }],
      });
      using given = createTransferCase({ flush: FLUSH });
      let writes = 0;
      given.files.failures = (operation) =>
        /^write(At)? /.test(operation) && ++writes === write
          ? "no_space"
          : undefined;
      const error = await given.fetchContent(plannedContent(bytes, url))
        .then(() => undefined, (thrown) => thrown);
      if (error === undefined && writes < write) break;
      assertOnlyVerified(given.files);
      failed++;
      // A journal that could not be written is not needed to end well.
      if (error === undefined) continue;
      assert.ok(error instanceof LocalError, String(error));
      assert.equal(error.reason, "no_space");
    }
    assert.ok(failed >= (bytes === SMALL ? 1 : 4), `${failed}`);
  }
});

Deno.test("fetchContent does not lose a write that fails while its answer breaks off behind the last byte", async () => {
  await using server = new ContentServer();
  const url = server.put("/f", BIG, {
    always: { framing: "chunked", cutAfter: BIG.length },
  });
  // The last write of the content, whatever the pieces are.
  const isWrite = (operation: string) => operation.startsWith("writeAt ");
  let last = Infinity;
  for (const isWell of [true, false]) {
    using given = createTransferCase();
    let writes = 0;
    given.files.failures = (operation) =>
      isWrite(operation) && ++writes === last ? "no_space" : undefined;
    const resume = { retries: 0, minDelayMs: 1 };
    const work = given.fetchContent(plannedContent(BIG, url), { resume });
    if (isWell) {
      await work;
      last = given.files.operations.filter(isWrite).length;
    } else {
      const error = await rejection(work);
      assert.ok(error instanceof LocalError, String(error));
      assert.equal(error.reason, "no_space");
      assert.equal(writes, last);
    }
    assertOnlyVerified(given.files);
  }
});

/** Fetches a content with a cut and a wrong answer on the way. */
async function fetchOn(
  server: ContentServer,
  files: MemoryFiles,
  bytes: Uint8Array,
  isWell = false,
): Promise<number> {
  const cutAfter = Math.floor(bytes.length * 0.3);
  const faults = [{ cutAfter }, { alter: flip }, { cutAfter: 2 * cutAfter }];
  const url = server.put("/f", bytes, { faults: isWell ? [] : faults });
  using given = createTransferCase({ files, flush: FLUSH });
  const content = plannedContent(bytes, url, { targets: ["/dd/b/f"] });
  await given.fetchContent(content);
  return given.receivedBytes();
}

/** Every number up to `count` for a small one; some for a big one. */
function* numbersTo(count: number, bytes: Uint8Array): Generator<number> {
  const step = bytes === SMALL ? 1 : 1 + Math.floor(count / 25);
  for (let number = 1; number <= count; number += step) yield number;
}

Deno.test("fetchContent publishes nothing unverified whichever file operation fails", async () => {
  await using server = new ContentServer();
  for (const bytes of [SMALL, BIG]) {
    const whole = new MemoryFiles();
    await fetchOn(server, whole, bytes);
    const count = whole.operations.length;
    assert.ok(count >= 10, `${count}`);
    for (const number of numbersTo(count, bytes)) {
      const files = new MemoryFiles({ failures: failOnce(number, "other") });
      await fetchOn(server, files, bytes).catch((error) =>
        assert.ok(error instanceof LocalError, String(error))
      );
      assertOnlyVerified(files);
      files.failures = () => undefined;
      await fetchOn(server, files, bytes, true);
      const path = pathsOf(files).filter((path) => !path.includes(".part"));
      assert.equal(
        path.length,
        2,
        `${number}: ${whole.operations[number - 1]}`,
      );
    }
  }
});

Deno.test("fetchContent publishes nothing unverified whenever the process is killed, and the next run ends it", async () => {
  await using server = new ContentServer();
  for (const bytes of [SMALL, BIG]) {
    const whole = new MemoryFiles();
    await fetchOn(server, whole, bytes);
    const count = whole.operations.length;
    for (const number of numbersTo(count, bytes)) {
      const files = new MemoryFiles({ failures: dieAfter(number) });
      await fetchOn(server, files, bytes).catch((error) =>
        assert.ok(error instanceof LocalError, String(error))
      );
      assertOnlyVerified(files);
      files.failures = () => undefined;
      await fetchOn(server, files, bytes, true);
      assertOnlyVerified(files);
      assert.deepEqual(files.contents().get("/dd/b/f"), bytes);
    }
  }
});

Deno.test("fetchContent fetches at most a flush and what was under way again after a kill", async () => {
  await using server = new ContentServer();
  const url = server.put("/f", BIG);
  const content = plannedContent(BIG, url);
  const whole = new MemoryFiles();
  {
    using given = createTransferCase({ files: whole, flush: FLUSH });
    await given.fetchContent(content);
  }
  let resumed = 0;
  for (let number = 1; number < whole.operations.length; number++) {
    const files = new MemoryFiles({ failures: dieAfter(number) });
    let received: number;
    {
      using given = createTransferCase({ files, flush: FLUSH });
      await rejection(given.fetchContent(content)).catch(() => {});
      received = given.receivedBytes();
    }
    files.failures = () => undefined;
    using given = createTransferCase({ files, flush: FLUSH });
    if (await given.store.state(content) === "present") continue;
    await given.fetchContent(content);
    const twice = received + given.receivedBytes() - BIG.length;
    // Three buffers of half a MiB may be on their way to the disk.
    assert.ok(twice <= FLUSH_BYTES + 3 * 512 * 1024, `${number}: ${twice}`);
    resumed += given.observed.resumed.length;
  }
  assert.ok(resumed > 0);
});

Deno.test("fetchContent writes and syncs a small content, then names it, then syncs its directory", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const url = server.put("/f", SMALL);
  await given.fetchContent(plannedContent(SMALL, url));
  const steps = given.files.operations.map((line) => line.split(" ", 1)[0])
    .filter((step) => !/Directory$/.test(step ?? ""));
  assert.deepEqual(steps, ["openForUpdate", "writeAt", "syncData", "rename"]);
  const { operations } = given.files;
  const named = operations.findIndex((line) => line.startsWith("rename "));
  const path = given.store.pathOf(plannedContent(SMALL, url).sha256);
  assert.deepEqual(operations.slice(named + 1), [
    `syncDirectory ${path.replace(/\/[^/]*$/, "")}`,
  ]);
});
