import assert from "node:assert/strict";
import { settle } from "../support/fake_clock.ts";
import { A, SessionCompletion, V1 } from "./_session_completion.ts";

/** Lines up to the cursor, and all the words that are offered. */
const OFFERED: [line: string, words: string[]][] = [
  // Commands, with and without their group, and of the session.
  ["lo", ["local", "login", "logout"]],
  ["hca lo", ["local", "login", "logout"]],
  ["dss lo", ["login", "logout"]],
  ["h", ["history", "help", "head-file"]],
  ["hca", []],
  ["get-bundle x; wa", ["wait"]],
  ["zzz ", []],
  // Help.
  ["help down", ["download", "download-manifest", "download-collection"]],
  ["help dss lo", ["login", "logout"]],
  ["help get-bundle ", []],
  ["help hel", []],
  // Flags that are not given yet.
  ["get-bundle --uu", ["--uuid"]],
  [`get-bundle --uuid ${A} --uu`, []],
  [`get-bundle ${A} --uu`, []],
  [`get-bundle ${A} --vers`, ["--version"]],
  [`get-bundle ${A}.${V1} --vers`, []],
  // What a default gives is offered when a dash is there.
  ["create-version --rep", []],
  ["get-subscriptions --rep", ["--replica"]],
  ["get-subscriptions --replica gcp --rep", []],
  // Values.
  ["get-subscriptions --replica ", ["aws", "gcp"]],
  ["get-subscriptions --replica=g", ["--replica=gcp"]],
  ["get-bundle --directurls ", ["true", "false"]],
  ["download-manifest --layout n", ["none"]],
  ["last --output js", ["json", "jsonl"]],
  // What the session sets.
  ["use ", ["replica", "service", "dir"]],
  ["use re", ["replica"]],
  ["use replica ", ["aws", "gcp"]],
  ["use replica a", ["aws"]],
  ["use service ", ["local", "default"]],
  ["use nothing a", []],
  ["use replica aws x", []],
  ["--swagger-url l", ["local"]],
  ["get-bundle --swagger-url=l", ["--swagger-url=local"]],
  ["api --service ", ["dss"]],
  ["api --service=d", ["--service=dss"]],
  // Where hca knows nothing.
  ["last | j", []],
  ["# get-b", []],
  ['post-search --es-query {"qu', []],
  ["get-bundle &", []],
];

for (const [line, words] of OFFERED) {
  Deno.test(`${line}⇥ in a session offers ${words.join(" ") || "nothing"}`, async () => {
    await using test = await SessionCompletion.create();
    assert.deepEqual(await test.words(line), words);
  });
}

Deno.test("SessionCompleter says where the word begins", async () => {
  await using test = await SessionCompletion.create();
  const starts: [line: string, start: number][] = [
    ["dow", 0],
    ["get-bundle --uu", 11],
    ["get-bundle ", 11],
    ["x; get-subscriptions 'a", 21],
    ["last > fi", 7],
  ];
  for (const [line, start] of starts) {
    assert.equal((await test.complete(line)).start, start, line);
  }
});

Deno.test("flags that a default of the session gives are not among those that are needed", async () => {
  await using test = await SessionCompletion.create();
  const flags = await test.words("get-subscriptions ");
  assert.equal(flags[0], "--subscription-type");
  assert.ok(!flags.includes("--replica"));
  assert.ok((await test.words("download ")).includes("--download-dir"));
  test.session.defaults.dir = "data";
  assert.ok(!(await test.words("download ")).includes("--download-dir"));
  assert.deepEqual(await test.words("download --download-d"), [
    "--download-dir",
  ]);
});

Deno.test("use service offers what is configured, and no secret", async () => {
  const url = "https://dss.test/v1/swagger.json";
  const other = "https://other.test/swagger.json";
  await using test = await SessionCompletion.create({
    prepare: async (hca) => {
      hca.variables.set("HCA_SWAGGER_URL", url);
      await hca.write(
        `${hca.root}/home/config/hca/config.json`,
        JSON.stringify({ DSSClient: { swagger_url: other } }),
      );
    },
  });
  assert.deepEqual(await test.words("use service "), [
    ...["local", "default", url, other],
  ]);
  assert.deepEqual(await test.words("use service https://o"), [other]);
  test.session.defaults.service = url;
  assert.deepEqual(await test.described("use service https://d"), [
    [url, "is used now"],
  ]);
  test.hca.variables.set("HCA_SWAGGER_URL", "https://me:PLANTED@dss.test/");
  test.session.defaults.service = undefined;
  assert.deepEqual(await test.words("use service h"), [other]);
});

