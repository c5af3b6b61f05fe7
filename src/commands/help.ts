import { printable } from "../base/mod.ts";
import { definitions, wrap } from "../terminal/mod.ts";
import type { Command, Option } from "./command.ts";
import { EXIT_CODES } from "./exit_codes.ts";
import { GLOBAL_OPTIONS } from "./global_options.ts";

/**
 * The help text of a command or group.
 *
 * @param path its words, `hca` first
 * @param commands its commands, if it is a group
 * @param width characters per line
 */
export function formatHelp(
  command: Command,
  path: readonly string[],
  commands: readonly Command[],
  width: number,
): string {
  const { options = [], positionals = [], examples = [] } = command;
  const required = options.filter((option) => option.required);
  const optional = [
    ...options.filter((option) => !option.required),
    ...GLOBAL_OPTIONS,
  ];
  const about = command.description === undefined
    ? command.summary
    : `${command.summary}\n\n${command.description}`;
  const sections = [
    wrap(`usage: ${usageLine(command, path)}`, width),
    wrap(about, width),
    section(
      "Commands:",
      commands.map(({ name, summary }) => [name, firstLine(summary)]),
      width,
    ),
    section(
      "Positional Arguments:",
      positionals.map(({ name, description }) => [name, description]),
      width,
    ),
    section("Required Arguments:", required.map(describe), width),
    section("Optional Arguments:", optional.map(describe), width),
    examples.length === 0
      ? ""
      : `Examples:\n${examples.map((line) => `  ${line}`).join("\n")}`,
    path.length === 1 ? exitCodeSection(width) : "",
  ];
  const text = sections.filter((part) => part !== "").join("\n\n");
  // Names and descriptions may come from a service.
  return text.split("\n").map((line) => `${printable(line)}\n`).join("");
}

/** How a command is called, in one line. */
export function usageLine(command: Command, path: readonly string[]): string {
  const required = (command.options ?? []).filter((option) => option.required);
  return [
    ...path,
    ...(command.run === undefined ? ["COMMAND"] : []),
    ...(command.positionals ?? []).map(({ name }) => name),
    ...required.map(flagText),
    "[options]",
  ].join(" ");
}

function section(
  title: string,
  entries: [string, string][],
  width: number,
): string {
  return entries.length === 0 ? "" : `${title}\n${definitions(entries, width)}`;
}

function describe(option: Option): [string, string] {
  const short = option.short === undefined ? "" : `-${option.short}, `;
  const standard = option.default === undefined || option.isSwitch
    ? ""
    : ` Default ${JSON.stringify(option.default)}.`;
  const text = option.description.trim();
  return [`${short}${flagText(option)}`, `${text}${standard}`.trim()];
}

function flagText(option: Option): string {
  const flag = `--${option.name}`;
  if (option.isSwitch) return flag;
  const value = option.choices === undefined
    ? option.name.toUpperCase().replaceAll("-", "_")
    : `{${option.choices.join(",")}}`;
  return option.isList ? `${flag} ${value} [${value} ...]` : `${flag} ${value}`;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

function exitCodeSection(width: number): string {
  return section(
    "Exit status:",
    Object.values(EXIT_CODES).map(({ status, when }) => [String(status), when]),
    width,
  );
}
