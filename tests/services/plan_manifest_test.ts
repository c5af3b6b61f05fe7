import assert from "node:assert/strict";
import {
  IntegrityError,
  type ItemFailure,
  LocalError,
  NotFoundError,
  RefusedError,
} from "../../src/base/mod.ts";
import { groupByBundle } from "../../src/services/_bundle_groups.ts";
import { parseShard } from "../../src/services/shard.ts";
import type {
  PlannedContent,
  TransferPlan,
} from "../../src/transfer/transfer_plan.ts";
import {
  bundleOf,
  type Cells,
  COLUMNS,
  createManifestCase,
  row,
  sha256,
  table,
  uuid,
} from "./_manifest_case.ts";

const VERSION = "2019-08-01T200147.836832Z";

async function entriesOf(
  plan: TransferPlan,
): Promise<{ contents: PlannedContent[]; failures: ItemFailure[] }> {
  const contents: PlannedContent[] = [];
  const failures: ItemFailure[] = [];
  for await (const entry of plan.entries()) {
    if ("error" in entry) failures.push(entry);
    else contents.push(entry);
  }
  return { contents, failures };
}

async function namesOf(plan: TransferPlan): Promise<string[]> {
  return (await entriesOf(plan)).contents.map(({ name }) => name);
}

async function refuses(
  rows: readonly Cells[],
  layout: string,
  message: string,
): Promise<void> {
  const given = await createManifestCase(table(rows));
  await assert.rejects(given.plan({ layout }), (error) => {
    assert.ok(error instanceof RefusedError, String(error));
    assert.equal(error.message, message);
    return true;
  });
  assert.deepEqual(given.asked, []);
}

Deno.test("planManifest plans each content once, as often as it is asked", async () => {
  const given = await createManifestCase(table([
    row("a"),
    row("bb"),
    row("other name", {
      file_sha256: sha256("a").toUpperCase(),
      file_size: "1",
    }),
    row("ccc"),
    row("bb"),
  ]));
  const { plan } = await given.plan();
  assert.equal(plan.contents, 3);
  assert.equal(plan.sizeBytes, 6);
  for (let time = 0; time < 2; time++) {
    assert.deepEqual(
      await Array.fromAsync(plan.survey()),
      ["a", "bb", "ccc"].map((name) => ({
        sha256: sha256(name),
        sizeBytes: name.length,
      })),
    );
    assert.deepEqual(
      (await entriesOf(plan)).contents,
      ["a", "bb", "ccc"].map((name) => ({
        name,
        sha256: sha256(name),
        sizeBytes: name.length,
        source: {
          kind: "request",
          url: `http://dss.test/files/${
            uuid(name)
          }/2019-08-03T150636.118831Z/aws`,
          headers: {},
        },
        targets: [],
      })),
    );
  }
});

Deno.test("planManifest names ten of many bad rows, those that contradict each other too", async () => {
  const bad = Array.from({ length: 25 }, () => row("x", { file_size: "?" }));
  const given = await createManifestCase(table([row("a"), ...bad]));
  await assert.rejects(given.plan(), (error) => {
    assert.ok(error instanceof RefusedError);
    assert.match(
      error.message,
      /^manifest 'm\.tsv' has rows that cannot be used: line 3: /,
    );
    assert.match(
      error.message,
      /; line 12: file_size '\?' is [^;]*; and 15 more$/,
    );
    return true;
  });
  await refuses(
    [
      row("a"),
      row("b"),
      row("c", { file_sha256: sha256("a"), file_size: "7" }),
    ],
    "none",
    `manifest 'm.tsv' has rows that cannot be used: line 4: SHA-256 ` +
      `${sha256("a")} has 7 bytes here and 1 in line 2`,
  );
});