Deno.test("use service still offers what needs no configuration when that is damaged", async () => {
  await using test = await SessionCompletion.create({
    prepare: async (hca) => {
      await hca.write(`${hca.root}/home/config/hca/config.json`, "{");
    },
  });
  assert.deepEqual(await test.words("use service "), ["local", "default"]);
  assert.deepEqual(await test.words("api --service "), ["dss"]);
});

Deno.test("wait and cancel offer the numbers of jobs, with their lines", async () => {
  await using test = await SessionCompletion.create();
  const { jobs } = test.session;
  const running = Promise.withResolvers<number>();
  jobs.start("verify data", () => Promise.resolve(0));
  jobs.start("download x", () => running.promise);
  await settle();
  assert.deepEqual(await test.described("wait "), [
    ["1", "done: verify data"],
    ["2", "running: download x"],
  ]);
  assert.deepEqual(await test.words("cancel "), ["2"]);
  assert.deepEqual(await test.words("wait 1"), ["1"]);
  running.resolve(0);
});

Deno.test("! offers earlier lines, the newest first", async () => {
  await using test = await SessionCompletion.create();
  const { history } = test.session;
  assert.deepEqual(await test.words("!"), []);
  history.push("get-bundle $1", "use replica gcp", "get-bundle $2", "last");
  assert.deepEqual(await test.described("!"), [
    ["!!", "last"],
    ["!last", "last"],
    ["!get-bundle", "get-bundle $2"],
    ["!use", "use replica gcp"],
  ]);
  assert.deepEqual(await test.words("!u"), ["!use"]);
  assert.deepEqual(await test.described("!3"), [["!3", "get-bundle $2"]]);
  assert.deepEqual(await test.words("'!u"), []);
  const { candidates } = await test.complete("!u");
  assert.equal(candidates[0]?.isVerbatim, true);
});

Deno.test("! says which line a name would bring", async () => {
  await using test = await SessionCompletion.create();
  test.session.history.push("get-bundle $1", "get-bundles-all");
  assert.deepEqual(await test.described("!get"), [
    ["!get-bundles-all", "get-bundles-all"],
    ["!get-bundle", "get-bundles-all"],
  ]);
});

Deno.test("$ offers what the last answer showed", async () => {
  await using test = await SessionCompletion.create();
  assert.deepEqual(await test.words("get-bundle $"), []);
  test.show({
    results: [{ bundle_fqid: `${A}.${V1}` }, { nothing: 1 }, {
      bundle_fqid: A,
    }],
  });
  const first = `bundle ${A}.${V1}`;
  assert.deepEqual(await test.described("get-bundle $"), [
    ["$1", first],
    ["$3", `bundle ${A}`],
    ["$_", `shown last: ${A}.${V1}`],
  ]);
  assert.deepEqual(await test.words("get-bundle $1"), ["$1"]);
  assert.deepEqual(await test.words("get-bundle ${"), ["${1}", "${3}", "${_}"]);
  assert.deepEqual(await test.words("get-bundle --uuid=$_"), ["--uuid=$_"]);
  assert.deepEqual(await test.words('get-bundle "$1'), ["$1"]);
  assert.deepEqual(await test.words("get-bundle '$1"), []);
  assert.deepEqual(await test.words("get-bundle $2"), []);
  const { candidates } = await test.complete("get-bundle $1");
  assert.equal(candidates[0]?.isVerbatim, true);
});

Deno.test("$ offers at most a hundred of a long list", async () => {
  await using test = await SessionCompletion.create();
  test.show({
    results: Array.from({ length: 5000 }, () => ({ bundle_fqid: A })),
  });
  assert.equal((await test.words("get-bundle $")).length, 100);
});
