import assert from "node:assert/strict";
import { toHex } from "../../src/base/mod.ts";
import { Values } from "../../src/commands/command.ts";
import { operationCommands } from "../../src/commands/operation_commands.ts";
import {
  OUTPUT_OPTIONS,
  outputSettings,
} from "../../src/commands/output/mod.ts";
import { ApiDocument, parseOperations } from "../../src/swagger/mod.ts";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";
import { commandsOf } from "./_table.ts";

const KIDNEY = "7d76a71c-ae4c-48bd-8b1e-19387da4dc66";
const SEARCH = "hca dss post-search --replica aws --es-query {}";

let hca: TestEnvironment;

Deno.test.beforeAll(async () => {
  hca = await TestEnvironment.create();
  await hca.addSamples();
});

Deno.test.afterAll(() => hca[Symbol.asyncDispose]());

async function out(line: string): Promise<string> {
  const result = await hca.runLine(line);
  assert.equal(result.status, 0, result.err);
  return result.out;
}

Deno.test("outputSettings() knows whether a form was asked for", () => {
  assert.deepEqual(outputSettings(new Values(new Map())), {
    format: "json",
    isFormatGiven: false,
    query: undefined,
    file: undefined,
  });
  const values = new Values(
    new Map([["output", "json"], ["query", "a"], ["output-file", "f"]]),
  );
  assert.deepEqual(outputSettings(values), {
    format: "json",
    isFormatGiven: true,
    query: "a",
    file: "f",
  });
  assert.throws(
    () => outputSettings(new Values(new Map([["output-file", ""]]))),
    { name: "UsageError", message: "--output-file is empty" },
  );
});

Deno.test("every command of the service has the output options after its own", async () => {
  const names = ["post-search", "get-file", "put-bundle", "get-event"];
  const commands = await commandsOf("dss");
  for (const name of names) {
    const { options = [] } = commands.find((one) => one.name === name) ?? {};
    assert.deepEqual(options.slice(-3), OUTPUT_OPTIONS, name);
  }
});

Deno.test("a parameter of the service keeps its flag, ours of that name is gone", () => {
  const document = new ApiDocument({
    swagger: "2.0",
    host: "dss.test",
    paths: {
      "/things": {
        get: {
          parameters: [
            { name: "query", in: "query", type: "string", required: true },
            { name: "output_file", in: "query", type: "boolean" },
          ],
          responses: { "200": { description: "Things." } },
        },
      },
    },
  }, "https://dss.test/swagger.json");
  const [command] = operationCommands(
    parseOperations(document).values(),
    () => Promise.reject(new Error("asked")),
  );
  assert.deepEqual(
    command?.options?.map(({ name, type }) => [name, type]),
    [["query", "string"], ["output-file", "boolean"], ["output", undefined]],
  );
  // The value is the service's: not an expression, not a path.
  const values = new Values(new Map([["query", "a["], ["output-file", "."]]));
  const settings = outputSettings(
    values,
    OUTPUT_OPTIONS.filter(({ name }) => name === "output"),
  );
  assert.equal(settings.query, undefined);
  assert.equal(settings.file, undefined);
});

Deno.test("hca dss post-search --output in each form", async () => {
  const found = JSON.parse(await out(SEARCH));
  const fqids: string[] = found.results
    .map((hit: { bundle_fqid: string }) => hit.bundle_fqid);
  assert.equal(fqids.length, 3);
  const lines = (await out(`${SEARCH} --output jsonl`)).trimEnd().split("\n");
  assert.deepEqual(lines.map((line) => JSON.parse(line)), found.results);
  const [header, ...rows] = (await out(`${SEARCH} --output tsv`)).trimEnd()
    .split("\n").map((line) => line.split("\t"));
  assert.deepEqual(header, ["bundle_fqid", "bundle_url", "search_score"]);
  assert.deepEqual(rows.map(([fqid]) => fqid), fqids);
  const table = await out(`${SEARCH} --output table`);
  assert.match(table, /^bundle_fqid +bundle_url +search_score\n/);
  const single = `${SEARCH} --no-paginate --output table`;
  assert.equal(await out(single), table);
  const query = `${SEARCH} --query results[].bundle_fqid`;
  assert.deepEqual(JSON.parse(await out(query)), fqids);
  assert.deepEqual(JSON.parse(await out(`${query} --no-paginate`)), fqids);
});

