import { CancelledError, HcaError, UsageError } from "../base/mod.ts";
import type { Command } from "./command.ts";
import type { Context } from "./context.ts";
import {
  findCommand,
  type FoundCommand,
  listCommands,
  UnknownCommandError,
} from "./find_command.ts";
import { formatHelp } from "./help.ts";
import { describeCommand } from "./help_json.ts";
import { namedSources, parseArguments } from "./parse_arguments.ts";
import { readSources } from "./read_sources.ts";

/** Where the words of a line are looked up. */
export interface CommandTable {
  /** The root of the table. */
  root: Command;
  /** The group whose commands may stand without its name. */
  seed: Command;
}

/**
 * Finds the command of a line. The atlas's own documents write `hca download`
 * for `hca dss download`, so the commands of one group are found without it.
 *
 * @throws {UnknownCommandError} for a word that is no command
 */
export async function resolveCommand(
  argv: readonly string[],
  context: Context,
  { root, seed }: CommandTable,
): Promise<FoundCommand> {
  try {
    return await findCommand(root, argv, context);
  } catch (error) {
    if (!(error instanceof UnknownCommandError)) throw error;
    try {
      const found = await findCommand(seed, argv, context);
      return { ...found, path: [root.name, ...found.path] };
    } catch (inner) {
      // Anything else is about the service, which could not be asked.
      if (!(inner instanceof UnknownCommandError)) throw inner;
      if (error.path.length > 1) throw error;
      // Its like may stand in either place.
      const names = [...error.names, ...inner.names];
      throw new UnknownCommandError(error.word, names, error.path);
    }
  }
}

/**
 * Carries a command out, or shows its help.
 *
 * @throws {UsageError} when its arguments are wrong; and what it throws
 */
export async function executeCommand(
  { command, path, rest, helpFormat }: FoundCommand,
  context: Context,
): Promise<void> {
  const { environment } = context;
  const { tokenize } = environment;
  const contents = await readSources(
    namedSources(command, rest, tokenize),
    environment,
  );
  const values = parseArguments(command, rest, tokenize, contents);
  if (command.run === undefined && values.flag("version")) {
    const { version, hostDescription } = environment;
    return await context.printLine(`hca ${version} (${hostDescription})`);
  }
  if (command.run !== undefined && !values.flag("help")) {
    return await command.run(context, values);
  }
  if (helpFormat === "json") {
    const list = (group: Command) => commandsForHelp(group, context);
    return await context.printJson(await describeCommand(command, list));
  }
  const width = Math.min(environment.terminal.columns(), 100);
  const commands = await commandsForHelp(command, context);
  await environment.terminal.out(formatHelp(command, path, commands, width));
}

/** Help is for those whom something fails, so it does without the service. */
async function commandsForHelp(
  group: Command,
  context: Context,
): Promise<readonly Command[]> {
  try {
    return await listCommands(group, context);
  } catch (error) {
    if (!(error instanceof HcaError) || error instanceof CancelledError) {
      throw error;
    }
    context.log(
      "WARNING",
      `the commands of the service cannot be listed: ${error.message}`,
    );
    return (group.commands ?? []).filter((command) => !command.isHidden);
  }
}

/** A usage error that names the help of its command, if it names nothing. */
export function withHelpHint(
  error: unknown,
  path: readonly string[],
): unknown {
  if (!(error instanceof UsageError) || error.hint !== undefined) return error;
  return new UsageError(error.message, {
    cause: error,
    hint: `See '${path.join(" ")} --help'.`,
  });
}
