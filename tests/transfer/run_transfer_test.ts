import assert from "node:assert/strict";
import {
  CancelledError,
  IntegrityError,
  LocalError,
  NotFoundError,
} from "../../src/base/mod.ts";
import {
  type PlannedContent,
  planTransfer,
  runTransfer,
  type TransferEvent,
} from "../../src/transfer/mod.ts";
import { ContentServer, type Fault } from "../support/content_server.ts";
import { settle } from "../support/fake_clock.ts";
import {
  dieAfter,
  failEvery,
  failOnce,
  MemoryFiles,
} from "../support/memory_files.ts";
import {
  assertOnlyVerified,
  createTransferCase,
  pathsOf,
  patternBytes,
  plannedContent,
  rejection,
  sha256,
  STORE,
} from "./_transfer_case.ts";

/** Contents 0, 1, 2 … of 100 bytes, each served at `/<number>`. */
function serve(
  server: ContentServer,
  count: number,
  faultOf: (at: number) => Fault = () => ({}),
): PlannedContent[] {
  return Array.from({ length: count }, (_, at) => {
    const bytes = patternBytes(100, at + 1);
    const url = server.put(`/${at}`, bytes, { always: faultOf(at) });
    return plannedContent(bytes, url, { name: `f${at}` });
  });
}

function ofType<T extends TransferEvent["type"]>(
  events: TransferEvent[],
  type: T,
): Extract<TransferEvent, { type: T }>[] {
  return events.filter((event): event is Extract<TransferEvent, { type: T }> =>
    event.type === type
  );
}

Deno.test("runTransfer fetches each content once for all its places", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const bytes = patternBytes(100);
  const url = server.put("/f", bytes);
  const wanted = Array.from({ length: 20 }, (_, at) => ({
    ...plannedContent(bytes, url),
    name: `copy-${at}`,
    target: at < 15 ? `/dd/bundle-${at}/f` : undefined,
  }));
  const events = await Array.fromAsync(
    runTransfer(planTransfer(wanted), given.tools),
  );
  assert.equal(server.requests.length, 1);
  const path = given.store.pathOf(sha256(bytes));
  const identity = (await given.files.stat(path))?.identity;
  for (let at = 0; at < 15; at++) {
    const info = await given.files.stat(`/dd/bundle-${at}/f`);
    assert.equal(info?.identity, identity);
  }
  assert.equal(pathsOf(given.files).length, 16);
  assert.deepEqual(ofType(events, "fetched"), [
    { type: "fetched", name: "copy-0", sizeBytes: 100, path },
  ]);
});

Deno.test("runTransfer tells what happens in order and ends with totals", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const plan = serve(server, 4);
  const [, present] = plan;
  given.files.put(
    given.store.pathOf(present?.sha256 ?? ""),
    patternBytes(100, 2),
  );
  const events = await Array.fromAsync(
    runTransfer(plan, given.tools, { jobs: 1 }),
  );
  const nothing = {
    contents: 4,
    sizeBytes: 400,
    fetched: 0,
    present: 0,
    failed: 0,
    doneBytes: 0,
    receivedBytes: 0,
  };
  assert.deepEqual(events[0], { type: "started", totals: nothing });
  assert.deepEqual(events.at(-1), {
    type: "finished",
    totals: {
      ...nothing,
      fetched: 3,
      present: 1,
      doneBytes: 400,
      receivedBytes: 300,
    },
    failures: [],
  });
  assert.deepEqual(
    events.filter(({ type }) => type === "fetched" || type === "present")
      .map((event) => [event.type, "name" in event && event.name]),
    [["fetched", "f0"], ["present", "f1"], ["fetched", "f2"], [
      "fetched",
      "f3",
    ]],
  );
  assert.deepEqual(
    server.requests.map(({ path }) => path),
    ["/0", "/2", "/3"],
  );
  // The clock stands still: one line of progress is enough for all.
  assert.equal(ofType(events, "progress").length, 1);
});