Deno.test("planManifest finds one SHA-256 with two sizes in layout bundle, where sizes may be left out", async () => {
  const same = { file_sha256: sha256("a") };
  await refuses(
    [
      row("a", { file_size: "" }),
      row("b", { ...same, file_size: "5" }),
      row("c", { ...same, file_size: "" }),
      row("d", { ...same, file_size: "6" }),
    ],
    "bundle",
    `manifest 'm.tsv' has rows that cannot be used: line 5: SHA-256 ` +
      `${sha256("a")} has 6 bytes here and 5 in line 3`,
  );
});

Deno.test("planManifest finds one file of a bundle with two SHA-256", async () => {
  await refuses(
    [row("a"), row("b"), row("a", { file_sha256: sha256("z") })],
    "bundle",
    "manifest 'm.tsv' has rows that cannot be used: line 4: the file has " +
      "another SHA-256 here than in line 2",
  );
  // In another bundle it may have another one.
  const given = await createManifestCase(table([
    row("a"),
    row("a", { file_sha256: sha256("z"), bundle_uuid: uuid("other") }),
    row("a", { file_sha256: sha256("y"), bundle_version: "" }),
  ]));
  assert.equal((await given.plan({ layout: "bundle" })).plan.contents, 3);
});

Deno.test("planManifest of layout bundle asks for each version and gives its files their places", async () => {
  const given = await createManifestCase(
    table([
      row("a"),
      row("b", { bundle_version: "" }),
      row("shared"),
      row("a", { bundle_version: "" }),
    ]),
    (asked) => bundleOf(asked, ["a", "b", "shared", "unlisted"], ["m.json"]),
  );
  const { plan } = await given.plan({ layout: "bundle", downloadDir: "dd" });
  assert.deepEqual(given.asked, []);
  assert.equal(plan.contents, 3);
  assert.equal(plan.sizeBytes, 8);
  const { contents, failures } = await entriesOf(plan);
  assert.deepEqual(failures, []);
  const bundle = uuid("bundle");
  assert.deepEqual(given.asked, [`${bundle}.${VERSION}`, `${bundle}.`]);
  const places = contents.flatMap(({ targets }) => targets);
  assert.deepEqual(places, [
    // Metadata is listed last here, and must not wait behind data.
    ...["bundle.json", "m.json", "a", "shared"]
      .map((name) => `dd/${bundle}.${VERSION}/${name}`),
    ...["bundle.json", "m.json", "a", "b"]
      .map((name) => `dd/${bundle}.latest/${name}`),
  ]);
  assert.deepEqual(
    (await Array.fromAsync(plan.survey())).map(({ sha256 }) => sha256),
    ["a", "b", "shared"].map(sha256),
  );
});

Deno.test("planManifest of layout bundle leaves out data or metadata", async () => {
  const given = await createManifestCase(
    table([row("a")]),
    (asked) => bundleOf(asked, ["a", "b"], ["m.json"]),
  );
  const noData = await given.plan({ layout: "bundle", noData: true });
  assert.deepEqual(await namesOf(noData.plan), ["bundle.json", "m.json"]);
  assert.equal(noData.plan.contents, 0);
  assert.deepEqual(await Array.fromAsync(noData.plan.survey()), []);
  const { plan } = await given.plan({ layout: "bundle", noMetadata: true });
  assert.deepEqual(await namesOf(plan), ["bundle.json", "a"]);
});

Deno.test("planManifest of layout bundle says nothing of sizes that the rows do not say", async () => {
  const given = await createManifestCase(
    table([row("a", { file_size: "" }), row("bb")]),
  );
  const { plan } = await given.plan({ layout: "bundle" });
  assert.equal(plan.contents, 2);
  assert.equal(plan.sizeBytes, 2);
  assert.deepEqual(await Array.fromAsync(plan.survey()), [
    { sha256: sha256("bb"), sizeBytes: 2 },
  ]);
});

