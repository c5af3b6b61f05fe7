import { CancelledError, HcaError, UsageError } from "../base/mod.ts";
import { type Command, Values } from "./command.ts";
import { Context } from "./context.ts";
import type { Environment } from "./environment.ts";
import {
  findCommand,
  type FoundCommand,
  listCommands,
  UnknownCommandError,
} from "./find_command.ts";
import { globalSettings } from "./global_options.ts";
import { formatHelp } from "./help.ts";
import { parseArguments } from "./parse_arguments.ts";
import { printError } from "./print_error.ts";
import { program } from "./program.ts";
import { dss } from "./dss/dss.ts";

/**
 * Runs one command line and gives the exit status. Nothing is thrown: what
 * goes wrong is shown here, once.
 */
export async function main(
  argv: readonly string[],
  environment: Environment,
): Promise<number> {
  const settings = readGlobalSettings(argv);
  using context = new Context(environment, settings);
  let path = [program.name];
  try {
    const found = await resolve(argv, context);
    path = found.path;
    await execute(found, context);
    return 0;
  } catch (error) {
    const isDebug = settings.logLevel === "DEBUG";
    return printError(
      environment.terminal,
      path,
      withHelpHint(error, path),
      isDebug,
    );
  }

  /** Options of the whole run are needed before the line can be understood. */
  function readGlobalSettings(words: readonly string[]) {
    const given = new Map<string, string>();
    const end = words.indexOf("--");
    const line = end < 0 ? words : words.slice(0, end);
    line.forEach((word, at) => {
      const match = /^--(log-level|swagger-url)(?:=(.*))?$/s.exec(word);
      const [, name, inline] = match ?? [];
      // What begins with a dash is refused later, as a value that is missing.
      const next = line[at + 1]?.startsWith("-") ? undefined : line[at + 1];
      const value = inline ?? next;
      if (name !== undefined && value !== undefined) given.set(name, value);
    });
    return globalSettings(new Values(given));
  }
}

async function resolve(
  argv: readonly string[],
  context: Context,
): Promise<FoundCommand> {
  try {
    return await findCommand(program, argv, context);
  } catch (error) {
    // The atlas's own documents write `hca download` for `hca dss download`.
    if (!(error instanceof UnknownCommandError)) throw error;
    try {
      const found = await findCommand(dss, argv, context);
      return { ...found, path: [program.name, ...found.path] };
    } catch (inner) {
      // Anything else is about the service, which could not be asked.
      throw inner instanceof UnknownCommandError ? error : inner;
    }
  }
}

async function execute(
  { command, path, rest }: FoundCommand,
  context: Context,
): Promise<void> {
  const { environment } = context;
  const values = parseArguments(command, rest, environment.tokenize);
  if (command === program && values.flag("version")) {
    const { version, hostDescription } = environment;
    return await context.printLine(`hca ${version} (${hostDescription})`);
  }
  if (command.run !== undefined && !values.flag("help")) {
    return await command.run(context, values);
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
    return group.commands ?? [];
  }
}

function withHelpHint(error: unknown, path: readonly string[]): unknown {
  if (!(error instanceof UsageError) || error.hint !== undefined) return error;
  return new UsageError(error.message, {
    cause: error,
    hint: `See '${path.join(" ")} --help'.`,
  });
}
