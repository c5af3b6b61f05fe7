import assert from "node:assert/strict";
import { type HcaError, type Json, RefusedError } from "../../src/base/mod.ts";
import type { DownloadCollectionOptions } from "../../src/services/mod.ts";
import { walkCollections } from "../../src/services/_walk_collections.ts";
import { settle } from "../support/fake_clock.ts";
import { jsonAnswer } from "../support/scripted_fetch.ts";
import {
  answerFrom,
  bundle,
  bundlePaths,
  collection,
  counts,
  createScripted,
  failures,
  file,
  filePath,
  headAnswer,
  notFound,
  ROOT,
  run,
  uuidOf,
  V1,
  V2,
} from "./_collection_case.ts";
import {
  CELLS,
  contentsOf,
  createDssCase,
  fileUuid,
  NEW,
  OLD,
  sha256,
  UUID,
} from "./_dss_case.ts";

Deno.test("DssClient.downloadCollection lays out bundles, files, fragments and inner collections", async () => {
  await using given = await createDssCase({
    answer: answerFrom({
      [`${ROOT}.${V2}`]: [
        bundle(OLD),
        file("cells.csv", NEW),
        { ...file("links.json"), type: "project", fragment: "/schema_type" },
        collection(1),
      ],
      [`${uuidOf(1)}.${V1}`]: [file("cells.csv", OLD), file("links.json")],
    }),
  });
  const totals = await run(given, { version: V2 });
  const own = `${ROOT}.${V2}`;
  const inner = `${uuidOf(1)}.${V1}`;
  assert.deepEqual(
    await given.paths(),
    [
      ...bundlePaths(OLD),
      filePath(own, "cells.csv", NEW),
      filePath(own, "links.json"),
      filePath(inner, "cells.csv", OLD),
      filePath(inner, "links.json"),
    ].sort(),
  );
  for (const [name, text] of Object.entries(contentsOf(OLD))) {
    assert.equal(await given.text(`${UUID}.${OLD}/${name}`), text);
  }
  assert.equal(
    await given.text(filePath(own, "cells.csv", NEW)),
    CELLS[NEW],
  );
  assert.equal(await given.text(filePath(inner, "cells.csv")), CELLS[OLD]);
  assert.equal(
    await given.text(filePath(own, "links.json")),
    contentsOf(OLD)["links.json"],
  );
  // Five files and the bundle.json, and the other version of cells.csv.
  assert.deepEqual([totals.fetched, totals.failed], [7, 0]);
});

Deno.test("DssClient.downloadCollection without a version calls it latest", async () => {
  await using given = await createDssCase({
    answer: answerFrom({ [ROOT]: [file("links.json")] }),
  });
  await run(given, { downloadDir: "dd" });
  assert.deepEqual(
    await given.paths(),
    [`dd/${filePath(`${ROOT}.latest`, "links.json")}`],
  );
});

Deno.test("DssClient.downloadCollection takes a collection below the key collection", async () => {
  await using given = await createDssCase({
    answer: answerFrom({
      [ROOT]: jsonAnswer({ collection: { contents: [file("links.json")] } }),
    }),
  });
  await run(given);
  assert.deepEqual(
    await given.paths(),
    [filePath(`${ROOT}.latest`, "links.json")],
  );
});

Deno.test("DssClient.downloadCollection asks for each thing once, cycles or not", async () => {
  await using given = await createDssCase({
    answer: answerFrom({
      [`${ROOT}.${V1}`]: [
        bundle(NEW),
        bundle(NEW),
        file("links.json"),
        { ...file("links.json"), type: "links", fragment: "" },
        { ...file("links.json"), type: "links", fragment: "/schema_type" },
        collection(0),
        collection(1),
        collection(1),
      ],
      [`${uuidOf(1)}.${V1}`]: [
        collection(2),
        collection(1),
        bundle(NEW),
        { ...collection(0), uuid: ROOT.toUpperCase() },
      ],
      [`${uuidOf(2)}.${V1}`]: [collection(0), collection(1), bundle(NEW)],
    }),
  });
  await run(given, { version: V1 });
  assert.deepEqual(counts(given), {
    [`GET /v1/collections/${ROOT}`]: 1,
    [`GET /v1/collections/${uuidOf(1)}`]: 1,
    [`GET /v1/collections/${uuidOf(2)}`]: 1,
    [`GET /v1/bundles/${UUID}`]: 1,
    [`HEAD /v1/files/${fileUuid("links.json")}`]: 1,
  });
  assert.deepEqual(
    await given.paths(),
    [...bundlePaths(NEW), filePath(`${ROOT}.${V1}`, "links.json")].sort(),
  );
});

