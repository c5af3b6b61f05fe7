import { quote, UsageError } from "../base/mod.ts";
import type { Command } from "./command.ts";
import type { Context } from "./context.ts";
import { GLOBAL_OPTIONS } from "./global_options.ts";
import { didYouMean } from "./suggest.ts";

/** The command that a line names. */
export interface FoundCommand {
  /** The command or group. */
  command: Command;
  /** Its words, `hca` first. */
  path: string[];
  /** The rest of the line. */
  rest: string[];
  /** How `hca help` shall show the command. */
  helpFormat: "text" | "json";
}

/** A word that is no command where it stands. */
export class UnknownCommandError extends UsageError {
  /**
   * Makes the error.
   *
   * @param word the word
   * @param names the commands that stand there
   * @param path the words before it, `hca` first
   */
  constructor(
    readonly word: string,
    readonly names: readonly string[],
    readonly path: readonly string[],
  ) {
    super(`unknown command ${quote(word)}${didYouMean(word, names)}`, {
      hint: `See '${path.join(" ")} --help'.`,
    });
  }
}

/**
 * Walks down the command table along the words of a line. Options that every
 * command has may stand anywhere; `help` before the words of a command is
 * `--help`.
 *
 * @throws {UnknownCommandError} for a word that is no command there
 */
export async function findCommand(
  root: Command,
  argv: readonly string[],
  context: Context,
): Promise<FoundCommand> {
  let command = root;
  const path = [root.name];
  const rest = [...argv];
  let helpFormat: FoundCommand["helpFormat"] = "text";
  for (let at = 0; at < rest.length && command.run === undefined;) {
    const word = rest[at] ?? "";
    if (word.startsWith("-") && word !== "-") {
      // Anything else that begins with a dash is judged with the options.
      if (!isGlobal(word)) break;
      at += takesNext(word) ? 2 : 1;
      continue;
    }
    if (command === root && word === "help") {
      rest[at++] = "--help";
      helpFormat = takeHelpFormat(rest, at);
      continue;
    }
    const found = await findChild(command, word, context);
    if (found === undefined) {
      const names = (await listCommands(command, context)).map((c) => c.name);
      throw new UnknownCommandError(word, names, path);
    }
    command = found;
    path.push(found.name);
    rest.splice(at, 1);
  }
  return { command, path, rest, helpFormat };
}

/** Takes `--format json` out of the line of `hca help`. */
function takeHelpFormat(rest: string[], from: number): "text" | "json" {
  const at = rest.findIndex((word, index) =>
    index >= from && /^--format(=|$)/.test(word)
  );
  if (at < 0) return "text";
  const [, inline] = /^--format=(.*)$/s.exec(rest[at] ?? "") ?? [];
  const value = inline ?? rest[at + 1] ?? "";
  rest.splice(at, inline === undefined ? 2 : 1);
  if (value === "text" || value === "json") return value;
  throw new UsageError(
    `--format must be one of text, json, not ${quote(value)}`,
  );
}

/** The commands of a group, as help lists them. */
export async function listCommands(
  group: Command,
  context: Context,
): Promise<readonly Command[]> {
  const generated = await group.generated?.(context) ?? [];
  const fixed = (group.commands ?? []).filter(({ isHidden }) => !isHidden);
  const names = new Set(fixed.map((command) => command.name));
  // A command made by hand stands for a generated one of the same name.
  return [...generated.filter(({ name }) => !names.has(name)), ...fixed];
}

async function findChild(
  group: Command,
  word: string,
  context: Context,
): Promise<Command | undefined> {
  const named = ({ name, aliases = [] }: Command) =>
    name === word || aliases.includes(word);
  // First those that need no API document, which may not be at hand.
  return group.commands?.find(named) ??
    (await listCommands(group, context)).find(named);
}

function isGlobal(word: string): boolean {
  const name = word.replace(/^--?/, "").split("=", 1)[0] ?? "";
  return GLOBAL_OPTIONS.some((option) =>
    option.name === name || (option.short === name && !word.startsWith("--"))
  );
}

function takesNext(word: string): boolean {
  const option = GLOBAL_OPTIONS.find(({ name }) => word === `--${name}`);
  return option !== undefined && !option.isSwitch;
}
