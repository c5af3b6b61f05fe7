import assert from "node:assert/strict";
import {
  IntegrityError,
  LocalError,
  NotFoundError,
  PartialError,
} from "../../src/base/mod.ts";
import {
  planOf,
  runTransfer,
  type TransferEvent,
  type TransferTotals,
} from "../../src/transfer/mod.ts";
import { createStoreCase } from "../store/_store_case.ts";
import { ContentServer } from "../support/content_server.ts";
import { settle } from "../support/fake_clock.ts";
import { failEvery } from "../support/memory_files.ts";
import { BIG, flip } from "./_fetch_case.ts";
import { finishOf, known, planOfFiles, run, serve } from "./_run_case.ts";
import {
  assertOnlyVerified,
  createTransferCase,
  ofType,
  pathsOf,
  patternBytes,
  plannedContent,
  sha256,
} from "./_transfer_case.ts";

const NOTHING: TransferTotals = {
  contents: 0,
  sizeBytes: 0,
  fetched: 0,
  present: 0,
  failed: 0,
  retried: 0,
  doneBytes: 0,
  receivedBytes: 0,
  resumedBytes: 0,
  elapsedMs: 0,
};

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
  const events = await run(given, planOfFiles(wanted));
  assert.equal(server.requests.length, 1);
  const path = given.store.pathOf(sha256(bytes));
  const identity = (await given.files.stat(path))?.identity;
  for (let at = 0; at < 15; at++) {
    const info = await given.files.stat(`/dd/bundle-${at}/f`);
    assert.equal(info?.identity, identity);
  }
  assert.equal(pathsOf(given.files).length, 16);
  assert.deepEqual(ofType(events, "fetched"), [{
    type: "fetched",
    name: "copy-0",
    sha256: sha256(bytes),
    sizeBytes: 100,
    source: url,
    tries: 1,
    targets: Array.from({ length: 15 }, (_, at) => `/dd/bundle-${at}/f`),
    path,
  }]);
});

Deno.test("runTransfer tells what happens in order and ends with totals", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const plan = serve(server, 4);
  given.files.put(
    given.store.pathOf(plan[1]?.sha256 ?? ""),
    patternBytes(100, 2),
  );
  given.files.freeSpaceBytes = 12_345;
  const events = await run(given, plan, { jobs: 1 });
  const totals = { ...NOTHING, contents: 4, sizeBytes: 400 };
  assert.deepEqual(events[0], {
    type: "started",
    totals,
    needs: { contents: 3, sizeBytes: 300, freeBytes: 12_345 },
  });
  assert.deepEqual(events.at(-1), {
    type: "finished",
    totals: {
      ...totals,
      fetched: 3,
      present: 1,
      doneBytes: 400,
      receivedBytes: 300,
    },
    failures: [],
  });
  // While one is made durable the next one begins.
  assert.deepEqual(
    ofType(events, "fetched").map(({ name }) => name).sort(),
    ["f0", "f2", "f3"],
  );
  assert.deepEqual(ofType(events, "present").map(({ name }) => name), ["f1"]);
  assert.equal(ofType(events, "present")[0]?.tries, 0);
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
    (at) => at === 1 ? { status: 404 } : at === 4 ? { alter: flip } : {},
  );
  const events = await run(given, plan, { jobs: 1 });
  const { failures, totals } = finishOf(events);
  assert.deepEqual(failures.map(({ name }) => name), ["f1", "f4"]);
  assert.ok(failures[0]?.error instanceof NotFoundError);
  assert.ok(failures[1]?.error instanceof IntegrityError);
  assert.deepEqual(
    [totals.fetched, totals.failed, totals.retried, totals.doneBytes],
    [4, 2, 1, 400],
  );
  // Received: four whole ones and the wrong one twice.
  assert.equal(totals.receivedBytes, 600);
  const failed = ofType(events, "failed");
  assert.deepEqual(
    failed.map(({ name, error }) => ({ name, error })),
    failures,
  );
  assert.deepEqual(failed.map(({ tries }) => tries), [1, 2]);
  assert.deepEqual(
    ofType(events, "retried").map(({ name, tries }) => [name, tries]),
    [["f4", 2]],
  );
  assert.equal(pathsOf(given.files).length, 4);
  assertOnlyVerified(given.files);
});

Deno.test("runTransfer reports what failed before with the rest", async () => {
  using given = createTransferCase();
  const failure = { name: "early", error: new NotFoundError("no such bundle") };
  const events = await run(given, planOf(known(1), [failure]));
  assert.deepEqual(
    events.map(({ type }) => type).filter((type) => type !== "progress"),
    ["started", "failed", "fetched", "finished"],
  );
  const { failures, totals } = finishOf(events);
  assert.deepEqual(failures, [failure]);
  assert.deepEqual([totals.contents, totals.failed], [2, 1]);
});