Deno.test("hca dss get-bundle --output jsonl has the files of all pages", async () => {
  const line = `hca dss get-bundle --replica aws --uuid ${KIDNEY}`;
  const { bundle } = JSON.parse(await out(line));
  assert.ok(bundle.files.length > 10);
  const pages = await out(`${line} --per-page 10 --output jsonl`);
  assert.deepEqual(
    pages.trimEnd().split("\n").map((text) => JSON.parse(text)),
    bundle.files,
  );
  const page = await out(
    `${line} --per-page 10 --no-paginate --output jsonl`,
  );
  assert.equal(page.trimEnd().split("\n").length, 10);
});

Deno.test("hca dss get-bundle --output table on a narrow and on a wide terminal", async () => {
  hca.terminal.outIsTerminal = true;
  hca.variables.set("NO_COLOR", "1");
  const line = `hca dss get-bundle --replica aws --uuid ${KIDNEY}`;
  try {
    hca.terminal.width = 60;
    const narrow = (await out(`${line} --output table`)).split("\n");
    assert.ok(narrow.every((row) => row.length <= 60));
    assert.match(narrow[0] ?? "", / name .* size .*uuid .*version$/);
    hca.terminal.width = 120;
    const wide = (await out(`${line} --output table`)).split("\n");
    assert.ok(wide.every((row) => row.length <= 120));
    // Wide enough for whole identifiers, not for digests.
    assert.match(wide[1] ?? "", / [0-9a-f-]{36} {2}\d{4}-[\dT.-]+Z$/);
    assert.doesNotMatch(wide[0] ?? "", /sha256/);
  } finally {
    hca.terminal.outIsTerminal = false;
    hca.terminal.width = 80;
    hca.variables.delete("NO_COLOR");
  }
});

/** A file of the sample that a query finds. */
async function fileOf(
  query: string,
): Promise<{ uuid: string; sha256: string }> {
  const words = ["--replica", "aws", "--uuid", KIDNEY, "--query", query];
  const result = await hca.run("dss", "get-bundle", ...words);
  assert.equal(result.status, 0, result.err);
  return JSON.parse(result.out);
}

Deno.test("hca dss get-file --output-file has the exact bytes", async () => {
  const file = await fileOf("bundle.files[?name=='links.json'] | [0]");
  const line = `hca dss get-file --replica aws --uuid ${file.uuid}`;
  assert.equal(await out(`${line} --output-file links.json`), "");
  const bytes = await Deno.readFile(hca.path("links.json"));
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  assert.equal(toHex(new Uint8Array(digest)), file.sha256);
  await Deno.remove(hca.path("links.json"));
});

/** Lines that are refused before the service is asked, and why. */
const REFUSED: [string, number, string][] = [
  ["--output xml", 2, "--output must be one of json, jsonl, table, tsv"],
  ["--query a[", 2, "--query is not JMESPath: "],
  ["--query=", 2, "--query is empty"],
  ["--output-file=", 2, "--output-file is empty"],
  ["--output-file .", 9, "cannot write '.': it is a directory"],
];

for (const [flags, status, message] of REFUSED) {
  Deno.test(`hca dss post-search ${flags} asks nothing`, async () => {
    await using own = await TestEnvironment.create();
    const result = await own.runLine(`${SEARCH} ${flags}`);
    assert.equal(result.status, status);
    assert.equal(result.out, "");
    assert.ok(
      result.err.startsWith(`hca dss post-search: error: ${message}`),
      result.err,
    );
    // The embedded store is made at the first request.
    assert.deepEqual(namesBelow(own.path("..")), []);
  });
}

Deno.test("hca dss get-file --output json of a file that is not JSON", async () => {
  const { uuid } = await fileOf("bundle.files[?ends_with(name, '.gz')] | [0]");
  const result = await hca.runLine(
    `hca dss get-file --replica aws --uuid ${uuid} --output json`,
  );
  assert.equal(result.status, 2);
  assert.equal(result.out, "");
  assert.match(
    result.err,
    /--output needs JSON, but the answer is 'application\/gzip/,
  );
});

Deno.test("hca dss post-search --output jsonl ends well when nobody reads", async () => {
  hca.terminal.outLimit = 0;
  const { status, err } = await hca.runLine(`${SEARCH} --output jsonl`)
    .finally(() => hca.terminal.outLimit = Infinity);
  assert.equal(status, 0);
  assert.doesNotMatch(err, /error/);
});
