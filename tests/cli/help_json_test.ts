import assert from "node:assert/strict";
import type { Command } from "../../src/commands/command.ts";
import { describeCommand } from "../../src/commands/help_json.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { TestEnvironment } from "../support/test_environment.ts";

const GROUP: Command = {
  name: "things",
  summary: "Work with things.",
  description: "Not in the JSON form.",
  examples: ["hca things put"],
  commands: [{
    name: "put",
    aliases: ["store"],
    summary: "Put a thing.",
    positionals: [{ name: "DIR", description: "Not in it either." }],
    options: [
      { name: "plain", description: "x", short: "p", completes: "path" },
      { name: "needed", description: "", required: true },
      { name: "kind", description: "", choices: ["a", "b"], default: "a" },
      {
        name: "count",
        description: "",
        type: "integer",
        minimum: 1,
        maximum: 9,
        default: 3,
      },
      { name: "ratio", description: "", type: "number", default: 0.5 },
      { name: "exact", description: "", type: "boolean", default: false },
      { name: "files", description: "", type: "json", isList: true },
      { name: "quick", description: "", isSwitch: true },
      { name: "slow", description: "", isSwitch: true, type: "boolean" },
    ],
    run: () => Promise.resolve(),
  }],
};

function option(flag: string, facts: Record<string, unknown>) {
  return {
    flag,
    required: false,
    choices: null,
    type: "string",
    list: false,
    default: null,
    ...facts,
  };
}

Deno.test("describeCommand gives exactly these members, all the way down", async () => {
  const list = (group: Command) => Promise.resolve(group.commands ?? []);
  assert.deepEqual(await describeCommand(GROUP, list), {
    name: "things",
    summary: "Work with things.",
    commands: [{
      name: "put",
      summary: "Put a thing.",
      commands: [],
      options: [
        option("--plain", {}),
        option("--needed", { required: true }),
        option("--kind", { choices: ["a", "b"], default: "a" }),
        option("--count", { type: "integer", default: 3 }),
        option("--ratio", { type: "number", default: 0.5 }),
        option("--exact", { type: "boolean", default: false }),
        option("--files", { type: "json", list: true }),
        option("--quick", { type: "boolean" }),
        option("--slow", { type: "boolean" }),
      ],
    }],
    options: [],
  });
});

/** A command in the JSON form. */
interface Described {
  name: string;
  summary: string;
  commands: Described[];
  options: Record<string, unknown>[];
}

/** Every command below one, with its words. */
function walk(command: Described, path = ""): [string, Described][] {
  const words = `${path} ${command.name}`.trim();
  return [
    [words, command],
    ...command.commands.flatMap((child) => walk(child, words)),
  ];
}

async function describe(line: string): Promise<Described> {
  await using hca = await TestEnvironment.create();
  const { status, out, err } = await hca.runLine(line);
  assert.equal(err, "");
  assert.equal(status, 0);
  const value: Described = JSON.parse(out);
  assert.match(out, /^[\x20-\x7e\n]+\n$/);
  return value;
}

Deno.test("hca help --format json has every command, each with these members", async () => {
  const root = await describe("hca help --format json");
  assert.equal(root.name, "hca");
  assert.deepEqual(root.options, [option("--version", { type: "boolean" })]);
  const commands = walk(root);
  const names = commands.map(([words]) => words);
  for (
    const words of [
      "hca dss",
      "hca dss post-search",
      "hca dss get-event",
      "hca dss download",
      "hca dss create-version",
      "hca local serve",
      "hca config set",
    ]
  ) assert.ok(names.includes(words), words);
  // Nobody types what shells call.
  assert.deepEqual(names.filter((words) => words.includes("__")), []);
  for (const [words, command] of commands) {
    assert.deepEqual(
      Object.keys(command),
      ["name", "summary", "commands", "options"],
      words,
    );
    for (const found of command.options) {
      assert.deepEqual(
        Object.keys(found),
        ["flag", "required", "choices", "type", "list", "default"],
        words,
      );
      assert.match(String(found.flag), /^--[a-z][a-z0-9-]*$/, words);
      assert.equal(typeof found.required, "boolean", words);
      assert.equal(typeof found.list, "boolean", words);
      assert.ok(
        ["string", "integer", "number", "boolean", "json"]
          .includes(String(found.type)),
        words,
      );
      assert.ok(found.choices === null || Array.isArray(found.choices), words);
    }
  }
});

for (
  const line of [
    "hca help dss download --format json",
    "hca help --format json dss download",
    "hca help --format=json dss download",
    "hca help dss --format json download",
    "hca help download --format json",
  ]
) {
  Deno.test(`${line} is about this command`, async () => {
    const { name, commands, options } = await describe(line);
    assert.equal(name, "download");
    assert.deepEqual(commands, []);
    assert.deepEqual(
      options.find(({ flag }) => flag === "--num-retries"),
      option("--num-retries", { type: "integer", default: 10 }),
    );
  });
}

Deno.test("hca help --format text is hca help", async () => {
  await using hca = await TestEnvironment.create();
  const text = await hca.runLine("hca help dss --format text");
  assert.equal(text.status, 0);
  assert.deepEqual(text, await hca.runLine("hca dss --help"));
});

for (
  const [line, message] of [
    [
      "hca help --format xml",
      /error: --format must be one of text, json, not 'xml'\. See 'hca --help'/,
    ],
    ["hca help --format", /error: --format must be one of text, json, not ''/],
    ["hca help --format=", /error: --format must be one of text, json, not ''/],
    ["hca dss --format json", /error: unknown option '--format'/],
    ["hca help dss nothing --format json", /error: unknown command 'nothing'/],
  ] as const
) {
  Deno.test(`${line} is refused`, async () => {
    await using hca = await TestEnvironment.create();
    const { status, out, err } = await hca.runLine(line);
    assert.match(err, message);
    assert.equal(out, "");
    assert.equal(status, 2);
  });
}

Deno.test("hca help --format json does without a service that is not there", async () => {
  await using hca = await TestEnvironment.create();
  hca.runtime.clock = new FakeClock({ skips: (delayMs) => delayMs < 10_000 });
  hca.variables.set("HCA_SWAGGER_URL", "https://dss.test/swagger.json");
  const { status, out, err } = await hca.runLine(
    "hca help dss --format json",
  );
  assert.equal(status, 0);
  assert.match(
    err,
    /^hca: warning: the commands of the service cannot be listed: /m,
  );
  const { commands }: Described = JSON.parse(out);
  assert.ok(commands.some(({ name }) => name === "download"));
});
