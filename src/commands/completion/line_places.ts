import { UsageError } from "../../base/mod.ts";
import type { Command, Option } from "../command.ts";
import type { Context } from "../context.ts";
import {
  findCommand,
  type FoundCommand,
  UnknownCommandError,
} from "../find_command.ts";
import { GLOBAL_OPTIONS } from "../global_options.ts";
import { type LineState, readLineState, splitOption } from "./line_state.ts";

/** Where commands are looked up. */
export interface TableSources {
  /** The root of the command table. */
  root: Command;
  /** What the table's groups are asked with. */
  context: Context;
}

/** What is known of a line up to the cursor. */
export interface PlacedLine {
  /** The command or group that its words name. */
  command: Command;
  /** The words before the cursor that are none of the command's name. */
  rest: readonly string[];
  /** The flags of the command, those of every command included. */
  options: readonly Option[];
  /** What the rest says. */
  state: LineState;
  /** The word that the cursor is in, up to the cursor. */
  current: string;
}

/** What may stand where the cursor is. */
export type LinePlace =
  | {
    /** The name of a command. */
    kind: "command";
    group: Command;
  }
  | {
    /** A flag. */
    kind: "flag";
  }
  | {
    /** An argument without a flag. */
    kind: "argument";
  }
  | {
    /** The value of an option. */
    kind: "value";
    option: Option;
    /** What is there of it. */
    text: string;
    /** What stands before it in the same word, as in `--replica=`. */
    prefix: string;
  };

/**
 * Finds what may stand where the cursor is. Of several places, a later one
 * counts when nothing can be offered for those before it.
 *
 * @param words the words after `hca` up to the cursor; the last one is the
 * one that the cursor is in, and may be empty
 * @returns undefined when the words before name no command
 */
export async function findPlaces(
  words: readonly string[],
  sources: TableSources,
): Promise<{ line: PlacedLine; places: LinePlace[] } | undefined> {
  const current = words.at(-1) ?? "";
  const found = await findOrNone(words.slice(0, -1), sources);
  if (found === undefined) return undefined;
  const { command, rest } = found;
  const options = [...command.options ?? [], ...GLOBAL_OPTIONS];
  const state = readLineState(options, rest);
  const line = { command, rest, options, state, current };
  return { line, places: placesOf(line) };
}

function placesOf(
  { command, options, state, current }: PlacedLine,
): LinePlace[] {
  const { pending, open, isTerminated } = state;
  if (pending !== undefined) {
    return [{ kind: "value", option: pending, text: current, prefix: "" }];
  }
  if (current.startsWith("-") && !isTerminated) {
    return current.startsWith("--") && current.includes("=")
      ? inlineValue(options, current)
      : [{ kind: "flag" }];
  }
  if (command.run === undefined) return [{ kind: "command", group: command }];
  const value: LinePlace[] = open === undefined
    ? []
    : [{ kind: "value", option: open, text: current, prefix: "" }];
  const flag: LinePlace[] = current === "" && !isTerminated
    ? [{ kind: "flag" }]
    : [];
  return [...value, { kind: "argument" }, ...flag];
}

function inlineValue(options: readonly Option[], word: string): LinePlace[] {
  const { option, value = "" } = splitOption(options, word);
  if (option === undefined || option.isSwitch) return [];
  const prefix = word.slice(0, word.length - value.length);
  return [{ kind: "value", option, text: value, prefix }];
}

/** The command of the words before the cursor, found as when it is run. */
async function findOrNone(
  words: readonly string[],
  { root, context }: TableSources,
): Promise<FoundCommand | undefined> {
  for (const group of [root, ...seedGroup(root)]) {
    try {
      return await findCommand(group, words, context);
    } catch (error) {
      if (error instanceof UnknownCommandError) continue;
      if (error instanceof UsageError) return undefined;
      throw error;
    }
  }
  return undefined;
}

/** `hca download` is `hca dss download`. */
export function seedGroup(root: Command): Command[] {
  return (root.commands ?? []).filter(({ name }) => name === "dss");
}
