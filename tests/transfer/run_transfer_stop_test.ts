/**
 * How a transfer ends before its end, and what the next one makes of it.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  AuthError,
  CancelledError,
  LocalError,
  NetworkError,
} from "../../src/base/mod.ts";
import {
  type PlannedContent,
  planOf,
  runTransfer,
  type TransferEvent,
  type TransferOptions,
} from "../../src/transfer/mod.ts";
import { ContentServer } from "../support/content_server.ts";
import { dieAfter, failOnce, MemoryFiles } from "../support/memory_files.ts";
import { BIG } from "./_fetch_case.ts";
import { finishOf, known, run, serve } from "./_run_case.ts";
import {
  assertOnlyVerified,
  createTransferCase,
  ofType,
  pathsOf,
  patternBytes,
  plannedContent,
  rejection,
  STORE,
} from "./_transfer_case.ts";

type TransferCase = ReturnType<typeof createTransferCase>;

/** The events until a run throws, and what it throws. */
async function failingRun(
  { tools }: TransferCase,
  contents: readonly PlannedContent[],
  options?: TransferOptions,
) {
  const events: TransferEvent[] = [];
  const error = await rejection((async () => {
    const running = runTransfer(planOf(contents), tools, options);
    for await (const event of running) events.push(event);
  })());
  return { error, events };
}

Deno.test("runTransfer stops and leaves nothing half-written when its reader stops", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const contents = serve(
    server,
    30,
    (at) => at === 0 ? {} : { cutAfter: 50, end: "hang" },
  );
  const events = runTransfer(planOf(contents), given.tools, { jobs: 4 });
  for await (const event of events) {
    if (event.type === "fetched") break;
  }
  assert.deepEqual(pathsOf(given.files), [
    given.store.pathOf(contents[0]?.sha256 ?? ""),
  ]);
  // Those under way and the one that took the place of the first.
  assert.ok(server.requests.length <= 5, `${server.requests.length}`);
  assertOnlyVerified(given.files);
});

Deno.test("runTransfer does nothing when its reader stops at once", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const contents = serve(server, 3, () => ({ cutAfter: 50, end: "hang" }));
  for await (const event of runTransfer(planOf(contents), given.tools)) {
    assert.equal(event.type, "started");
    break;
  }
  assert.deepEqual(pathsOf(given.files), []);
  assert.equal(server.requests.length, 0);
});

Deno.test("runTransfer throws when it is aborted, keeps what is whole and what can be taken up", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const stop = new AbortController();
  const small = serve(
    server,
    10,
    (at) => at < 2 ? {} : { cutAfter: 50, end: "hang" },
  );
  const url = server.put("/big", BIG, {
    faults: [{ cutAfter: 900_000, end: "hang" }],
  });
  const big = plannedContent(BIG, url, { name: "big" });
  const contents = [...small.slice(0, 2), big, ...small.slice(2)];
  const types: string[] = [];
  const isBigUnderWay = () =>
    given.files.operations.some((line) => line.startsWith("writeAt "));
  const error = await rejection((async () => {
    const { signal } = stop;
    const events = runTransfer(planOf(contents), given.tools, {
      signal,
      jobs: 3,
    });
    for await (const event of events) {
      types.push(event.type);
      const isDone = types.filter((type) => type === "fetched").length === 2;
      if (!isDone || !isBigUnderWay()) continue;
      stop.abort(new CancelledError("stopped", { signalName: "SIGTERM" }));
    }
  })());
  assert.ok(error instanceof CancelledError);
  assert.equal(error.signalName, "SIGTERM");
  assert.equal(types.includes("finished"), false);
  assert.equal(types.includes("failed"), false);
  const whole = pathsOf(given.files).filter((path) => !path.includes(".part"));
  assert.equal(whole.length, 2);
  assertOnlyVerified(given.files);
});

