// deno-lint-ignore-file no-console -- a script speaks to its reader
/**
 * Writes `docs/commands.md` from the command table, with the generated
 * commands of the embedded service: `commands_doc.ts`. With `--check` nothing
 * is written, and the exit status is 1 when the file is not current.
 *
 * @module
 */

import type { Command, Option } from "../src/commands/command.ts";
import { Context } from "../src/commands/context.ts";
import type { Environment } from "../src/commands/environment.ts";
import { EXIT_CODES } from "../src/commands/exit_codes.ts";
import { listCommands } from "../src/commands/find_command.ts";
import { GLOBAL_OPTIONS } from "../src/commands/global_options.ts";
import { usageLine } from "../src/commands/help.ts";
import { OUTPUT_OPTIONS } from "../src/commands/output/mod.ts";
import { program } from "../src/commands/program.ts";
import { createRuntime, tokenizeArguments } from "../src/platform/mod.ts";
import { MemoryFiles } from "../tests/support/memory_files.ts";

const FILE = new URL("../docs/commands.md", import.meta.url);

/** The text of `docs/commands.md` as it has to be. */
export async function commandsDocument(): Promise<string> {
  using runtime = createRuntime({ files: new MemoryFiles() });
  const nobody = () => Promise.reject(new Error("nothing is run here"));
  // A machine on which nothing is configured.
  const environment: Environment = {
    version: "0.0.0",
    os: "linux",
    hostDescription: "",
    variable: (name) => name === "HOME" ? "/home" : undefined,
    runtime,
    terminal: {
      out: nobody,
      input: nobody,
      ask: nobody,
      err: (text) => console.error(text),
      outIsTerminal: false,
      errIsTerminal: false,
      columns: () => 80,
      rows: () => 24,
    },
    signal: new AbortController().signal,
    tokenize: tokenizeArguments,
    jmesPath: nobody,
    openFetch: () => {
      throw new Error("nothing is run here");
    },
    openDatabase: () => {
      throw new Error("nothing is run here");
    },
    openBrowser: nobody,
    startProgram: () => {
      throw new Error("no program is started here");
    },
    serve: nobody,
  };
  using context = new Context(environment, {
    logLevel: "INFO",
    logFormat: "text",
    swaggerUrl: "local",
  });
  const parts = [
    "# Commands",
    "Made by `scripts/commands_doc.ts` from the command table; `hca --help` " +
    "and `hca COMMAND --help` say the same, `hca help --format json` says it " +
    "to programs. The commands of the data store " +
    "are those of its API document, here the embedded one's. A section " +
    "`NAMEClient` of the configuration with a `swagger_url` adds a group " +
    "`hca name` in the same way.",
    "Words after `hca dss` may also stand after `hca`: `hca download` is " +
    "`hca dss download`. Options may be cut short where that is unambiguous. " +
    "JSON values may be taken from a file (`@FILE`) or from standard input " +
    "(`-`).",
    "## Options of every command",
    optionTable(GLOBAL_OPTIONS),
    "## Options of answers",
    "Commands that print what a service answers have these too:",
    optionTable(OUTPUT_OPTIONS),
    ...await sections(program, ["hca"], context),
    "## Exit status",
    table(
      ["status", "class", "when"],
      Object.values(EXIT_CODES).map(({ status, errorClass, when }) => [
        String(status),
        errorClass === "" ? "" : code(errorClass),
        cell(when),
      ]),
    ),
  ];
  return await formatted(`${parts.join("\n\n")}\n`);
}

/** A command, and all below it. */
async function sections(
  command: Command,
  path: readonly string[],
  context: Context,
): Promise<string[]> {
  const { options = [], positionals = [], examples = [] } = command;
  const shown = options.filter((option) => !OUTPUT_OPTIONS.includes(option));
  const children = await listCommands(command, context);
  const own = [
    `${"#".repeat(Math.min(path.length + 1, 4))} ${path.join(" ")}`,
    escaped(command.summary),
    block("text", [usageLine(command, path)]),
    escaped(command.description ?? ""),
    positionals.length === 0 ? "" : table(
      ["argument", "about"],
      positionals.map(({ name, description }) => [
        code(name),
        cell(description),
      ]),
    ),
    shown.length === 0 ? "" : optionTable(shown),
    shown.length === options.length
      ? ""
      : "Also the [options of answers](#options-of-answers).",
    examples.length === 0 ? "" : block("sh", examples),
  ].filter((part) => part !== "");
  for (const child of children) {
    own.push(...await sections(child, [...path, child.name], context));
  }
  return own;
}

function optionTable(options: readonly Option[]): string {
  return table(
    ["option", "value", "about"],
    options.map((option) => [
      [
        ...(option.short === undefined ? [] : [code(`-${option.short}`)]),
        code(`--${option.name}`),
      ].join(", "),
      valueOf(option),
      aboutOf(option),
    ]),
  );
}

function valueOf(option: Option): string {
  const { choices, minimum, maximum, isList, isSwitch } = option;
  if (isSwitch) return "";
  const types = {
    string: "text",
    integer: "whole number",
    number: "number",
    boolean: "`true` or `false`",
    json: "JSON",
  };
  const bounds = [
    ...(minimum === undefined ? [] : [`from ${minimum}`]),
    ...(maximum === undefined ? [] : [`to ${maximum}`]),
  ];
  const value = choices === undefined
    ? [types[option.type ?? "string"], ...bounds].join(" ")
    : choices.map(code).join(", ");
  return isList ? `${value}; several` : value;
}

function aboutOf(option: Option): string {
  const standard = option.default === undefined || option.isSwitch
    ? ""
    : ` Default ${code(JSON.stringify(option.default))}.`;
  const required = option.required ? "**Required.** " : "";
  return `${required}${cell(option.description)}${standard}`.trim();
}

function table(head: string[], rows: string[][]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function block(language: string, lines: readonly string[]): string {
  return ["```" + language, ...lines, "```"].join("\n");
}

function code(text: string): string {
  return `\`${text.replaceAll("|", "\\|")}\``;
}

function cell(text: string): string {
  return escaped(text.trim().replace(/\s+/g, " ")).replaceAll("|", "\\|");
}

/** Text whose characters mean nothing in Markdown, but for `code`. */
function escaped(text: string): string {
  return text.trim().replace(
    /(`[^`]*`)|[\\*<>[\]]/g,
    (found, span: string | undefined) => span ?? `\\${found}`,
  );
}

async function formatted(text: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--no-config", "--ext", "md", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (success) return new TextDecoder().decode(stdout);
  throw new Error(new TextDecoder().decode(stderr));
}

if (import.meta.main) {
  const text = await commandsDocument();
  if (!Deno.args.includes("--check")) {
    await Deno.writeTextFile(FILE, text);
  } else if (await Deno.readTextFile(FILE).catch(() => "") !== text) {
    console.error(
      "docs/commands.md is not current; run deno run --allow-all " +
        "scripts/commands_doc.ts",
    );
    Deno.exit(1);
  }
}