Deno.test("planManifest of layout bundle goes on when a bundle or a row fails", async () => {
  const given = await createManifestCase(
    table([
      row("a", { bundle_uuid: uuid("1") }),
      row("gone", { bundle_uuid: uuid("2") }),
      row("b", { bundle_uuid: uuid("2"), file_sha256: sha256("z") }),
      row("c", { bundle_uuid: uuid("2"), file_size: "99" }),
      row("a", { bundle_uuid: uuid("2") }),
    ]),
    (asked) => {
      if (asked.uuid === uuid("1")) throw new NotFoundError("no such bundle");
      return bundleOf(asked, ["a", "b", "c"]);
    },
  );
  const { plan } = await given.plan({ layout: "bundle" });
  const { contents, failures } = await entriesOf(plan);
  assert.deepEqual(contents.map(({ name }) => name), ["bundle.json", "a"]);
  assert.deepEqual(failures.map(({ name, error }) => [name, error.message]), [
    [`bundle ${uuid("1")}`, "no such bundle"],
    ["gone", `bundle ${uuid("2")} has no file 'gone' (line 3)`],
    [
      "b",
      `bundle ${uuid("2")} has 'b' with the SHA-256 ${sha256("b")}, the ` +
      `manifest says ${sha256("z")} (line 4)`,
    ],
    [
      "c",
      `bundle ${uuid("2")} has 'c' with 1 bytes, the manifest says 99 (line 5)`,
    ],
  ]);
  assert.ok(failures[1]?.error instanceof NotFoundError);
  assert.ok(failures[2]?.error instanceof IntegrityError);
  assert.ok(failures[3]?.error instanceof IntegrityError);
});

Deno.test("planManifest asks for eight bundles ahead, no more, and keeps their order", async () => {
  const bundles = Array.from({ length: 40 }, (_, at) => uuid(`${at}`));
  const waiting: (() => void)[] = [];
  let most = 0;
  let running = 0;
  const given = await createManifestCase(
    table(bundles.map((bundle_uuid) => row("a", { bundle_uuid }))),
    async (asked) => {
      most = Math.max(most, ++running);
      // The later ones answer first.
      if (waiting.length < 7) {
        await new Promise<void>((resolve) => void waiting.unshift(resolve));
      } else for (const go of waiting.splice(0)) go();
      running--;
      return bundleOf(asked, ["a"]);
    },
  );
  const { plan } = await given.plan({ layout: "bundle" });
  const { contents } = await entriesOf(plan);
  assert.equal(most, 8);
  assert.deepEqual(
    contents.filter(({ name }) => name === "a").map(({ targets }) => targets),
    bundles.map((bundle) => [`${bundle}.${VERSION}/a`]),
  );
});

Deno.test("planManifest ends what it asked for when its reader leaves", async () => {
  const signals: (AbortSignal | undefined)[] = [];
  const given = await createManifestCase(
    table(
      Array.from(
        { length: 20 },
        (_, at) => row("a", { bundle_uuid: uuid(`${at}`) }),
      ),
    ),
    async (asked) => {
      signals.push(asked.signal);
      if (signals.length === 1) return bundleOf(asked, ["a"]);
      return await new Promise((_resolve, reject) =>
        asked.signal?.addEventListener("abort", () => reject(new Error("left")))
      );
    },
  );
  const { plan } = await given.plan({ layout: "bundle" });
  for await (const _entry of plan.entries()) break;
  assert.equal(signals.length, 8);
  assert.ok(signals.every((signal) => signal?.aborted));
});

Deno.test("planManifest throws CancelledError when it is aborted", async () => {
  const stop = new AbortController();
  const given = await createManifestCase(
    table([row("a"), row("a", { bundle_version: "" })]),
    (asked) => {
      stop.abort();
      asked.signal?.throwIfAborted();
      return bundleOf(asked, ["a"]);
    },
  );
  const { signal } = stop;
  const { plan } = await given.plan({ layout: "bundle", signal });
  await assert.rejects(entriesOf(plan), { name: "CancelledError" });
  await assert.rejects(given.plan({ signal }), { name: "CancelledError" });
});