Deno.test("DssClient.downloadCollection brings two versions of a bundle and of a collection", async () => {
  await using given = await createDssCase({
    answer: answerFrom({
      [ROOT]: [collection(1, V1), collection(1, V2)],
      [`${uuidOf(1)}.${V1}`]: [bundle(OLD)],
      [`${uuidOf(1)}.${V2}`]: [bundle(NEW)],
    }),
  });
  await run(given);
  assert.deepEqual(
    await given.paths(),
    [...bundlePaths(OLD), ...bundlePaths(NEW)].sort(),
  );
});

Deno.test("DssClient.downloadCollection fetches nothing the second time", async () => {
  await using given = await createDssCase({
    answer: answerFrom({ [ROOT]: [bundle(NEW), file("cells.csv")] }),
  });
  await run(given);
  given.requests.length = 0;
  const again = await run(given);
  assert.deepEqual([again.fetched, again.present], [0, 7]);
  assert.deepEqual(given.requests.sort(), [
    `GET /v1/bundles/${UUID}`,
    `GET /v1/collections/${ROOT}`,
    `HEAD /v1/files/${fileUuid("cells.csv")}`,
  ]);
});

Deno.test("DssClient.downloadCollection of an empty collection is done at once", async () => {
  await using given = await createDssCase({
    answer: answerFrom({ [ROOT]: [] }),
  });
  assert.equal((await run(given)).contents, 0);
  assert.deepEqual(await given.paths(), []);
});

Deno.test("DssClient.downloadCollection names the members that cannot be had and brings the others", async () => {
  await using given = await createDssCase({
    answer: answerFrom({
      [ROOT]: [
        bundle(V1),
        file("nothing"),
        collection(1),
        collection(2),
        bundle(OLD),
        file("links.json"),
        collection(3),
      ],
      [`${uuidOf(2)}.${V1}`]: jsonAnswer(["no collection"]),
      [`${uuidOf(3)}.${V1}`]: new Response("[".repeat(200_000), {
        headers: { "content-type": "application/json" },
      }),
    }),
  });
  const found = await failures(given);
  assert.deepEqual(found.map(([name, code]) => [name, code]), [
    [`collection ${uuidOf(1)}.${V1}`, "not_found"],
    [`collection ${uuidOf(2)}.${V1}`, "refused"],
    [`collection ${uuidOf(3)}.${V1}`, "refused"],
    [`bundle ${UUID}.${V1}`, "not_found"],
    [`file ${fileUuid("nothing")}.${OLD}`, "not_found"],
  ]);
  assert.equal(found[1]?.[2], "the service's answer is not a collection");
  assert.match(found[2]?.[2] ?? "", /is not valid JSON/);
  assert.deepEqual(
    await given.paths(),
    [...bundlePaths(OLD), filePath(`${ROOT}.latest`, "links.json")].sort(),
  );
});

Deno.test("DssClient.downloadCollection names items that make no sense and brings the others", async () => {
  const item = file("links.json");
  const cases: [Json, string][] = [
    [null, "it is not an object"],
    ["bundle", "it is not an object"],
    [[], "it is not an object"],
    [{}, "it has no usable type"],
    [{ ...item, type: 1 }, "it has no usable type"],
    [{ ...item, type: { $ref: "#" } }, "it has no usable type"],
    [{ ...item, uuid: ["x"] }, "it has no usable uuid"],
    [{ ...item, uuid: "../../x" }, "it has no usable uuid '../../x'"],
    [{ type: "bundle", uuid: UUID }, "it has no usable version"],
    [{ ...item, version: 2019 }, "it has no usable version"],
    [{ ...item, version: "" }, "it has no usable version ''"],
    [{ ...item, version: "../x" }, "it has no usable version '../x'"],
    [
      { ...collection(1), version: "a\u001b[2J" },
      "it has no usable version 'a\\u{1b}[2J'",
    ],
  ];
  await using given = await createDssCase({
    answer: answerFrom({ [ROOT]: [...cases.map(([json]) => json), item] }),
  });
  assert.deepEqual(
    await failures(given),
    cases.map(([, message], at) => [
      `item ${at + 1} of collection ${ROOT}.latest`,
      "refused",
      message,
    ]),
  );
  assert.deepEqual(
    await given.paths(),
    [filePath(`${ROOT}.latest`, "links.json")],
  );
});