Deno.test("runTransfer sends nothing when it was aborted before", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const signal = AbortSignal.abort();
  const { error } = await failingRun(given, serve(server, 2), { signal });
  assert.ok(error instanceof CancelledError);
  assert.equal(server.requests.length, 0);
});

Deno.test("runTransfer ends after the first failure when it is told to, with what is whole", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const contents = serve(
    server,
    10,
    (at) => at === 3 ? { status: 404 } : {},
  );
  const events = await run(given, contents, { failFast: true, jobs: 1 });
  const { failures, totals } = finishOf(events);
  assert.deepEqual(failures.map(({ name }) => name), ["f3"]);
  // One may have begun meanwhile.
  assert.ok(server.requests.length <= 5, `${server.requests.length}`);
  assert.equal(totals.fetched, pathsOf(given.files).length);
  assertOnlyVerified(given.files);
});

Deno.test("runTransfer ends with one error at once when it is not let in", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const contents = serve(server, 20, () => ({ status: 401 }));
  const { error, events } = await failingRun(given, contents, { jobs: 1 });
  assert.ok(error instanceof AuthError);
  assert.ok(server.requests.length <= 2, `${server.requests.length}`);
  assert.equal(ofType(events, "finished").length, 0);
});

Deno.test("runTransfer says how far it came when something ends it", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const contents = serve(server, 10, (at) => at < 4 ? {} : { status: 401 });
  const { events } = await failingRun(given, contents, { jobs: 1 });
  const fetched = ofType(events, "fetched").length;
  assert.ok(fetched >= 3, `${fetched}`);
  // The clock stands still, so that without the end there would be one.
  const last = ofType(events, "progress").at(-1)?.totals;
  assert.deepEqual(
    [last?.fetched, last?.failed, last?.doneBytes],
    [fetched, ofType(events, "failed").length, fetched * 100],
  );
  assert.equal(events.at(-1)?.type, "progress");
});

Deno.test("runTransfer ends with one error when five files in a row are refused", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const contents = serve(
    server,
    20,
    (at) => at < 4 || at > 4 ? { status: 403 } : {},
  );
  const { error, events } = await failingRun(given, contents, { jobs: 1 });
  assert.ok(error instanceof AuthError);
  // Four were refused before the one that was not, and five after it.
  assert.equal(ofType(events, "failed").length, 9);
});

Deno.test("runTransfer ends with one error when the store cannot be written any more, and keeps what is whole", async () => {
  let creations = 0;
  const files = new MemoryFiles({
    failures: (operation) =>
      operation.startsWith("openForUpdate ") && ++creations > 1
        ? "read_only"
        : undefined,
  });
  using given = createTransferCase({ files });
  const { error, events } = await failingRun(given, known(300), { jobs: 1 });
  assert.ok(error instanceof LocalError);
  assert.equal(error.reason, "read_only");
  // Those that had begun meanwhile are not told one by one.
  assert.equal(ofType(events, "failed").length, 1);
  assert.equal(ofType(events, "fetched").length, 1);
  assert.ok(creations < 150, `${creations}`);
  assert.equal(pathsOf(files).length, 1);
  assertOnlyVerified(files);
});

Deno.test("runTransfer says what is needed and free before it asks for anything", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  given.files.freeSpaceBytes = 299;
  const { error, events } = await failingRun(given, serve(server, 3));
  assert.ok(error instanceof LocalError);
  assert.equal(error.reason, "no_space");
  assert.equal(error.message, "300 B are needed and only 299 B are free");
  assert.deepEqual(events.map(({ type }) => type), ["started"]);
  assert.equal(server.requests.length, 0);
});

Deno.test("runTransfer passes on what a plan throws, when what is under way has ended", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const [content] = serve(server, 1);
  assert.ok(content);
  const plan = {
    ...planOf([content]),
    async *entries() {
      yield content;
      await Promise.resolve();
      throw new NetworkError("the list broke off");
    },
  };
  await assert.rejects(run(given, plan), { message: "the list broke off" });
  assert.deepEqual(pathsOf(given.files), [given.store.pathOf(content.sha256)]);
});

