import assert from "node:assert/strict";
import { type Json, LocalError, silentLog } from "../../src/base/mod.ts";
import { Values } from "../../src/commands/command.ts";
import { answerFqids } from "../../src/commands/completion/answer_fqids.ts";
import {
  mergeRecent,
  RecentIdentifiers,
  rememberAnswer,
  rememberFqids,
} from "../../src/commands/completion/recent_identifiers.ts";
import { Context } from "../../src/commands/context.ts";
import { globalSettings } from "../../src/commands/global_options.ts";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";

const A = "aaaaaaaa-0000-4000-8000-000000000001";
const B = "bbbbbbbb-0000-4000-8000-000000000002";
const V1 = "2018-01-01T000000.000000Z";
const V2 = "2019-02-02T000000.000000Z";

/** The uuid of the `n`-th of many bundles. */
function uuid(n: number): string {
  return `cccccccc-0000-4000-8000-${String(n).padStart(12, "0")}`;
}

/** Answers, and the bundles they name. */
const ANSWERS: [name: string, answer: Json, fqids: string[]][] = [
  [
    "POST /search",
    {
      es_query: {},
      results: [
        { bundle_fqid: `${A}.${V1}`, bundle_url: "x", search_score: null },
        { bundle_fqid: `${B}.${V2}`, bundle_url: "x", search_score: null },
        { bundle_fqid: `${A}.${V1}`, bundle_url: "x", search_score: null },
      ],
    },
    [`${A}.${V1}`, `${B}.${V2}`],
  ],
  [
    "GET /bundles/{uuid}",
    {
      bundle: {
        uuid: A,
        version: V1,
        creator_uid: 8008,
        files: [{ uuid: B, version: V2, name: "cell.json" }],
      },
    },
    [`${A}.${V1}`],
  ],
  [
    "GET /bundles/all",
    { bundles: [{ uuid: B, version: V1 }, { uuid: A, version: V2 }] },
    [`${B}.${V1}`, `${A}.${V2}`],
  ],
  [
    "one line of jsonl",
    { bundle_fqid: `${A}.${V1}` },
    [`${A}.${V1}`],
  ],
  ["uuid and version elsewhere", { file: { uuid: A, version: V1 } }, []],
  ["a deleted bundle", { bundle_fqid: `${A}.${V1}.dead` }, []],
  ["no FQID", { bundle_fqid: "../../etc/passwd" }, []],
  ["another type", { bundle_fqid: 7, bundle: null, bundles: "x" }, []],
  ["a version that is none", { bundle: { uuid: A, version: "1" } }, []],
  ["text", "text", []],
  ["null", null, []],
];

for (const [name, answer, fqids] of ANSWERS) {
  Deno.test(`answerFqids finds ${fqids.length} in ${name}`, () => {
    assert.deepEqual(
      answerFqids(answer, 1000).map(({ uuid, version }) =>
        `${uuid}.${version}`
      ),
      fqids,
    );
  });
}

Deno.test("answerFqids stops at its limit", () => {
  const bundles = Array.from(
    { length: 5000 },
    (_, n) => ({ uuid: uuid(n), version: V1 }),
  );
  const found = answerFqids({ bundles }, 1000);
  assert.equal(found.length, 1000);
  assert.equal(found[0]?.uuid, uuid(0));
  assert.equal(found[999]?.uuid, uuid(999));
});

Deno.test("answerFqids looks at a bounded part of an answer", () => {
  const late = { bundle_fqid: `${A}.${V1}` };
  const filler = (length: number): Json[] => new Array(length).fill(0);
  assert.equal(answerFqids([...filler(1000), late], 1000).length, 1);
  assert.equal(answerFqids([...filler(200_000), late], 1000).length, 0);
  let deep: Json = late;
  for (let level = 0; level < 50_000; level++) deep = [deep];
  assert.equal(answerFqids(deep, 1000).length, 0);
});

