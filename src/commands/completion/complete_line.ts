import { type Fqid, UsageError } from "../../base/mod.ts";
import type { Command, Option } from "../command.ts";
import type { Context } from "../context.ts";
import {
  findCommand,
  type FoundCommand,
  listCommands,
  UnknownCommandError,
} from "../find_command.ts";
import { GLOBAL_OPTIONS } from "../global_options.ts";
import { type Candidate, type Completion, NOTHING } from "./candidate.ts";
import {
  completePositional,
  completeValue,
  type ValueSources,
} from "./complete_value.ts";
import { type LineState, readLineState, splitOption } from "./line_state.ts";

/** What lines are completed from. */
export interface LineSources {
  /** The root of the command table. */
  root: Command;
  /** What the table's groups are asked with. */
  context: Context;
  /** The bundles seen lately, newest first; read when they are needed. */
  recent: () => Promise<readonly Fqid[]>;
}

/**
 * What may stand where the cursor is.
 *
 * @param words the words after `hca` up to the cursor; the last one is the
 * one that the cursor is in, and may be empty
 */
export async function completeLine(
  words: readonly string[],
  sources: LineSources,
): Promise<Completion> {
  const current = words.at(-1) ?? "";
  const found = await findOrNone(words.slice(0, -1), sources);
  if (found === undefined) return NOTHING;
  const { command, rest } = found;
  const options = [...command.options ?? [], ...GLOBAL_OPTIONS];
  const state = readLineState(options, rest);
  const values = { command, state, recent: sources.recent };
  if (state.pending !== undefined) {
    return await completeValue(state.pending, current, "", values);
  }
  if (current.startsWith("-") && !state.isTerminated) {
    return current.startsWith("--") && current.includes("=")
      ? await completeInline(options, current, values)
      : flags(options, state, current);
  }
  if (command.run === undefined) {
    return await completeCommand(command, current, sources);
  }
  if (state.open !== undefined) {
    const offered = await completeValue(state.open, current, "", values);
    if (!isEmpty(offered)) return offered;
  }
  const argument = completePositional(command, state);
  const needsFlag = isEmpty(argument) && current === "" && !state.isTerminated;
  return needsFlag ? flags(options, state, current) : argument;
}

function isEmpty(completion: Completion): boolean {
  return completion.kind === "words" && completion.candidates.length === 0;
}

/** The command of the words before the cursor, found as when it is run. */
async function findOrNone(
  words: readonly string[],
  { root, context }: LineSources,
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
function seedGroup(root: Command): Command[] {
  return (root.commands ?? []).filter(({ name }) => name === "dss");
}

async function completeCommand(
  group: Command,
  current: string,
  { root, context }: LineSources,
): Promise<Completion> {
  const own = await commandsNamed(group, current, context);
  const [seed] = seedGroup(root);
  // Those of the other spelling would only clutter the list.
  const isOther = own.length === 0 && group === root && seed !== undefined;
  const candidates = isOther
    ? await commandsNamed(seed, current, context)
    : own;
  return { kind: "words", candidates };
}

async function commandsNamed(
  group: Command,
  start: string,
  context: Context,
): Promise<Candidate[]> {
  return (await listCommands(group, context))
    .filter(({ name }) => name.startsWith(start))
    .map(({ name, summary }) => ({ value: name, description: summary }));
}

async function completeInline(
  options: readonly Option[],
  word: string,
  sources: ValueSources,
): Promise<Completion> {
  const { option, value = "" } = splitOption(options, word);
  if (option === undefined || option.isSwitch) return NOTHING;
  const prefix = word.slice(0, word.length - value.length);
  return await completeValue(option, value, prefix, sources);
}

/** The flags that may still be given, those that are needed first. */
function flags(
  options: readonly Option[],
  { given }: LineState,
  start: string,
): Completion {
  const free = options.filter(({ name, isList }) => isList || !given.has(name));
  const candidates = [
    ...free.filter(({ required }) => required),
    ...free.filter(({ required }) => !required),
  ]
    .map(({ name, description }) => ({ value: `--${name}`, description }))
    .filter(({ value }) => value.startsWith(start));
  return { kind: "words", candidates };
}