Deno.test("runTransfer goes on after a failure and names each one", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const plan = serve(
    server,
    6,
    (at) =>
      at === 1
        ? { status: 404 }
        : at === 4
        ? { alter: (part) => part.with(0, (part[0] ?? 0) ^ 1) as Uint8Array }
        : {},
  );
  const events = await Array.fromAsync(
    runTransfer(plan, given.tools, { jobs: 1 }),
  );
  const last = events.at(-1);
  assert.ok(last?.type === "finished");
  assert.deepEqual(last.failures.map(({ name }) => name), ["f1", "f4"]);
  assert.ok(last.failures[0]?.error instanceof NotFoundError);
  assert.ok(last.failures[1]?.error instanceof IntegrityError);
  assert.deepEqual(
    [last.totals.fetched, last.totals.failed, last.totals.doneBytes],
    [4, 2, 400],
  );
  // Received: four whole ones and the wrong one twice.
  assert.equal(last.totals.receivedBytes, 600);
  assert.deepEqual(
    ofType(events, "failed").map(({ name, error }) => ({ name, error })),
    last.failures,
  );
  assert.equal(pathsOf(given.files).length, 4);
  assertOnlyVerified(given.files);
});

Deno.test("runTransfer reports what failed before with the rest", async () => {
  using given = createTransferCase();
  const failure = { name: "early", error: new NotFoundError("no such bundle") };
  const events = await Array.fromAsync(
    runTransfer([], given.tools, { failures: [failure] }),
  );
  assert.deepEqual(events.map(({ type }) => type), [
    "started",
    "failed",
    "finished",
  ]);
  const last = events.at(-1);
  assert.ok(last?.type === "finished");
  assert.deepEqual(last.failures, [failure]);
  assert.deepEqual([last.totals.contents, last.totals.failed], [1, 1]);
});

Deno.test("runTransfer fails a content whose place is taken, and keeps it in the store", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const [content] = serve(server, 1);
  assert.ok(content);
  given.files.put("/dd/b/f", "the user's own");
  const plan = [{ ...content, targets: ["/dd/b/f"] }];
  const events = await Array.fromAsync(runTransfer(plan, given.tools));
  const [failed] = ofType(events, "failed");
  assert.equal(failed?.name, "f0");
  assert.equal((failed?.error as LocalError).reason, "exists");
  assert.equal(given.files.text("/dd/b/f"), "the user's own");
  assert.ok(
    given.files.contents().has(given.store.pathOf(content.sha256)),
  );
});

Deno.test("runTransfer fetches again what has another size in the store", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const [content] = serve(server, 1);
  assert.ok(content);
  const path = given.store.pathOf(content.sha256);
  given.files.put(path, patternBytes(99));
  const events = await Array.fromAsync(runTransfer([content], given.tools));
  assert.equal(ofType(events, "fetched").length, 1);
  assert.deepEqual(given.files.contents().get(path), patternBytes(100, 1));
});

Deno.test("runTransfer replaces a link that was planted in the store", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const [content] = serve(server, 1);
  assert.ok(content);
  const path = given.store.pathOf(content.sha256);
  given.files.put("/home/victim", patternBytes(100, 9));
  given.files.putLink("/home/victim", path);
  await Array.fromAsync(runTransfer([content], given.tools));
  assert.deepEqual(
    given.files.contents().get("/home/victim"),
    patternBytes(100, 9),
  );
  assert.deepEqual(given.files.contents().get(path), patternBytes(100, 1));
});

Deno.test("runTransfer has as many requests under way as jobs, and no more", async () => {
  for (const jobs of [1, 3, 16]) {
    await using server = new ContentServer();
    using given = createTransferCase();
    const all = Promise.withResolvers<void>();
    const plan = serve(server, 20, () => ({
      gate: async () => {
        if (server.requests.length >= jobs) all.resolve();
        await all.promise;
        await settle();
      },
    }));
    const options = jobs === 16 ? {} : { jobs };
    const events = await Array.fromAsync(
      runTransfer(plan, given.tools, options),
    );
    assert.equal(server.peak, jobs);
    assert.equal(ofType(events, "fetched").length, 20);
  }
});

Deno.test("runTransfer warns of copies once", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  given.files.failures = failEvery("link", "cross_device");
  const plan = serve(server, 5).map((content) => ({
    ...content,
    targets: [`/dd/a/${content.name}`, `/dd/b/${content.name}`],
  }));
  const events = await Array.fromAsync(runTransfer(plan, given.tools));
  assert.deepEqual(ofType(events, "warning"), [{
    type: "warning",
    message: "hard links are not possible here; files are copied instead, " +
      "which takes twice the space",
  }]);
  assert.equal(pathsOf(given.files).length, 15);
  assert.equal(ofType(events, "fetched").length, 5);
});

Deno.test("runTransfer stops and leaves nothing half-written when its reader stops", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const plan = serve(
    server,
    30,
    (at) => at === 0 ? {} : { cutAfter: 50, end: "hang" },
  );
  for await (const event of runTransfer(plan, given.tools, { jobs: 4 })) {
    if (event.type === "fetched") break;
  }
  assert.deepEqual(pathsOf(given.files), [
    given.store.pathOf(plan[0]?.sha256 ?? ""),
  ]);
  // Those under way and the one that took the place of the first.
  assert.ok(server.requests.length <= 5, `${server.requests.length}`);
  assertOnlyVerified(given.files);
});