Deno.test("mergeRecent puts new ones first, each once, at most 10000", () => {
  const a = { uuid: A, version: V1 };
  const b = { uuid: B, version: V1 };
  assert.deepEqual(mergeRecent([b], [a, b]), [b, a]);
  assert.deepEqual(mergeRecent([a, a], []), [a]);
  const many = (from: number, length: number) =>
    Array.from({ length }, (_, n) => ({ uuid: uuid(from + n), version: V1 }));
  const merged = mergeRecent(many(50_000, 600), many(0, 10_000));
  assert.equal(merged.length, 10_000);
  assert.equal(merged[599]?.uuid, uuid(50_599));
  assert.equal(merged[9999]?.uuid, uuid(9399));
});

interface Case extends AsyncDisposable {
  hca: TestEnvironment;
  context: Context;
  path: string;
}

async function createCase(
  logLevel: "DEBUG" | "INFO" = "INFO",
): Promise<Case> {
  const hca = await TestEnvironment.create();
  hca.variables.set("XDG_STATE_HOME", `${hca.root}/state`);
  hca.runtime.files = { ...hca.runtime.files };
  const settings = globalSettings(new Values(new Map()));
  const context = new Context(hca.environment, { ...settings, logLevel });
  return {
    hca,
    context,
    path: `${hca.root}/state/hca/recent.json`,
    [Symbol.asyncDispose]: async () => {
      context[Symbol.dispose]();
      await hca[Symbol.asyncDispose]();
    },
  };
}

Deno.test("rememberAnswer keeps the FQIDs of an answer and nothing else", async () => {
  await using test = await createCase();
  await rememberAnswer(test.context, {
    bundle: { uuid: A, version: V1, secret: "hush" },
    token: "hush",
  });
  await rememberAnswer(test.context, {
    results: [{ bundle_fqid: `${B}.${V2}` }],
  });
  assert.deepEqual(JSON.parse(await Deno.readTextFile(test.path)), {
    fqids: [`${B}.${V2}`, `${A}.${V1}`],
  });
  assert.deepEqual(namesBelow(`${test.hca.root}/state`), ["hca/recent.json"]);
});

Deno.test("rememberAnswer writes a private file", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await using test = await createCase();
  await rememberFqids(test.context, [{ uuid: A, version: V1 }]);
  const mode = async (path: string) =>
    ((await Deno.stat(path)).mode ?? 0) & 0o777;
  assert.equal(await mode(test.path), 0o600);
  assert.equal(await mode(`${test.hca.root}/state/hca`), 0o700);
});

Deno.test("rememberAnswer writes nothing when there is nothing new", async () => {
  await using test = await createCase();
  await rememberAnswer(test.context, { results: [] });
  assert.deepEqual(namesBelow(`${test.hca.root}/state`), []);
  await rememberFqids(test.context, [{ uuid: A, version: V1 }]);
  test.hca.runtime.files.create = () => {
    throw new Error("written again");
  };
  await rememberFqids(test.context, [{ uuid: A, version: V1 }]);
  assert.equal(test.hca.terminal.errText, "");
});

for (
  const damaged of ["", "{", "[]", "null", '{"fqids": 3}', '{"fqids": [3]}']
) {
  Deno.test(`RecentIdentifiers are none when the file holds ${damaged || "nothing"}`, async () => {
    await using test = await createCase();
    await Deno.mkdir(`${test.hca.root}/state/hca`, { recursive: true });
    await Deno.writeTextFile(test.path, damaged);
    const recent = new RecentIdentifiers(test.context);
    assert.deepEqual(await recent.list(), []);
    await recent.add([{ uuid: A, version: V1 }]);
    assert.deepEqual(await recent.list(), [{ uuid: A, version: V1 }]);
  });
}

