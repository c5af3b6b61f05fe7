import assert from "node:assert/strict";
import type { Json } from "../../src/base/mod.ts";
import { A, B, C, SessionCompletion, V1, V2 } from "./_session_completion.ts";

/** The uuid of the `n`-th of many bundles, as random as uuids are. */
function uuid(n: number): string {
  const start = (n * 2654435761 >>> 0).toString(16).padStart(8, "0");
  return `${start}-0000-4000-8000-${String(n).padStart(12, "0")}`;
}

/** A bundle with a file, as GET /bundles/{uuid} shows it. */
function bundleAnswer(bundle: string, file: string): Json {
  const files = [{ uuid: file, version: V1, name: "cell.json" }];
  return { bundle: { uuid: bundle, version: V1, files } };
}

Deno.test("identifiers of this session come before those of earlier ones, newest first, each once", async () => {
  await using test = await SessionCompletion.create({
    recent: [`${C}.${V1}`, `${A}.${V1}`],
  });
  test.show({ results: [{ bundle_fqid: `${A}.${V1}` }] });
  test.show({ results: [{ bundle_fqid: `${B}.${V2}` }] });
  assert.deepEqual(await test.described("get-bundle "), [
    [`${B}.${V2}`, "$1, this session"],
    [`${A}.${V1}`, "this session"],
    [`${C}.${V1}`, "earlier"],
  ]);
  assert.deepEqual(await test.described("get-bundle --uuid "), [
    [B, `${V2}, $1, this session`],
    [A, `${V1}, this session`],
    [C, `${V1}, earlier`],
  ]);
});

Deno.test("identifiers are offered wherever one may stand", async () => {
  await using test = await SessionCompletion.create({
    recent: [`${A}.${V1}`, `${A}.${V2}`, `${C}.${V1}`],
  });
  const offered: [line: string, words: string[]][] = [
    ["download a", [`${A}.${V1}`, `${A}.${V2}`]],
    ["download --bundle-uuid a", [A]],
    ["dss download --bundle-uuid=a", [`--bundle-uuid=${A}`]],
    [`get-bundle --uuid ${A}.`, [`${A}.${V1}`, `${A}.${V2}`]],
    [`get-bundle ${A}.2019`, [`${A}.${V2}`]],
    [`get-bundle --version ${V1} c`, [C]],
    [`get-bundle --version ${V1} --uuid ${C}.`, []],
    [`get-bundle ${A} --version `, [V1, V2]],
    [`get-bundle --uuid=${A} --version=2019`, [`--version=${V2}`]],
    [`get-bundle --uuid ${C} --version `, [V1]],
    ["get-bundle --version ", []],
    ["get-event --uuid c", [C]],
    // One is enough.
    [`get-bundle ${A} c`, []],
    [`get-bundle --uuid ${A} c`, []],
    [`get-bundle -- c`, []],
    // Of other kinds nothing is known, and other arguments are something else.
    ["get-file a", []],
    ["get-collection --uuid a", []],
    ["get-bundles-checkout ", []],
    ["put-subscription --callback-url a", []],
    ["verify a", []],
  ];
  for (const [line, words] of offered) {
    const found = (await test.words(line))
      .filter((word) => !/^--(?!.*=)/.test(word));
    assert.deepEqual(found, words, line);
  }
});

Deno.test("an identifier is offered where its kind fits", async () => {
  await using test = await SessionCompletion.create();
  test.show(bundleAnswer(A, B));
  test.show({ collections: [{ uuid: C, version: V2 }] });
  test.show({ checkout_job_id: "dddddddd-0000-4000-8000-000000000004" });
  test.show({
    subscriptions: [{ uuid: "eeeeeeee-0000-4000-8000-000000000005" }],
  });
  const expected: [line: string, words: string[]][] = [
    ["get-bundle ", [`${A}.${V1}`]],
    ["get-file --uuid ", [B]],
    ["head-file ", [`${B}.${V1}`]],
    [`get-file --uuid ${B} --version `, [V1]],
    ["download-collection ", [`${C}.${V2}`]],
    ["delete-collection ", [C]],
    ["get-bundles-checkout ", ["dddddddd-0000-4000-8000-000000000004"]],
    ["delete-subscription ", ["eeeeeeee-0000-4000-8000-000000000005"]],
  ];
  for (const [line, words] of expected) {
    assert.deepEqual(await test.words(line), words, line);
  }
});

