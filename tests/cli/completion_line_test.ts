import assert from "node:assert/strict";
import type { Fqid } from "../../src/base/mod.ts";
import type { Command } from "../../src/commands/command.ts";
import type { Completion } from "../../src/commands/completion/candidate.ts";
import { completeLine } from "../../src/commands/completion/complete_line.ts";
import { Context } from "../../src/commands/context.ts";
import { globalSettings } from "../../src/commands/global_options.ts";
import { Values } from "../../src/commands/command.ts";
import { TestEnvironment } from "../support/test_environment.ts";

const A = "aaaaaaaa-0000-4000-8000-000000000001";
const B = "bbbbbbbb-0000-4000-8000-000000000002";
const V1 = "2018-01-01T000000.000000Z";
const V2 = "2019-02-02T000000.000000Z";

/** Newest first, as they are kept. */
const RECENT: Fqid[] = [
  { uuid: B, version: V2 },
  { uuid: A, version: V2 },
  { uuid: B, version: V1 },
];

const run = () => Promise.resolve();

const UUID_OPTION = { name: "uuid", description: "Which.", required: true };
const VERSION_OPTION = { name: "version", description: "Version." };

const ROOT: Command = {
  name: "hca",
  summary: "Root.",
  options: [{ name: "version", description: "Print it.", isSwitch: true }],
  commands: [
    {
      name: "dss",
      summary: "Data store.",
      generated: () =>
        Promise.resolve([
          {
            name: "get-bundle",
            summary: "Show a bundle.",
            options: [
              VERSION_OPTION,
              UUID_OPTION,
              {
                name: "replica",
                description: "Replica.",
                choices: ["aws", "gcp"],
              },
              {
                name: "directurls",
                description: "Whether.",
                type: "boolean",
              },
              {
                name: "parts",
                description: "Parts.",
                isList: true,
                choices: ["one", "two", "three"],
              },
              { name: "es-query", description: "Query.", type: "json" },
            ],
            run,
          },
          {
            name: "get-file",
            aliases: ["file-get"],
            summary: "Get a file.",
            options: [UUID_OPTION, VERSION_OPTION],
            run,
          },
        ]),
      commands: [{
        name: "download",
        summary: "Download a bundle.",
        options: [
          {
            name: "bundle-uuid",
            description: "The bundle.",
            completes: "uuid",
          },
          {
            name: "version",
            description: "The version.",
            completes: "version",
          },
          { name: "to", description: "Where.", completes: "directory" },
          { name: "from", description: "Whence.", completes: "path" },
          { name: "fast", description: "Fast.", isSwitch: true },
        ],
        run,
      }],
    },
    {
      name: "local",
      summary: "Embedded.",
      commands: [
        {
          name: "import",
          summary: "Import.",
          positionals: [{ name: "DIR", description: "The directory." }],
          options: [{ name: "name", description: "A name." }],
          run,
        },
        { name: "secret", summary: "Hidden.", isHidden: true, run },
      ],
    },
  ],
};

const GLOBAL = [
  ...["--help", "--log-level", "--log-format", "--swagger-url"],
  ...["--auth", "--no-auth"],
];