Deno.test("RecentIdentifiers take over only what is an FQID", async () => {
  await using test = await createCase();
  await Deno.mkdir(`${test.hca.root}/state/hca`, { recursive: true });
  const fqids = ["$(reboot)", `${A}.${V1}`, `${A}.now`, `x\n.${V1}`];
  await Deno.writeTextFile(test.path, JSON.stringify({ fqids }));
  assert.deepEqual(
    await new RecentIdentifiers(test.context).list(),
    [{ uuid: A, version: V1 }],
  );
});

Deno.test("RecentIdentifiers hold 10000 bundles, 1000 of one answer", async () => {
  await using test = await createCase();
  const bundles = Array.from(
    { length: 10_500 },
    (_, n) => ({ uuid: uuid(n), version: V1 }),
  );
  await rememberFqids(test.context, bundles);
  await rememberAnswer(test.context, {
    bundles: bundles.map(({ uuid }) => ({ uuid, version: V2 })),
  });
  const known = await new RecentIdentifiers(test.context).list();
  assert.equal(known.length, 10_000);
  assert.deepEqual(known[999], { uuid: uuid(999), version: V2 });
  assert.deepEqual(known[1000], { uuid: uuid(0), version: V1 });
  assert.deepEqual(known[9999], { uuid: uuid(8999), version: V1 });
});

Deno.test("RecentIdentifiers do not read a file larger than 2 MiB", async () => {
  await using test = await createCase();
  await Deno.mkdir(`${test.hca.root}/state/hca`, { recursive: true });
  const text = JSON.stringify({ fqids: [`${A}.${V1}`] });
  await Deno.writeTextFile(test.path, text + " ".repeat(2 * 1024 * 1024));
  assert.deepEqual(await new RecentIdentifiers(test.context).list(), []);
});

Deno.test("RecentIdentifiers stay whole when many write at once", async () => {
  await using test = await createCase();
  await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      rememberFqids(test.context, [
        { uuid: uuid(n), version: V1 },
        { uuid: uuid(n + 100), version: V1 },
      ])),
  );
  const { fqids } = JSON.parse(await Deno.readTextFile(test.path));
  assert.ok(fqids.length >= 2);
  for (const fqid of fqids) assert.ok(fqid.endsWith(`.${V1}`));
  assert.deepEqual(namesBelow(`${test.hca.root}/state`), ["hca/recent.json"]);
  assert.equal(test.hca.terminal.errText, "");
});

Deno.test("rememberAnswer is silent when the disk refuses, but for DEBUG", async () => {
  for (const level of ["INFO", "DEBUG"] as const) {
    await using test = await createCase(level);
    test.hca.runtime.files.create = () =>
      Promise.reject(new LocalError("disk full", { reason: "no_space" }));
    await rememberFqids(test.context, [{ uuid: A, version: V1 }]);
    assert.equal(
      test.hca.terminal.errText,
      level === "INFO"
        ? ""
        : "hca: debug: recent identifiers were not kept: disk full\n",
    );
    assert.deepEqual(namesBelow(`${test.hca.root}/state`), []);
  }
});

Deno.test("rememberAnswer leaves nothing in the current directory when there is no home", async () => {
  await using hca = await TestEnvironment.create();
  hca.variables.clear();
  hca.runtime.log = silentLog;
  const settings = globalSettings(new Values(new Map()));
  using context = new Context(hca.environment, settings);
  await rememberFqids(context, [{ uuid: A, version: V1 }]);
  assert.deepEqual(namesBelow(hca.root), []);
});

Deno.test("hca dss get-bundle --uuid ⇥ offers what an answer named", async () => {
  await using test = await createCase();
  await rememberAnswer(test.context, { bundle: { uuid: A, version: V1 } });
  const { out } = await test.hca.run(
    ...["__complete", "--shell", "bash"],
    ...["--word=dss", "--word=get-bundle", "--word='--uuid'", "--word="],
  );
  assert.equal(out, `${A}\t${V1}\n`);
});
