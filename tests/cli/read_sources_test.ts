import assert from "node:assert/strict";
import { LocalError, UsageError } from "../../src/base/mod.ts";
import type { Command } from "../../src/commands/command.ts";
import {
  namedSources,
  parseArguments,
} from "../../src/commands/parse_arguments.ts";
import { readSources } from "../../src/commands/read_sources.ts";
import { tokenizeArguments } from "../../src/platform/mod.ts";
import { TestEnvironment, wordsOf } from "../support/test_environment.ts";

const SEARCH = "hca dss post-search --replica aws --log-level WARNING";

/** A world with an embedded store in which there is nothing. */
async function emptyWorld(): Promise<TestEnvironment> {
  const hca = await TestEnvironment.create();
  using store = await hca.openStore();
  await store.decideSamples(false);
  return hca;
}

/** The query that the service got, as it gives it back. */
async function sentQuery(hca: TestEnvironment, flag: string): Promise<unknown> {
  const { status, out, err } = await hca.runLine(`${SEARCH} ${flag}`);
  assert.equal(err, "");
  assert.equal(status, 0);
  return JSON.parse(out).es_query;
}

Deno.test("hca dss post-search --es-query @query.json takes the query from a file", async () => {
  await using hca = await emptyWorld();
  await hca.write("query.json", '\n{"query": {"match_all": {}}}\n');
  const expected = { query: { match_all: {} } };
  assert.deepEqual(await sentQuery(hca, "--es-query @query.json"), expected);
  assert.deepEqual(await sentQuery(hca, "--es-query=@query.json"), expected);
  const absolute = hca.path("query.json");
  assert.deepEqual(await sentQuery(hca, `--es-query @${absolute}`), expected);
});

Deno.test("hca dss post-search --es-query @query.json does without a byte order mark", async () => {
  await using hca = await emptyWorld();
  await hca.write("query.json", "\ufeff{}");
  assert.deepEqual(await sentQuery(hca, "--es-query @query.json"), {});
});

Deno.test("hca dss post-search --es-query - takes the query from standard input", async () => {
  await using hca = await emptyWorld();
  hca.terminal.inputText = '{"query": {"match_all": {}}}';
  const expected = { query: { match_all: {} } };
  assert.deepEqual(await sentQuery(hca, "--es-query -"), expected);
  assert.deepEqual(await sentQuery(hca, "--es-query=-"), expected);
});

/** What is wrong with a source, and what is said of it. */
const REFUSED: [
  flag: string,
  status: number,
  message: RegExp,
  content?: string | Uint8Array,
][] = [
  ["--es-query @none.json", 9, /error: 'none\.json' does not exist$/],
  ["--es-query @.", 9, /error: /],
  [
    "--es-query @",
    2,
    /error: '@' must be followed by the path of a file\. See 'hca dss post-search --help'\.$/,
  ],
  [
    "--es-query @q.json",
    2,
    /error: --es-query \(from '@q\.json'\) is not valid JSON: .+ See 'hca dss post-search --help'\.$/,
    "{bad",
  ],
  [
    "--es-query @q.json",
    2,
    /error: --es-query \(from '@q\.json'\) is not valid JSON: /,
    "",
  ],
  [
    "--es-query @q.json",
    2,
    /error: 'q\.json' is not text in UTF-8\. See /,
    new Uint8Array([0x7b, 0xff, 0x7d]),
  ],
  [
    "--es-query - --es-query -",
    2,
    /error: standard input \('-'\) can be taken only once\. See /,
  ],
  [
    "--es-query {bad",
    2,
    /error: --es-query is not valid JSON: .+ from a file: --es-query @FILE\.$/,
  ],
];

for (const [flag, expected, message, content] of REFUSED) {
  Deno.test(`hca dss post-search ${flag} is refused with ${expected} (${content ?? "no file"})`, async () => {
    await using hca = await TestEnvironment.create();
    if (content !== undefined) await hca.write("q.json", content);
    hca.openDatabase = () => assert.fail("the store was opened");
    const { status, out, err } = await hca.runLine(`${SEARCH} ${flag}`);
    assert.equal(status, expected, err);
    assert.equal(out, "");
    assert.match(err.trimEnd(), message);
    assert.equal(err.split("\n").length, 2);
  });
}