/** Three contents at four places, without a network. */
async function runOn(files: MemoryFiles) {
  using given = createTransferCase({ files });
  const plan = known(3, 20).map((content, at) => ({
    ...content,
    targets: at === 0 ? ["/dd/a/f0", "/dd/b/f0"] : [`/dd/a/f${at}`],
  }));
  try {
    return finishOf(await run(given, plan, { jobs: 2 }));
  } catch (error) {
    // The store could not be written: one error for all.
    assert.ok(error instanceof LocalError, String(error));
    return { failures: [{ name: "", error }] };
  }
}

function assertPlaces(files: MemoryFiles, isWhole: boolean): void {
  assertOnlyVerified(files);
  for (const durable of [false, true]) {
    const places = [...files.contents({ durable })]
      .filter(([path]) => !path.startsWith(`${STORE}/`));
    for (const [path, bytes] of places) {
      const seed = Number(path.at(-1)) + 1;
      assert.deepEqual(bytes, patternBytes(20, seed), path);
    }
    if (isWhole) assert.equal(places.length, 4);
  }
}

Deno.test("runTransfer is whole or names a failure whichever file operation fails", async () => {
  const whole = new MemoryFiles();
  await runOn(whole);
  assertPlaces(whole, true);
  const count = whole.operations.length;
  for (let number = 1; number <= count; number++) {
    const files = new MemoryFiles({ failures: failOnce(number, "no_space") });
    const { failures } = await runOn(files);
    assertPlaces(files, failures.length === 0);
    for (const { error } of failures) {
      assert.equal((error as LocalError).reason, "no_space");
    }
    const left = pathsOf(files).filter((path) => path.endsWith(".part"));
    const failed = whole.operations[number - 1] ?? "";
    // What cannot be removed stays.
    if (!failed.startsWith("remove ")) assert.deepEqual(left, [], failed);
    assert.deepEqual((await runOn(files)).failures, []);
    assertPlaces(files, true);
  }
});

Deno.test("runTransfer leaves only whole files whenever it is killed, and the next run ends it", async () => {
  const whole = new MemoryFiles();
  await runOn(whole);
  for (let number = 0; number < whole.operations.length; number++) {
    const files = new MemoryFiles({ failures: dieAfter(number) });
    await runOn(files);
    assertPlaces(files, false);
    files.failures = () => undefined;
    assert.deepEqual((await runOn(files)).failures, []);
    assertPlaces(files, true);
  }
});

/** A small and a big content, from a server. */
async function runBothOn(server: ContentServer, files: MemoryFiles) {
  const flush = { everyBytes: 300_000, everyMs: Infinity };
  using given = createTransferCase({ files, flush });
  const [small] = serve(server, 1);
  assert.ok(small);
  const big = plannedContent(BIG, server.put("/big", BIG), { name: "big" });
  const plan = [small, big].map((content) => ({
    ...content,
    targets: [`/dd/b/${content.name}`],
  }));
  await run(given, plan).catch((error) =>
    assert.ok(error instanceof LocalError, String(error))
  );
  assertOnlyVerified(files);
  return given.receivedBytes();
}

Deno.test("runTransfer of a small and a big content is verified at every moment, on the disk and after a power cut", async () => {
  await using server = new ContentServer();
  const whole = new MemoryFiles();
  await runBothOn(server, whole);
  const count = whole.operations.length;
  assert.ok(count > 20, `${count}`);
  for (let number = 0; number <= count; number++) {
    const files = new MemoryFiles({ failures: dieAfter(number) });
    await runBothOn(server, files);
    files.failures = () => undefined;
    await runBothOn(server, files);
    for (const durable of [false, true]) {
      const found = files.contents({ durable });
      assert.deepEqual(found.get("/dd/b/f0"), patternBytes(100, 1));
      assert.deepEqual(found.get("/dd/b/big"), BIG, `${number}`);
    }
  }
});