Deno.test("DssClient.downloadCollection does not believe what is said of a file blindly", async () => {
  const good = "good";
  const cases: Record<string, [Record<string, string>, RegExp | undefined]> = {
    good: [{}, undefined],
    version: [
      { "x-dss-version": NEW },
      /^the service answered with its version '2020-01-01T000000\.000000Z'$/,
    ],
    size: [{ "x-dss-size": "4.0" }, /^the service says its size is '4\.0'$/],
    huge: [
      { "x-dss-size": "9".repeat(30) },
      /^the service says its size is '9{30}'$/,
    ],
    sizes: [
      { "x-dss-size": "5" },
      /^'file .*' has the SHA-256 of another file and another size \(5 and 4 bytes\)$/,
    ],
    hash: [{ "x-dss-sha256": "../../x" }, /^'\.\.\/\.\.\/x' is not a SHA-256/],
    none: [{ "x-dss-sha256": "" }, /^'' is not a SHA-256/],
    again: [{}, undefined],
  };
  const byUuid = new Map(
    Object.entries(cases).map(([name, [headers]]) => [fileUuid(name), headers]),
  );
  const collections = answerFrom({
    [ROOT]: Object.keys(cases).map((name) => file(name)),
  });
  const given = createScripted((request) => {
    const found = collections(request);
    if (found !== undefined) return found;
    const uuid = new URL(request.url).pathname.split("/").at(-1) ?? "";
    return request.method === "HEAD"
      ? headAnswer(good, byUuid.get(uuid))
      : new Response(good);
  });
  const found = await failures(given);
  const bad = Object.entries(cases).filter(([, [, message]]) => message);
  // The one that contradicts another is noticed in its turn.
  assert.deepEqual(
    found.map(([name, code]) => [name, code]),
    bad.map(([name]) => [`file ${fileUuid(name)}.${OLD}`, "refused"]),
  );
  bad.forEach(([, [, message]], at) =>
    assert.match(found[at]?.[2] ?? "", message ?? /never/)
  );
  for (const name of ["good", "again"]) {
    const path = filePath(`${ROOT}.latest`, name);
    const text = new TextDecoder().decode(await given.files.read(path));
    assert.equal(text, good);
  }
});

Deno.test("DssClient.downloadCollection refuses bytes that differ from what HEAD said", async () => {
  const collections = answerFrom({ [ROOT]: [file("a"), file("b")] });
  const given = createScripted((request) =>
    collections(request) ??
      (request.method === "HEAD"
        ? headAnswer(request.url.includes(fileUuid("a")) ? "aaaa" : "bbbb")
        : new Response("bbbb"))
  );
  const [failure, ...others] = await failures(given);
  assert.deepEqual(others, []);
  const name = `file ${fileUuid("a")}.${OLD}`;
  assert.deepEqual(failure?.slice(0, 2), [name, "integrity"]);
  const [stored, placed, ...more] = given.files.contents().keys();
  assert.match(stored ?? "", new RegExp(`/${sha256("bbbb")}$`));
  assert.equal(placed, `/${filePath(`${ROOT}.latest`, "b")}`);
  assert.deepEqual(more, []);
});

for (
  const [jobs, peak] of [[undefined, 16], [3, 3], [500, 16]] as const
) {
  Deno.test(`DssClient.downloadCollection asks ${peak} things at once with jobs ${jobs}`, async () => {
    // More than a host is asked before it is trusted with many at once.
    const names = Array.from({ length: 100 }, (_, at) => `missing ${at}`);
    const collections = answerFrom({ [ROOT]: names.map((name) => file(name)) });
    let open = 0;
    let most = 0;
    const waiting: (() => void)[] = [];
    const given = createScripted(async (request) => {
      const found = collections(request);
      if (found !== undefined) return found;
      most = Math.max(most, ++open);
      await new Promise<void>((resolve) => waiting.push(resolve));
      open--;
      return new Response(null, { status: 404 });
    });
    let isDone = false;
    const found = failures(given, { jobs }).finally(() => isDone = true);
    while (!isDone) {
      await settle();
      // The last to ask is the first to be answered.
      waiting.pop()?.();
    }
    assert.equal(most, peak);
    assert.deepEqual(
      (await found).map(([name]) => name),
      names.map((name) => `file ${fileUuid(name)}.${OLD}`),
    );
  });
}

Deno.test("DssClient.downloadCollection gives up on collections without an end", async () => {
  let asked = 0;
  const given = createScripted(() => {
    asked++;
    return jsonAnswer({ contents: [collection(asked)] });
  });
  const [failure, ...others] = await failures(given);
  assert.deepEqual(failure, [
    `collection ${uuidOf(101)}.${V1}`,
    "refused",
    `it is more than 100 collections deep inside ${ROOT}.latest`,
  ]);
  assert.deepEqual(others, []);
  assert.equal(asked, 101);
});

