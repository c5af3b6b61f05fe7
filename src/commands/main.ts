import { CancelledError, HcaError, UsageError } from "../base/mod.ts";
import { configText, loadConfig } from "../config/mod.ts";
import { type Command, Values } from "./command.ts";
import { Context, type GlobalSettings } from "./context.ts";
import type { Environment } from "./environment.ts";
import {
  findCommand,
  type FoundCommand,
  listCommands,
  UnknownCommandError,
} from "./find_command.ts";
import { globalSettings } from "./global_options.ts";
import { formatHelp } from "./help.ts";
import { describeCommand } from "./help_json.ts";
import { namedSources, parseArguments } from "./parse_arguments.ts";
import { printError } from "./print_error.ts";
import { program } from "./program.ts";
import { readSources } from "./read_sources.ts";
import { dss } from "./dss/dss.ts";

/**
 * Runs one command line and gives the exit status. Nothing is thrown: what
 * goes wrong is shown here, once.
 */
export async function main(
  argv: readonly string[],
  environment: Environment,
): Promise<number> {
  const settings = await readGlobalSettings(argv, environment);
  using context = new Context(environment, settings);
  let path = [program.name];
  try {
    const found = await resolve(argv, context);
    path = found.path;
    await execute(found, context);
    return 0;
  } catch (error) {
    const { terminal } = context.environment;
    return printError(terminal, path, withHelpHint(error, path), {
      withStack: settings.logLevel === "DEBUG",
      asJson: settings.logFormat === "json",
    });
  }
}

/** Options of the whole run are needed before the line can be understood. */
async function readGlobalSettings(
  argv: readonly string[],
  environment: Environment,
): Promise<GlobalSettings> {
  const given = new Map<string, string | boolean>();
  const end = argv.indexOf("--");
  const line = end < 0 ? argv : argv.slice(0, end);
  line.forEach((word, at) => {
    if (word === "--auth" || word === "--no-auth") {
      given.set(word.slice(2), true);
    }
    const match = /^--(log-level|log-format|swagger-url)(?:=(.*))?$/s.exec(
      word,
    );
    const [, name, inline] = match ?? [];
    // What begins with a dash is refused later, as a value that is missing.
    const next = line[at + 1]?.startsWith("-") ? undefined : line[at + 1];
    const value = inline ?? next;
    if (name !== undefined && value !== undefined) given.set(name, value);
  });
  if (!given.has("log-level")) {
    given.set("log-level", await configuredLevel(environment));
  }
  return globalSettings(new Values(given));
}

async function configuredLevel(environment: Environment): Promise<string> {
  try {
    const { files } = environment.runtime;
    const config = await loadConfig(files, environment);
    return configText(config, "log_level") ?? "";
  } catch (error) {
    // A damaged file is told by whatever needs more of it.
    if (error instanceof HcaError) return "";
    throw error;
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
      if (!(inner instanceof UnknownCommandError)) throw inner;
      if (error.path.length > 1) throw error;
      // Its like may stand in either place.
      const names = [...error.names, ...inner.names];
      throw new UnknownCommandError(error.word, names, error.path);
    }
  }
}

async function execute(
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
  if (command === program && values.flag("version")) {
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

function withHelpHint(error: unknown, path: readonly string[]): unknown {
  if (!(error instanceof UsageError) || error.hint !== undefined) return error;
  return new UsageError(error.message, {
    cause: error,
    hint: `See '${path.join(" ")} --help'.`,
  });
}