Deno.test("planManifest asks once for a bundle whose rows are not far apart, else again", async () => {
  const far = Array.from(
    { length: 2100 },
    (_, at) => row("a", { bundle_uuid: uuid(`${at % 2}`), file_size: "" }),
  );
  const given = await createManifestCase(
    table(far),
    (asked) => bundleOf(asked, ["a"]),
  );
  const { plan } = await given.plan({ layout: "bundle", noMetadata: true });
  await entriesOf(plan);
  assert.deepEqual(given.asked.map((asked) => asked.slice(0, 36)), [
    ...[uuid("0"), uuid("1"), uuid("0")],
  ]);
});

Deno.test("groupByBundle holds no more rows than its window", async () => {
  const batches = async function* () {
    for (
      const name of ["A", "A", "B", "C", "B", "B", "B", "A", "A", "A", "A"]
    ) {
      yield [{
        line: 1,
        bundleUuid: name,
        bundleVersion: "",
        name: "",
        uuid: "",
        version: "",
        sha256: "",
        sizeBytes: 0,
      }];
    }
  };
  const groups = await Array.fromAsync(groupByBundle(batches(), 3));
  assert.deepEqual(groups.map(({ uuid, rows }) => `${uuid}${rows.length}`), [
    ...["A2", "C1", "B3", "B1", "A3", "A1"],
  ]);
});

Deno.test("planManifest divides contents and bundles among shards", async () => {
  const rows = Array.from(
    { length: 60 },
    (_, at) => row(`file ${at}`, { bundle_uuid: uuid(`${at % 20}`) }),
  );
  const given = await createManifestCase(
    table([...rows, row("file 0")]),
    (asked) => bundleOf(asked, rows.map(({ file_name = "" }) => file_name)),
  );
  const none: string[] = [];
  const bundles: string[] = [];
  for (const text of ["1/3", "2/3", "3/3"]) {
    const shard = parseShard(text);
    const { plan } = await given.plan({ shard });
    const names = await namesOf(plan);
    assert.equal(plan.contents, names.length);
    assert.equal((await Array.fromAsync(plan.survey())).length, names.length);
    assert.ok(names.length > 5);
    none.push(...names);
    given.asked.length = 0;
    await entriesOf((await given.plan({ shard, layout: "bundle" })).plan);
    assert.ok(given.asked.length > 1);
    bundles.push(...given.asked);
  }
  const all = rows.map(({ file_name = "" }) => file_name);
  assert.deepEqual(none.sort(), all.sort());
  assert.equal(new Set(bundles).size, bundles.length);
  assert.equal(bundles.length, 21);
});

Deno.test("planManifest checks the rows of all shards, and that there is such a shard", async () => {
  const given = await createManifestCase(
    table([row("a", { file_size: "?" })]),
  );
  for (const text of ["1/2", "2/2"]) {
    await assert.rejects(
      given.plan({ shard: parseShard(text) }),
      /line 2: file_size '\?'/,
    );
  }
  await assert.rejects(given.plan({ shard: { index: 3, count: 2 } }), {
    name: "UsageError",
    message: "invalid shard '3/2'",
  });
});

Deno.test("planManifest refuses to go on with a manifest that changed", async () => {
  const given = await createManifestCase(table([row("a"), row("b")]));
  const { plan, rewrite } = await given.plan();
  await given.write(table([row("a"), row("c")]));
  const steps: (() => Promise<unknown>)[] = [
    () => Array.fromAsync(plan.survey()),
    () => Array.fromAsync(plan.entries()),
    rewrite,
  ];
  for (const step of steps) {
    await assert.rejects(step(), (error) => {
      assert.ok(error instanceof LocalError);
      assert.equal(
        error.message,
        "manifest 'm.tsv' changed while it was in use",
      );
      assert.equal(error.path, "m.tsv");
      return true;
    });
  }
  assert.deepEqual(
    (await given.files.list("/here")).map(({ name }) => name),
    ["m.tsv"],
  );
  assert.equal(await given.text("m.tsv"), table([row("a"), row("c")]));
});