Deno.test("an identifier of unknown kind is offered last", async () => {
  await using test = await SessionCompletion.create({
    recent: [`${A}.${V1}`],
  });
  test.session.references.use(C);
  assert.deepEqual(await test.described("get-bundle "), [
    [`${A}.${V1}`, "earlier"],
    [C, "of unknown kind"],
  ]);
  assert.deepEqual(await test.words("get-collection --uuid "), [C]);
});

Deno.test("references before the cursor count for what they stand for", async () => {
  await using test = await SessionCompletion.create();
  test.show({ results: [{ bundle_fqid: `${A}.${V1}` }] });
  assert.deepEqual(await test.words("get-bundle $1 --vers"), []);
  assert.deepEqual(await test.words("get-bundle --uuid $1 --uu"), []);
  test.show({ results: [{ bundle_fqid: A }] });
  assert.deepEqual(await test.words("get-bundle $1 --version "), [V1]);
  // One that stands for nothing is told when the line is run.
  assert.ok((await test.words("get-bundle $7 --vers")).includes("--version"));
});

Deno.test("the earlier bundles are read once, and ten thousand of them are bounded work", async () => {
  await using test = await SessionCompletion.create({
    recent: Array.from({ length: 10_000 }, (_, n) => `${uuid(n)}.${V1}`),
  });
  const { files } = test.hca.runtime;
  const reads = { recent: 0, other: 0, lists: 0 };
  const { read, list } = files;
  files.read = (path) => {
    reads[path.endsWith("recent.json") ? "recent" : "other"]++;
    return read(path);
  };
  files.list = (path) => {
    reads.lists++;
    return list(path);
  };
  const lines = ["get-bundle ", "get-bundle --uuid ", "download ab", "get-b"];
  for (const line of lines) await test.words(line);
  const warm = { ...reads };
  for (const line of lines) {
    const { candidates } = await test.complete(line);
    assert.ok(candidates.length > 0 && candidates.length <= 100, line);
  }
  assert.equal(reads.recent, 1);
  // The index of commands, and what configuration there is.
  const others = reads.other - warm.other;
  assert.ok(others <= lines.length * 2, `${others}`);
  // The first one keeps its index, and tidies up beside it.
  assert.ok(warm.lists <= 1, `${warm.lists}`);
  assert.equal(reads.lists, warm.lists);
  assert.deepEqual(test.hca.refusedRequests, []);
});

Deno.test("what all fitting identifiers begin with is what those that are offered begin with", async () => {
  const alike = Array.from({ length: 300 }, (_, n) => {
    const end = String(n).padStart(12, "0");
    return `aaaaaaaa-0000-4000-8000-${end}.${V1}`;
  });
  await using test = await SessionCompletion.create({
    recent: [...alike, `${B}.${V1}`],
  });
  const words = await test.words("get-bundle a");
  assert.equal(words.length, 100);
  assert.deepEqual(words.slice(0, 99), alike.slice(0, 99));
  assert.equal(words[99], `${B}.${V1}`);
});

Deno.test("the oldest of many identifiers of this session is found", async () => {
  await using test = await SessionCompletion.create();
  const many = Array.from({ length: 500 }, (_, n) => ({
    ...{ kind: "bundle" as const, uuid: uuid(n), version: V1 },
  }));
  test.session.references.remember(many);
  for (const { uuid, version } of [...many.slice(0, 3), ...many.slice(-3)]) {
    const line = `get-bundle ${uuid.slice(0, -1)}`;
    assert.ok((await test.words(line)).includes(`${uuid}.${version}`), line);
  }
  const alike = many.map(({ uuid }) => ({
    ...{ kind: "bundle" as const, version: V2 },
    uuid: `dddddddd${uuid.slice(8)}`,
  }));
  const odd = { kind: "bundle" as const, uuid: `deeeeeee${A.slice(8)}` };
  test.session.references.remember([...alike, { ...odd, version: V1 }]);
  assert.equal((await test.words("get-bundle d")).at(-1), `${odd.uuid}.${V1}`);
});

Deno.test("a list of earlier bundles that is damaged is none", async () => {
  await using test = await SessionCompletion.create({
    prepare: async (hca) => {
      await hca.write(`${hca.root}/STATE/hca/recent.json`, "{");
    },
  });
  assert.deepEqual(await test.words("get-bundle a"), []);
});