Deno.test("hca dss post-search --es-query - with nothing on standard input", async () => {
  await using hca = await TestEnvironment.create();
  const { status, err } = await hca.runLine(`${SEARCH} --es-query -`);
  assert.equal(status, 2);
  assert.match(err, /error: --es-query \(from '-'\) is not valid JSON: /);
});

Deno.test("hca dss post-search --es-query - --help reads nothing", async () => {
  await using hca = await TestEnvironment.create();
  hca.terminal.input = () => assert.fail("standard input was read");
  const help = await hca.runLine(
    `${SEARCH} --es-query - --es-query @none.json --help`,
  );
  assert.equal(help.err, "");
  assert.equal(help.status, 0);
  assert.match(help.out, /^usage: hca dss post-search /);
});

const COMMAND: Command = {
  name: "put-thing",
  summary: "Put a thing.",
  options: [
    { name: "contents", description: "", type: "json", isList: true },
    { name: "details", description: "", type: "json" },
    { name: "title", description: "" },
  ],
};

/** The sources and the values of a line. */
async function parse(
  hca: TestEnvironment,
  line: string,
): Promise<{ sources: string[]; values: Record<string, unknown> }> {
  const argv = wordsOf(line);
  const sources = namedSources(COMMAND, argv, tokenizeArguments);
  const contents = await readSources(sources, hca.environment);
  const values = parseArguments(COMMAND, argv, tokenizeArguments, contents);
  const given = ["contents", "details", "title"].flatMap((name) => {
    const value = values.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { sources, values: Object.fromEntries(given) };
}

Deno.test("namedSources finds files and standard input among the values of a list", async () => {
  await using hca = await TestEnvironment.create();
  await hca.write("a.json", '{"a": 1}');
  hca.terminal.inputText = "[2]";
  assert.deepEqual(
    await parse(hca, `--contents @a.json '{"b":2}' - --details @a.json`),
    {
      sources: ["@a.json", "-", "@a.json"],
      values: { contents: [{ a: 1 }, { b: 2 }, [2]], details: { a: 1 } },
    },
  );
});

Deno.test("parseArguments takes one array of a file for the whole list", async () => {
  await using hca = await TestEnvironment.create();
  await hca.write("list.json", '[{"a": 1}, {"b": 2}]');
  const { values } = await parse(hca, "--contents @list.json");
  assert.deepEqual(values, { contents: [{ a: 1 }, { b: 2 }] });
});

Deno.test("namedSources leaves '@x' and '-' to options that are not JSON", async () => {
  await using hca = await TestEnvironment.create();
  hca.terminal.input = () => assert.fail("standard input was read");
  assert.deepEqual(await parse(hca, "--title @none"), {
    sources: [],
    values: { title: "@none" },
  });
  assert.deepEqual(await parse(hca, "--title=- --details 1"), {
    sources: [],
    values: { title: "-", details: 1 },
  });
});

Deno.test("namedSources knows options that are cut short", async () => {
  await using hca = await TestEnvironment.create();
  await hca.write("a.json", "7");
  const { sources, values } = await parse(hca, "--det @a.json");
  assert.deepEqual(sources, ["@a.json"]);
  assert.deepEqual(values, { details: 7 });
});

Deno.test("namedSources refuses standard input for two options", () => {
  assert.throws(
    () =>
      namedSources(
        COMMAND,
        ["--contents", "-", "--details", "-"],
        tokenizeArguments,
      ),
    (error) =>
      error instanceof UsageError &&
      error.message === "standard input ('-') can be taken only once",
  );
});

Deno.test("readSources names a file that is not there", async () => {
  await using hca = await TestEnvironment.create();
  await assert.rejects(
    readSources(["@none\n.json"], hca.environment),
    (error) =>
      error instanceof LocalError && error.reason === "not_found" &&
      error.path === "none\n.json" &&
      error.message === "'none\\u{a}.json' does not exist",
  );
});
