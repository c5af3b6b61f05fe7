import assert from "node:assert/strict";
import { operationCommands } from "../../src/commands/operation_commands.ts";
import { formatHelp } from "../../src/commands/help.ts";
import { ApiDocument, parseOperations } from "../../src/swagger/mod.ts";
import { TestEnvironment } from "../support/test_environment.ts";
import { commandsOf, findLine } from "./_table.ts";

/** The titles of a help text's sections, in order. */
function titles(text: string): string[] {
  return [...text.matchAll(/^([A-Z][A-Za-z ]+):$/gm)].map((m) => m[1] ?? "");
}

/** The terms of a section: what is on its left. */
function terms(text: string, title: string): string[] {
  const [, section = ""] = text.split(`\n${title}:\n`);
  const [lines = ""] = section.split("\n\n");
  return [...lines.matchAll(/^ {2}(\S.*?)(?: {2,}.*)?$/gm)]
    .map((m) => m[1] ?? "");
}

async function helpOf(line: string, width = 80): Promise<string> {
  await using hca = await TestEnvironment.create();
  hca.terminal.width = width;
  const { out } = await hca.runLine(`${line} --help`);
  return out;
}

Deno.test("hca --help has its sections in order", async () => {
  assert.deepEqual(titles(await helpOf("hca")), [
    "Commands",
    "Optional Arguments",
    "Examples",
    "Exit status",
  ]);
});

Deno.test("hca dss download --help has its sections in order", async () => {
  assert.deepEqual(titles(await helpOf("hca dss download")), [
    "Required Arguments",
    "Optional Arguments",
    "Examples",
  ]);
});

Deno.test("hca local import --help has its sections in order", async () => {
  assert.deepEqual(titles(await helpOf("hca local import")), [
    "Positional Arguments",
    "Optional Arguments",
    "Examples",
  ]);
});

Deno.test("hca dss create-version --help has no Required Arguments", async () => {
  assert.deepEqual(titles(await helpOf("hca dss create-version")), [
    "Optional Arguments",
    "Examples",
  ]);
});

/** The required flags of each command, as help shows them. */
const REQUIRED: Record<string, string[]> = {
  "post-search": ["--es-query ES_QUERY", "--replica {aws,gcp}"],
  "get-bundle": ["--uuid UUID", "--replica {aws,gcp}"],
  "put-file": [
    "--source-url SOURCE_URL",
    "--creator-uid CREATOR_UID",
    "--uuid UUID",
    "--version VERSION",
  ],
  "get-bundles-all": ["--replica {aws,gcp}"],
  "get-collections": [],
  "put-collection": [
    "--name NAME",
    "--description DESCRIPTION",
    "--details DETAILS",
    "--contents CONTENTS [CONTENTS ...]",
    "--replica {aws,gcp}",
    "--uuid UUID",
    "--version VERSION",
  ],
  "download": ["--bundle-uuid BUNDLE_UUID", "--replica {aws,gcp}"],
};

for (const [name, flags] of Object.entries(REQUIRED)) {
  Deno.test(`hca dss ${name} --help lists exactly the required ones as such`, async () => {
    const text = await helpOf(`hca dss ${name}`, 100);
    assert.deepEqual(
      terms(text, "Required Arguments").sort(),
      flags.toSorted(),
    );
    const optional = terms(text, "Optional Arguments");
    assert.deepEqual(optional.filter((term) => flags.includes(term)), []);
    assert.ok(optional.includes("-h, --help"));
    assert.ok(optional.includes("--swagger-url SWAGGER_URL"));
  });
}

Deno.test("hca dss get-bundle --help shows optional flags in their order", async () => {
  const text = await helpOf("hca dss get-bundle", 100);
  assert.deepEqual(terms(text, "Optional Arguments"), [
    "--version VERSION",
    "--directurls DIRECTURLS",
    "--presignedurls PRESIGNEDURLS",
    "--token TOKEN",
    "--per-page PER_PAGE",
    "--start-at START_AT",
    "--no-paginate",
    "--output {json,jsonl,table,tsv}",
    "--query QUERY",
    "--output-file OUTPUT_FILE",
    "-h, --help",
    "--log-level {DEBUG,INFO,WARNING,ERROR,CRITICAL}",
    "--log-format {text,json}",
    "--swagger-url SWAGGER_URL",
    "--auth",
    "--no-auth",
  ]);
});

Deno.test("hca dss put-subscription --help shows choices", async () => {
  const text = await helpOf("hca dss put-subscription");
  assert.ok(text.includes("  --method {POST,PUT}"));
  assert.ok(
    text.includes("  --encoding {application/json,multipart/form-data}\n"),
  );
});

Deno.test("hca dss download --help shows lists and defaults", async () => {
  const text = await helpOf("hca dss download");
  assert.ok(
    text.includes("  --data-filter DATA_FILTER [DATA_FILTER ...]\n"),
  );
  assert.match(text, /--num-retries NUM_RETRIES {3}[^-]* Default 10\.\n/);
});