Deno.test("DssClient.downloadCollection copes with a collection of 20,000 items", async () => {
  const items = Array.from(
    { length: 20_000 },
    (_, at) => at % 2 === 0 ? bundle(OLD) : file("links.json"),
  );
  await using given = await createDssCase({
    answer: answerFrom({ [ROOT]: items }),
  });
  await run(given);
  assert.deepEqual(counts(given), {
    [`GET /v1/collections/${ROOT}`]: 1,
    [`GET /v1/bundles/${UUID}`]: 1,
    [`HEAD /v1/files/${fileUuid("links.json")}`]: 1,
  });
  assert.deepEqual(
    given.messages("INFO"),
    [`collection ${ROOT}.latest lists 1 bundles and 1 files`],
  );
});

Deno.test("walkCollections refuses more items and more collections than it may hold", async () => {
  const root = { uuid: ROOT, version: "" };
  const walk = (
    limits: { items: number; collections: number },
    items: Json[],
  ) => {
    let read = 0;
    return walkCollections(root, {
      read: () => Promise.resolve(read++ === 0 ? items : []),
      jobs: 2,
      signal: undefined,
      limits: { depth: 5, ...limits },
    });
  };
  const three = [collection(1), collection(2), collection(3)];
  const { failures } = await walk({ items: 3, collections: 4 }, three);
  assert.deepEqual(failures, []);
  for (
    const [limits, what] of [
      [{ items: 2, collections: 9 }, "2 items"],
      [{ items: 9, collections: 3 }, "3 collections"],
    ] as const
  ) {
    await assert.rejects(
      walk(limits, three),
      (error) =>
        error instanceof RefusedError &&
        error.message === `collection ${ROOT}.latest holds more than ${what}`,
    );
  }
});

/** Answers for the collection itself, and what becomes of them. */
const ROOT_ERRORS: [string, () => Response, HcaError["code"]][] = [
  ["is not there", () => notFound("Cannot find collection!"), "not_found"],
  ["may not be read", () => new Response(null, { status: 403 }), "auth"],
  ["is a list", () => jsonAnswer([]), "refused"],
  ["has no contents", () => jsonAnswer({ name: "x" }), "refused"],
  ["has odd contents", () => jsonAnswer({ contents: { 0: {} } }), "refused"],
  ["is no JSON", () => new Response("<html>"), "refused"],
];

for (const [what, answer, code] of ROOT_ERRORS) {
  Deno.test(`DssClient.downloadCollection ends when the collection ${what}`, async () => {
    const given = createScripted(answer);
    await assert.rejects(
      run(given),
      (error: HcaError) => error.code === code,
    );
    assert.deepEqual(given.files.operations, []);
  });
}

Deno.test("DssClient.downloadCollection refuses a uuid or version that is none before it asks", async () => {
  const given = createScripted(() => assert.fail("nothing may be asked"));
  const cases: [Partial<DownloadCollectionOptions>, string][] = [
    [{ uuid: "../x" }, "the collection's uuid '../x' is not a uuid"],
    [
      { version: "x/../../y" },
      "the collection's version 'x/../../y' is not a version",
    ],
  ];
  for (const [options, message] of cases) {
    await assert.rejects(run(given, options), { name: "UsageError", message });
  }
});

Deno.test("DssClient.downloadCollection ends when it is aborted while it asks for members", async () => {
  const stop = new AbortController();
  const collections = answerFrom({
    [ROOT]: Array.from({ length: 50 }, (_, at) => file(`${at}`)),
  });
  let heads = 0;
  const given = createScripted((request) => {
    const found = collections(request);
    if (found !== undefined) return found;
    if (++heads === 20) stop.abort();
    return headAnswer("x");
  });
  await assert.rejects(
    run(given, { signal: stop.signal }),
    { name: "CancelledError" },
  );
  assert.ok(heads < 50, `${heads} were asked for`);
  assert.deepEqual(given.files.operations, []);
});

Deno.test("DssClient.downloadCollection passes a fault of its own on and starts no more", async () => {
  let read = 0;
  const items = [collection(1), collection(2), collection(3), collection(4)];
  await assert.rejects(
    walkCollections({ uuid: ROOT, version: "" }, {
      read: () => {
        read++;
        if (read === 2) return Promise.reject(new TypeError("a bug"));
        return Promise.resolve(read === 1 ? items : []);
      },
      jobs: 2,
      signal: undefined,
    }),
    { name: "TypeError", message: "a bug" },
  );
  assert.equal(read, 3);
});
