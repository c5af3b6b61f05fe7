import { printable } from "../base/mod.ts";
import { definitions, wrap } from "../terminal/mod.ts";
import type { Command, Option, Positional } from "./command.ts";
import { EXIT_CODES } from "./exit_codes.ts";
import { GLOBAL_OPTIONS } from "./global_options.ts";
import {
  sessionExamples,
  sessionPath,
  sessionWording,
} from "./session_wording.ts";

/**
 * The help text of a command or group. In a session it speaks of commands as
 * they are typed there, and only the root lists what all commands have.
 *
 * @param path its words, `hca` first; in a session without it
 * @param commands its commands, if it is a group
 * @param width characters per line
 */
export function formatHelp(
  command: Command,
  path: readonly string[],
  commands: readonly Command[],
  width: number,
): string {
  const { options = [], positionals = [] } = command;
  const { words, about, examples, shared, json } = phrasing(command, path);
  const required = options.filter((option) => option.required);
  const optional = [
    ...options.filter((option) => !option.required),
    ...shared,
  ];
  const sections = [
    wrap(`usage: ${usageLine(command, words)}`, width),
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
    section("Required Arguments:", required.map(describe(json)), width),
    section("Optional Arguments:", optional.map(describe(json)), width),
    examples.length === 0
      ? ""
      : `Examples:\n${examples.map((line) => `  ${line}`).join("\n")}`,
    words.length === 1 && words[0] === "hca" ? exitCodeSection(width) : "",
  ];
  const text = sections.filter((part) => part !== "").join("\n\n");
  // Names and descriptions may come from a service.
  return text.split("\n").map((line) => `${printable(line)}\n`).join("");
}

/** What help says where it is read: on the command line, or in a session. */
interface Phrasing {
  words: readonly string[];
  about: string;
  examples: readonly string[];
  /** Options that all commands have. */
  shared: readonly Option[];
  /** How a JSON value is given. */
  json: string;
}

function phrasing(command: Command, path: readonly string[]): Phrasing {
  const { summary, description, examples = [] } = command;
  const about = description === undefined
    ? summary
    : `${summary}\n\n${description}`;
  if (path[0] === "hca") {
    const json = "As JSON, @FILE, or - for standard input.";
    return { words: path, about, examples, shared: GLOBAL_OPTIONS, json };
  }
  return {
    words: sessionPath(path),
    about: sessionWording(about),
    examples: sessionExamples(command),
    shared: path.length === 0 ? GLOBAL_OPTIONS : [],
    json: "As JSON, or @FILE.",
  };
}

/** How a command is called, in one line. */
export function usageLine(command: Command, path: readonly string[]): string {
  const required = (command.options ?? []).filter((option) => option.required);
  return [
    ...path,
    ...(command.run === undefined ? ["COMMAND"] : []),
    ...(command.positionals ?? []).map(positionalText),
    ...required.map(flagText),
    "[options]",
  ].join(" ");
}

function positionalText({ name, isOptional, isList }: Positional): string {
  const text = isList ? `${name} ...` : name;
  return isOptional ? `[${text}]` : text;
}

function section(
  title: string,
  entries: [string, string][],
  width: number,
): string {
  return entries.length === 0 ? "" : `${title}\n${definitions(entries, width)}`;
}

function describe(json: string): (option: Option) => [string, string] {
  return (option) => {
    const short = option.short === undefined ? "" : `-${option.short}, `;
    const standard = option.default === undefined || option.isSwitch
      ? ""
      : ` Default ${JSON.stringify(option.default)}.`;
    const form = option.type === "json" ? ` ${json}` : "";
    const text = option.description.trim();
    return [`${short}${flagText(option)}`, `${text}${form}${standard}`.trim()];
  };
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