Deno.test("runTransfer keeps at most 1000 failures and counts all", async () => {
  using given = createTransferCase();
  const error = new NotFoundError("no such bundle");
  const early = Array.from({ length: 1_005 }, (_, at) => ({
    name: `f${at}`,
    error,
  }));
  const events = await run(given, planOf([], early));
  const { failures, totals } = finishOf(events);
  assert.deepEqual([failures.length, totals.failed], [1_000, 1_005]);
  assert.equal(ofType(events, "failed").length, 1_005);
});

Deno.test("runTransfer fails a content whose place is taken, and keeps it in the store", async () => {
  using given = createTransferCase();
  const [content] = known(1);
  assert.ok(content);
  given.files.put("/dd/b/f", "the user's own");
  const plan = [{ ...content, targets: ["/dd/b/f"] }];
  const events = await run(given, plan);
  const [failed] = ofType(events, "failed");
  assert.equal(failed?.name, "f0");
  assert.equal((failed?.error as LocalError).reason, "exists");
  assert.equal(given.files.text("/dd/b/f"), "the user's own");
  assert.ok(given.files.contents().has(given.store.pathOf(content.sha256)));
  const again = await run(given, plan, { force: true });
  assert.equal(finishOf(again).totals.failed, 0);
  assert.deepEqual(
    given.files.contents().get("/dd/b/f"),
    patternBytes(100, 1),
  );
});

Deno.test("runTransfer puts a content to its other places when one is taken", async () => {
  using given = createTransferCase();
  const [content] = known(1);
  assert.ok(content);
  given.files.put("/dd/b/1", "the user's own");
  given.files.put("/dd/b/3", "another one");
  const targets = [1, 2, 3, 4].map((number) => `/dd/b/${number}`);
  for (let time = 0; time < 2; time++) {
    const events = await run(given, [{ ...content, targets }]);
    const [failed] = ofType(events, "failed");
    assert.ok(failed?.error instanceof LocalError);
    assert.equal(failed.error.reason, "exists");
    assert.equal(
      failed.error.message,
      "'/dd/b/1' exists with another content and is not overwritten; " +
        "'/dd/b/3' exists with another content and is not overwritten",
    );
    assert.match(failed.error.hint ?? "", /--force/);
  }
  assert.equal(given.files.text("/dd/b/1"), "the user's own");
  assert.equal(given.files.text("/dd/b/3"), "another one");
  for (const path of ["/dd/b/2", "/dd/b/4"]) {
    assert.deepEqual(given.files.contents().get(path), patternBytes(100, 1));
  }
});

Deno.test("runTransfer ends with a full disk, also when another place was taken before", async () => {
  using given = createTransferCase();
  const [content] = known(1);
  assert.ok(content);
  given.files.put("/dd/b/1", "the user's own");
  given.files.failures = (operation) =>
    operation.startsWith("link ") && operation.includes("/dd/b/2")
      ? "no_space"
      : undefined;
  const targets = ["/dd/b/1", "/dd/b/2"];
  await assert.rejects(run(given, [{ ...content, targets }]), {
    name: "LocalError",
    reason: "no_space",
  });
});

Deno.test("runTransfer names ten of many places that are taken, and a reason once", async () => {
  using given = createTransferCase();
  const [content] = known(1);
  assert.ok(content);
  const targets = Array.from({ length: 12 }, (_, at) => `/dd/b/${at}`);
  for (const path of targets) given.files.put(path, "the user's own");
  given.files.put("/dd/file", "no directory");
  const below = ["/dd/file/1", "/dd/file/2"];
  const events = await run(given, [{
    ...content,
    targets: [...below, ...targets],
  }]);
  const message = ofType(events, "failed")[0]?.error.message ?? "";
  assert.equal(message.match(/'\/dd\/file' is not a directory/g)?.length, 1);
  assert.equal(message.match(/exists with another content/g)?.length, 9);
  assert.match(message, /; and 3 more$/);
});

Deno.test("runTransfer fetches again what has another size in the store, and says so", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const contents = serve(server, 2);
  const path = given.store.pathOf(contents[0]?.sha256 ?? "");
  given.files.put(path, patternBytes(99));
  const other = given.store.pathOf(contents[1]?.sha256 ?? "");
  given.files.put(other, patternBytes(100, 2));
  const events = await run(given, contents);
  assert.deepEqual(ofType(events, "fetched").map(({ name }) => name), ["f0"]);
  assert.deepEqual(ofType(events, "warning"), [
    { type: "warning", message: `${path} is damaged and is fetched again` },
  ]);
  assert.deepEqual(given.files.contents().get(path), patternBytes(100, 1));
});

Deno.test("runTransfer reads what is there again only when it is told to verify", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const contents = serve(server, 3);
  const [first = "", second = "", third = ""] = contents.map(({ sha256 }) =>
    given.store.pathOf(sha256)
  );
  given.files.put(first, patternBytes(100, 1));
  given.files.put(second, flip(patternBytes(100, 2)));
  given.files.put(third, patternBytes(100, 3));
  const trusting = await run(given, contents);
  assert.equal(finishOf(trusting).totals.present, 3);
  assert.equal(server.requests.length, 0);
  const { totals } = finishOf(await run(given, contents, { verify: true }));
  assert.deepEqual([totals.present, totals.fetched], [2, 1]);
  assert.deepEqual(server.requests.map(({ path }) => path), ["/1"]);
  assert.deepEqual(given.files.contents().get(second), patternBytes(100, 2));
});