Deno.test("planManifest says why a manifest cannot be read", async () => {
  const given = await createManifestCase("");
  await given.files.makeDirectory("directory");
  const cases: [string, string, string][] = [
    ["none.tsv", "manifest 'none.tsv' does not exist", "not_found"],
    ["directory", "manifest 'directory' is a directory", "other"],
  ];
  for (const [manifest, message, reason] of cases) {
    await assert.rejects(given.plan({ manifest }), {
      name: "LocalError",
      message,
      reason,
    });
  }
});

function storePath(name: string, downloadDir = ""): string {
  const hash = sha256(name);
  const store = downloadDir === "" ? "" : `${downloadDir}/`;
  const directory = `${hash.slice(0, 2)}/${hash.slice(2, 6)}`;
  return `${store}.hca/v2/files_2_4/${directory}/${hash}`;
}

Deno.test("PlannedManifest.rewrite appends the column, the directory as it was typed", async () => {
  const text = table([row("a"), row("b")]);
  for (const downloadDir of ["", "dd", "./x", "../x", "/abs"]) {
    const given = await createManifestCase("");
    await given.files.makeDirectory("elsewhere");
    await given.write(text, "elsewhere/n.tsv");
    const { rewrite } = await given.plan({
      manifest: "elsewhere/n.tsv",
      downloadDir,
    });
    assert.deepEqual(await rewrite(), { type: "manifest", path: "n.tsv" });
    const [header, ...rows] = text.trimEnd().split("\n");
    assert.equal(
      await given.text("n.tsv"),
      `${header}\tfile_path\n` +
        ["a", "b"].map((name, at) =>
          `${rows[at]}\t${storePath(name, downloadDir)}\n`
        ).join(""),
    );
    assert.equal(await given.text("elsewhere/n.tsv"), text);
    assert.deepEqual(given.messages(), []);
  }
});

Deno.test("PlannedManifest.rewrite overwrites the column where it is, and the manifest here with a warning", async () => {
  const columns = ["file_path", ...COLUMNS];
  const given = await createManifestCase(
    table([row("a", { file_path: "old" })], columns),
  );
  await (await given.plan()).rewrite();
  assert.equal(
    await given.text("m.tsv"),
    table([row("a", { file_path: storePath("a") })], columns),
  );
  assert.deepEqual(given.messages("WARNING"), ["overwriting manifest 'm.tsv'"]);
  assert.deepEqual(
    (await given.files.list("/here")).map(({ name }) => name),
    ["m.tsv"],
  );
});

Deno.test("PlannedManifest.rewrite keeps every value and drops blank lines and carriage returns", async () => {
  const columns = [...COLUMNS, "note"];
  const upper = sha256("a").toUpperCase();
  const cells = row("a", { file_sha256: upper, note: '"a ""b""\té\r\nc"' });
  const given = await createManifestCase(
    `\ufeff${
      table([cells], columns).replaceAll(/(?<=[ate])\n/g, "\r\n\r\n")
    }\r\n${table([row("b", { note: "plain" })], columns).split("\n")[1]}`,
  );
  await (await given.plan()).rewrite();
  assert.equal(
    await given.text("m.tsv"),
    table([
      { ...cells, file_path: storePath("a") },
      row("b", { note: "plain", file_path: storePath("b") }),
    ], [...columns, "file_path"]),
  );
});

Deno.test("PlannedManifest.rewrite writes the header of a manifest without rows", async () => {
  const given = await createManifestCase(table([]));
  await (await given.plan()).rewrite();
  assert.equal(await given.text("m.tsv"), table([], [...COLUMNS, "file_path"]));
});

Deno.test("PlannedManifest.rewrite does nothing in a dry run and for a shard", async () => {
  const text = table([row("a")]);
  for (const options of [{ dryRun: true }, { shard: parseShard("1/1") }]) {
    const given = await createManifestCase(text);
    const { rewrite } = await given.plan(options);
    assert.equal(await rewrite(), undefined);
    assert.equal(await given.text("m.tsv"), text);
    assert.deepEqual(given.messages(), []);
  }
});