/** Lines up to the cursor (`|` ends a word), and the words offered. */
const OFFERED: [line: string, words: string[]][] = [
  // Commands.
  ["", ["dss", "local"]],
  ["d", ["dss"]],
  ["dss|", ["get-bundle", "get-file", "download"]],
  ["dss|get-", ["get-bundle", "get-file"]],
  ["dss|zzz", []],
  ["zzz|", []],
  ["local|", ["import"]],
  ["help|dss|dow", ["download"]],
  ["--log-level|DEBUG|dss|dow", ["download"]],
  ["--log-level=DEBUG|l", ["local"]],
  ["dss|--swagger-url|local|get-f", ["get-file"]],
  // Without dss, where nothing else fits.
  ["get", ["get-bundle", "get-file"]],
  ["dow", ["download"]],
  ["get-bundle|--replica|", ["aws", "gcp"]],
  ["file-get|--uu", ["--uuid"]],
  // Flags.
  ["dss|download|--f", ["--from", "--fast"]],
  ["dss|download|--fast|--f", ["--from"]],
  ["dss|download|--from=x|--f", ["--fast"]],
  ["dss|download|--from|x|--fas", ["--fast"]],
  ["-", ["--version", ...GLOBAL]],
  ["--log", ["--log-level", "--log-format"]],
  ["dss|-", GLOBAL],
  ["dss|get-bundle|--par", ["--parts"]],
  ["dss|get-bundle|--parts|one|--par", ["--parts"]],
  ["dss|get-file|", ["--uuid", "--version", ...GLOBAL]],
  ["dss|get-file|--uuid|x|", ["--version", ...GLOBAL]],
  ["dss|get-file|x", []],
  ["dss|get-file|--|", []],
  ["dss|get-file|--|--u", []],
  // Values.
  ["dss|get-bundle|--replica|g", ["gcp"]],
  ["dss|get-bundle|--replica=", ["--replica=aws", "--replica=gcp"]],
  ["dss|get-bundle|--repl|", ["aws", "gcp"]],
  ["dss|get-bundle|--repl=g", ["--repl=gcp"]],
  ["dss|get-bundle|--replica|-", []],
  ["dss|get-bundle|--directurls|", ["true", "false"]],
  ["dss|get-bundle|--directurls|t", ["true"]],
  ["dss|download|--fast=", []],
  ["dss|download|--nothing=", []],
  [
    "--log-level|",
    ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"],
  ],
  ["dss|get-bundle|--log-format|j", ["json"]],
  // Lists go on until the next flag.
  ["dss|get-bundle|--parts|", ["one", "two", "three"]],
  ["dss|get-bundle|--parts|one|t", ["two", "three"]],
  ["dss|get-bundle|--parts|one|--parts|", ["two", "three"]],
  ["dss|get-bundle|--parts|one|--replica|aws|t", []],
  // Identifiers.
  ["dss|get-bundle|--uuid|", [B, A]],
  ["dss|get-bundle|--uuid|a", [A]],
  ["dss|get-bundle|--uuid=b", [`--uuid=${B}`]],
  ["dss|download|--bundle-uuid|", [B, A]],
  ["dss|get-file|--uuid|", []],
  [`dss|get-bundle|--uuid|${B}|--version|`, [V2, V1]],
  [`dss|get-bundle|--uuid=${B}|--version|2018`, [V1]],
  [`dss|download|--bundle-uuid|${A}|--version=`, [`--version=${V2}`]],
  ["dss|get-bundle|--version|", []],
  [`dss|get-file|--uuid|${B}|--version|`, []],
  // Words that are wrong or hostile.
  ["help|--format|", []],
  ["__proto__|", []],
  ["dss|get-bundle|--__proto__=", []],
  ["dss|get-bundle|--=", []],
  ["-", ["--version", ...GLOBAL]],
  ["--|", ["dss", "local"]],
];

for (const [line, words] of OFFERED) {
  Deno.test(`hca ${line.replaceAll("|", " ")}⇥ offers ${words.join(" ") || "nothing"}`, async () => {
    const completion = await complete(line);
    assert.equal(completion.kind, "words");
    assert.deepEqual(
      completion.kind === "words" &&
        completion.candidates.map(({ value }) => value),
      words,
    );
  });
}

/** Lines whose next word is a path, and what of the word is not. */
const PATHS: [line: string, completion: Completion][] = [
  ["dss|download|--from|", { kind: "path", prefix: "" }],
  ["dss|download|--from|./my", { kind: "path", prefix: "" }],
  ["dss|download|--from=./my", { kind: "path", prefix: "--from=" }],
  ["dss|download|--to|", { kind: "directory", prefix: "" }],
  ["dss|download|--to=a=b", { kind: "directory", prefix: "--to=" }],
  ["local|import|", { kind: "directory", prefix: "" }],
  ["local|import|--name|x|dir", { kind: "directory", prefix: "" }],
  ["local|import|--|-dir", { kind: "directory", prefix: "" }],
  ["dss|get-bundle|--es-query|@q", { kind: "path", prefix: "@" }],
  ["dss|get-bundle|--es-query=@", { kind: "path", prefix: "--es-query=@" }],
];

for (const [line, expected] of PATHS) {
  Deno.test(`hca ${line.replaceAll("|", " ")}⇥ offers a ${expected.kind}`, async () => {
    assert.deepEqual(await complete(line), expected);
  });
}

Deno.test("completeLine says what each word is about", async () => {
  assert.deepEqual(await complete("dss|get-bundle|--uuid|a"), {
    kind: "words",
    candidates: [{ value: A, description: V2 }],
  });
  assert.deepEqual(await complete("loc"), {
    kind: "words",
    candidates: [{ value: "local", description: "Embedded." }],
  });
  assert.deepEqual(await complete("dss|download|--fa"), {
    kind: "words",
    candidates: [{ value: "--fast", description: "Fast." }],
  });
});

Deno.test("completeLine offers at most 100 uuids", async () => {
  const many = Array.from({ length: 300 }, (_, at) => ({
    uuid: `cccccccc-0000-4000-8000-${String(at).padStart(12, "0")}`,
    version: V1,
  }));
  const completion = await complete("dss|get-bundle|--uuid|", many);
  assert.equal(
    completion.kind === "words" && completion.candidates.length,
    100,
  );
});

async function complete(line: string, recent = RECENT): Promise<Completion> {
  await using hca = await TestEnvironment.create();
  const settings = globalSettings(new Values(new Map()));
  using context = new Context(hca.environment, settings);
  return await completeLine(line.split("|"), {
    root: ROOT,
    context,
    recent: () => Promise.resolve(recent),
  });
}