Deno.test("runTransfer replaces a link that was planted in the store", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const [content] = serve(server, 1);
  assert.ok(content);
  const path = given.store.pathOf(content.sha256);
  given.files.put("/home/victim", patternBytes(100, 9));
  given.files.putLink("/home/victim", path);
  await run(given, [content]);
  assert.deepEqual(
    given.files.contents().get("/home/victim"),
    patternBytes(100, 9),
  );
  assert.deepEqual(given.files.contents().get(path), patternBytes(100, 1));
});

Deno.test("runTransfer has no more requests under way than jobs", async () => {
  for (const jobs of [1, 3, 16]) {
    await using server = new ContentServer();
    using given = createTransferCase();
    const plan = serve(server, 40, () => ({ gate: settle }));
    const options = jobs === 16 ? {} : { jobs };
    const events = await run(given, plan, options);
    assert.ok(server.peak <= jobs, `${server.peak}`);
    assert.ok(jobs === 1 || server.peak > 1);
    assert.equal(ofType(events, "fetched").length, 40);
  }
});

Deno.test("runTransfer warns of copies once", async () => {
  using given = createTransferCase();
  given.files.failures = failEvery("link", "cross_device");
  const plan = known(5).map((content) => ({
    ...content,
    targets: [`/dd/a/${content.name}`, `/dd/b/${content.name}`],
  }));
  const events = await run(given, plan);
  assert.deepEqual(ofType(events, "warning"), [{
    type: "warning",
    message: "hard links are not possible here; files are copied instead, " +
      "which takes twice the space",
  }]);
  assert.equal(pathsOf(given.files).length, 15);
  assert.equal(ofType(events, "fetched").length, 5);
});

Deno.test("runTransfer counts what it took over from an earlier run", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const url = server.put("/f", BIG);
  const content = plannedContent(BIG, url);
  const part = await given.store.open(content);
  part.setEtag('"one"');
  await part.write(0, BIG.slice(0, 400_000));
  await part.suspend();
  const events = await run(given, [content]);
  const { totals } = finishOf(events);
  assert.deepEqual(
    [totals.resumedBytes, totals.receivedBytes, totals.doneBytes],
    [400_000, BIG.length - 400_000, BIG.length],
  );
});

Deno.test("runTransfer takes a bug for one failed content and goes on", async () => {
  await using server = new ContentServer();
  const { store } = createStoreCase();
  const put = store.put.bind(store);
  let calls = 0;
  store.put = (...args) => {
    if (++calls === 1) throw new TypeError("boom");
    return put(...args);
  };
  using given = createTransferCase({ store });
  const events = await run(given, serve(server, 3), { jobs: 1 });
  const [failed] = ofType(events, "failed");
  assert.ok(failed?.error instanceof LocalError);
  assert.equal(failed.error.message, "internal error: boom");
  assert.equal(ofType(events, "fetched").length, 2);
});

Deno.test("runTransfer closes its store, whatever ends it", async () => {
  const { store } = createStoreCase();
  let closed = 0;
  store.close = () => Promise.resolve(void closed++);
  using given = createTransferCase({ store });
  await run(given, known(1));
  assert.equal(closed, 1);
  await run(given, known(1), { dryRun: true });
  assert.equal(closed, 2);
  await run(given, known(1), { signal: AbortSignal.abort() }).catch(() => {});
  assert.equal(closed, 3);
});

Deno.test("runTransfer only says what is needed when the run is dry", async () => {
  await using server = new ContentServer();
  using given = createTransferCase();
  const events = await run(given, serve(server, 3), { dryRun: true });
  assert.deepEqual(events.map(({ type }) => type), ["started"]);
  assert.equal(server.requests.length, 0);
  assert.deepEqual(pathsOf(given.files), []);
});

Deno.test("runTransfer of a dry run names what cannot be had, and counts it as neither there nor to fetch", async () => {
  using given = createTransferCase();
  const failure = { name: "early", error: new NotFoundError("no such bundle") };
  const plan = planOf(known(2), [failure]);
  const events: TransferEvent[] = [];
  await assert.rejects(
    (async () => {
      for await (
        const event of runTransfer(plan, given.tools, { dryRun: true })
      ) events.push(event);
    })(),
    (error) => {
      assert.ok(error instanceof PartialError);
      assert.equal(error.message, "1 of 3 files cannot be had");
      assert.deepEqual(error.failures, [failure]);
      assert.equal(error.omitted, 0);
      return true;
    },
  );
  assert.deepEqual(
    events.map((event) => [event.type, "name" in event ? event.name : ""]),
    [["started", ""], ["failed", "early"]],
  );
  const [started] = ofType(events, "started");
  assert.deepEqual([started?.totals.contents, started?.needs.contents], [3, 2]);
  assert.deepEqual(pathsOf(given.files), []);
});
