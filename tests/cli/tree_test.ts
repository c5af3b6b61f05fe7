import assert from "node:assert/strict";
import { program } from "../../src/commands/program.ts";
import { ApiDocument } from "../../src/swagger/mod.ts";
import { TestEnvironment } from "../support/test_environment.ts";
import { DSS_DOCUMENT } from "../support/dss_document.ts";
import {
  commandsOfDocument,
  limitsOf,
  OLD_COMMANDS,
  OLD_LIMITS,
  OLD_TREE,
  OURS,
  treeOf,
} from "./_old_table.ts";
import { commandsOf } from "./_table.ts";

const URL = "https://dss.test/v1/swagger.json";
const DOCUMENT = new ApiDocument(DSS_DOCUMENT, URL);

OLD_TREE.forEach((line, at) => {
  Deno.test(`the tree of the production document has ${line.split(";")[0]}`, () => {
    assert.equal(treeOf(DOCUMENT)[at], line);
  });
});

Deno.test("the tree of the production document has these commands, in this order", () => {
  assert.deepEqual(
    commandsOfDocument(DOCUMENT).map(({ name }) => name),
    OLD_COMMANDS,
  );
});

Deno.test("the tree of the production document has the service's limits", () => {
  assert.deepEqual(limitsOf(DOCUMENT), OLD_LIMITS);
});

Deno.test("the tree of the production document has no defaults, and hca's own flags last", () => {
  for (const { name, options = [] } of commandsOfDocument(DOCUMENT)) {
    const own = options.filter((option) => OURS.includes(option.name));
    const wanted = OURS.filter((flag) =>
      flag !== "no-paginate" || own[0]?.name === flag
    );
    assert.deepEqual(own.map((option) => option.name), wanted, name);
    assert.deepEqual(options.slice(-own.length), own, name);
    assert.deepEqual(
      options.filter((option) => option.default !== undefined),
      [],
      name,
    );
  }
});

/** One flag as `hca help --format json` shows it. */
interface Flag {
  flag: string;
  required: boolean;
  choices: string[] | null;
  type: string;
  list: boolean;
  default: unknown;
}

/** The flags of a line of the table, in the form of the JSON help. */
function flagsOf(line: string): Flag[] {
  const types: Record<string, string> = {
    "": "string",
    ":int": "integer",
    ":bool": "boolean",
    ":json": "json",
  };
  const [head = "", ...groups] = line.split("; ");
  const flags = groups.flatMap((group) => group.slice(2).split(" "));
  if (head.endsWith(" P")) flags.push("no-paginate:bool");
  return flags.map((flag) => {
    const [, name, required, type, choices, list] =
      /^([a-z-]+)(!?)(:\w+)?(?:=([^+]+))?(\+?)$/.exec(flag) ?? [];
    return {
      flag: `--${name}`,
      required: required === "!",
      choices: choices?.split("|") ?? null,
      type: types[type ?? ""] ?? "?",
      list: list === "+",
      default: null,
    };
  });
}

Deno.test("hca help dss --format json lists the commands of the served document, flag by flag", async () => {
  await using hca = await TestEnvironment.create();
  hca.runtime.fetch = (request) =>
    Promise.resolve(
      request.url === URL
        ? Response.json(DSS_DOCUMENT)
        : assert.fail(`asked for ${request.url}`),
    );
  const { status, out, err } = await hca.runLine(
    `hca help dss --format json --swagger-url ${URL}`,
  );
  assert.equal(err, "");
  assert.equal(status, 0);
  const { name, commands } = JSON.parse(out);
  assert.equal(name, "dss");
  for (const [at, line] of OLD_TREE.entries()) {
    const { name, options } = commands[at];
    assert.equal(name, line.split(" ", 1)[0]);
    const flags: Flag[] = options;
    assert.deepEqual(
      flags.filter(({ flag }) =>
        flag === "--no-paginate" || !OURS.includes(flag.slice(2))
      ),
      flagsOf(line),
      name,
    );
  }
  const generated = Array.from(
    commands.slice(0, OLD_TREE.length),
    ({ commands }) => commands,
  );
  assert.deepEqual(generated, OLD_TREE.map(() => []));
});

// The commands that the old client made by hand. An empty text as a default,
// which meant nothing, is left out here.
const HAND_MADE: Record<string, Record<string, string>> = {
  login: { "access-token": "string", remote: "switch" },
  logout: {},
  download: {
    "bundle-uuid": "string, required",
    replica: "string, required",
    version: "string",
    "download-dir": "string",
    "metadata-filter": "list",
    "data-filter": "list",
    "no-metadata": "switch",
    "no-data": "switch",
    "num-retries": "integer, 10",
    "min-delay-seconds": "number, 0.25",
  },
  "download-manifest": {
    manifest: "string, required",
    replica: "string, required",
    layout: "string, none",
    "no-metadata": "switch",
    "no-data": "switch",
    "num-retries": "integer, 10",
    "min-delay-seconds": "number, 0.25",
    "download-dir": "string",
  },
  "create-version": {},
  "download-collection": {
    uuid: "string, required",
    replica: "string, required",
    version: "string",
    "download-dir": "string",
  },
  "refresh-swagger": {},
};

for (const [name, flags] of Object.entries(HAND_MADE)) {
  Deno.test(`hca dss ${name} has every flag of the old client`, async () => {
    const command = (await commandsOf("dss")).find((found) =>
      found.name === name
    );
    assert.equal(typeof command?.run, "function");
    const options = command?.options ?? [];
    const found = Object.keys(flags).map((flag) => {
      const option = options.find((option) => option.name === flag);
      const type = option?.isSwitch
        ? "switch"
        : option?.isList
        ? "list"
        : option?.type ?? (option === undefined ? "missing" : "string");
      const standard = option?.default === undefined
        ? ""
        : `, ${option.default}`;
      return [
        flag,
        `${type}${option?.required ? ", required" : ""}${standard}`,
      ];
    });
    assert.deepEqual(Object.fromEntries(found), flags);
  });
}

Deno.test("hca has the groups and commands of the old client at its root", () => {
  const names = program.commands?.map(({ name }) => name) ?? [];
  for (const name of ["dss", "clear-hca-cache"]) {
    assert.ok(names.includes(name), name);
  }
});