Deno.test("runTransfer does nothing when its reader stops at once", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const plan = serve(server, 3, () => ({ cutAfter: 50, end: "hang" }));
  for await (const event of runTransfer(plan, given.tools)) {
    assert.equal(event.type, "started");
    break;
  }
  assert.deepEqual(pathsOf(given.files), []);
});

Deno.test("runTransfer throws when it is aborted and leaves nothing half-written", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const stop = new AbortController();
  const plan = serve(
    server,
    10,
    (at) => at < 2 ? {} : { cutAfter: 50, end: "hang" },
  );
  const types: string[] = [];
  const error = await rejection((async () => {
    const { signal } = stop;
    const run = runTransfer(plan, given.tools, { signal, jobs: 2 });
    for await (const event of run) {
      types.push(event.type);
      if (types.filter((type) => type === "fetched").length === 2) {
        stop.abort(new CancelledError("stopped", { signalName: "SIGTERM" }));
      }
    }
  })());
  assert.ok(error instanceof CancelledError);
  assert.equal(error.signalName, "SIGTERM");
  assert.equal(types.includes("finished"), false);
  assert.equal(types.includes("failed"), false);
  // What was whole stays.
  assert.equal(pathsOf(given.files).length, 2);
  assertOnlyVerified(given.files);
});

Deno.test("runTransfer sends nothing when it was aborted before", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const run = runTransfer(serve(server, 2), given.tools, {
    signal: AbortSignal.abort(),
  });
  assert.ok(await rejection(Array.fromAsync(run)) instanceof CancelledError);
  assert.equal(server.requests.length, 0);
});

Deno.test("runTransfer takes a bug for one failed content and goes on", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const { runtime } = given.tools;
  let calls = 0;
  const createHash: typeof runtime.createHash = (name) => {
    if (++calls === 1) throw new TypeError("boom");
    return runtime.createHash(name);
  };
  const events = await Array.fromAsync(runTransfer(
    serve(server, 3),
    { ...given.tools, runtime: { ...runtime, createHash } },
    { jobs: 1 },
  ));
  const [failed] = ofType(events, "failed");
  assert.ok(failed?.error instanceof LocalError);
  assert.equal(failed.error.message, "internal error: boom");
  assert.equal(ofType(events, "fetched").length, 2);
});

/** Three contents at four places, without a network. */
async function runOn(files: MemoryFiles) {
  using given = createTransferCase({ files });
  const contents = [1, 2, 3].map((seed) => patternBytes(20, seed));
  const plan = contents.map((bytes, at) =>
    plannedContent(bytes, "", {
      name: `f${at}`,
      source: { kind: "bytes", bytes },
      targets: at === 0 ? ["/dd/a/f0", "/dd/b/f0"] : [`/dd/a/f${at}`],
    })
  );
  try {
    const events = await Array.fromAsync(
      runTransfer(plan, given.tools, { jobs: 2 }),
    );
    const last = events.at(-1);
    assert.ok(last?.type === "finished");
    return last;
  } catch (error) {
    // The store could not be written: one error for all.
    assert.ok(error instanceof LocalError);
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
    assert.deepEqual(
      pathsOf(files).filter((path) => path.endsWith(".part")),
      [],
    );
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

Deno.test("runTransfer ends with one error when the store cannot be written any more, and keeps what is whole", async () => {
  let creations = 0;
  const files = new MemoryFiles({
    failures: (operation) =>
      operation.startsWith("create ") && ++creations > 1
        ? "read_only"
        : undefined,
  });
  using given = createTransferCase({ files });
  const contents = [1, 2, 3, 4].map((seed) => patternBytes(20, seed));
  const plan = contents.map((bytes, at) =>
    plannedContent(bytes, "", {
      name: `f${at}`,
      source: { kind: "bytes", bytes },
    })
  );
  const events: TransferEvent[] = [];
  await assert.rejects(async () => {
    const run = runTransfer(plan, given.tools, { jobs: 1 });
    for await (const event of run) events.push(event);
  }, (error) => error instanceof LocalError && error.reason === "read_only");
  // The second could not be begun; the others were not tried.
  assert.equal(creations, 2);
  assert.deepEqual(events.map(({ type }) => type), ["started", "fetched"]);
  assertOnlyVerified(files);
});