Deno.test("help says how a JSON value is given, and no other one", async () => {
  const text = await helpOf("hca dss put-collection", 100);
  const says = / As JSON, @FILE, or - for standard input\.$/;
  assert.match(entryOf(text, "--details"), says);
  assert.match(entryOf(text, "--contents"), says);
  assert.doesNotMatch(entryOf(text, "--name"), /JSON/);
});

Deno.test("help says what is taken for what may be left out", async () => {
  const defaults: [line: string, flag: string, value: RegExp][] = [
    ["hca dss post-search", "--output-format", /`summary`, if not given/],
    ["hca dss put-subscription", "--method", /POST if not given\./],
    ["hca dss put-subscription", "--encoding", /JSON itself, if not given/],
    ["hca dss put-subscription", "--payload-form-field", /`payload` if not/],
    ["hca dss get-subscriptions", "--subscription-type", /`jmespath` if not/],
    ["hca local serve", "--async-above", /Default: 64 MiB\./],
  ];
  for (const [line, flag, value] of defaults) {
    assert.match(entryOf(await helpOf(line, 100), flag), value, line);
  }
});

/** What help says about one flag, on one line. */
function entryOf(text: string, flag: string): string {
  const [, entry = ""] = text.split(new RegExp(`^ {2}${flag}\\b`, "m"));
  const [lines = ""] = entry.split(/\n {0,2}(?! )/, 1);
  return lines.replace(/\s+/g, " ");
}

Deno.test("hca local import --help shows arguments without a flag", async () => {
  const text = await helpOf("hca local import");
  assert.ok(text.startsWith("usage: hca local import DIR [options]\n"));
  assert.deepEqual(terms(text, "Positional Arguments"), ["DIR"]);
});

Deno.test("hca dss --help lists every command with its summary", async () => {
  const text = await helpOf("hca dss", 100);
  const commands = await commandsOf("dss");
  assert.deepEqual(terms(text, "Commands"), commands.map(({ name }) => name));
  for (const { name, summary } of commands) {
    assert.ok(text.includes(`  ${name} `), name);
    assert.ok(text.includes(summary), summary);
  }
});

for (const [columns, width] of [[60, 60], [80, 80], [120, 100]] as const) {
  Deno.test(`hca … --help on ${columns} columns has lines of ${width} at most`, async () => {
    const dss = (await commandsOf("dss")).map(({ name }) => `hca dss ${name}`);
    const local = (await commandsOf("local"))
      .map(({ name }) => `hca local ${name}`);
    let longest = 0;
    for (const line of ["hca", "hca dss", "hca local", ...dss, ...local]) {
      const text = await helpOf(line, columns);
      // Examples are copied, flags are read whole: neither is broken, and a
      // word is not either.
      const [prose = ""] = text.split("\nExamples:\n");
      for (const shown of prose.split("\n")) {
        if (/^ {2}-\S+ \S+( \[\S+ \.\.\.\])?$/.test(shown)) continue;
        if (/^ +\S+$/.test(shown)) continue;
        longest = Math.max(longest, shown.length);
        assert.ok(shown.length <= width, `${line}: ${shown}`);
        assert.equal(shown, shown.trimEnd(), line);
      }
    }
    assert.ok(longest > width - 5, `only ${longest} used`);
  });
}

Deno.test("hca … --help: every example names a command and fits its flags", async () => {
  const { command: root } = await findLine("hca");
  const commands = [
    root,
    ...await commandsOf("dss"),
    ...await commandsOf("auth"),
    ...await commandsOf("local"),
  ];
  const examples = commands.flatMap(({ examples = [] }) => examples);
  assert.ok(examples.length > 10);
  for (const example of examples) {
    // The first call of hca in a line for a shell.
    const [line = ""] = /\bhca (?:'[^']*'|[^'()|])*/.exec(example) ?? [];
    const { command, path, rest } = await findLine(line);
    assert.equal(typeof command.run, "function", line);
    const known = (command.options ?? []).map(({ name }) => `--${name}`);
    const used = rest.filter((word) => word.startsWith("--"));
    assert.deepEqual(used.filter((flag) => !known.includes(flag)), [], line);
    const missing = (command.options ?? []).filter(({ name, required }) =>
      required && !used.includes(`--${name}`)
    );
    assert.deepEqual(missing, [], `${path.join(" ")} in ${line}`);
  }
});

Deno.test("hca dss get-thing --help shows no escape sequence of the service", () => {
  const document = new ApiDocument({
    swagger: "2.0",
    host: "dss.test",
    paths: {
      "/things": {
        get: {
          summary: "A\x1b[2Jthing\u202e.",
          description: "More\x07.\nSecond line.",
          parameters: [{
            name: "a\x1b]0;x",
            in: "query",
            type: "string",
            description: "What\x1b[31m",
          }],
          responses: {},
        },
      },
    },
  }, "http://dss.test/swagger.json");
  const [command] = operationCommands(
    parseOperations(document).values(),
    () => Promise.reject(new Error("not to be asked")),
  );
  assert.ok(command !== undefined);
  const text = formatHelp(command, ["hca", "dss", command.name], [], 80);
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f\u202e]/);
  assert.ok(text.includes("A\\u{1b}[2Jthing\\u{202e}.\n"));
  assert.ok(text.includes("\nSecond line.\n"));
});
