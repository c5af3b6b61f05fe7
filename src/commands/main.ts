import { Context } from "./context.ts";
import { dss } from "./dss/dss.ts";
import type { Environment } from "./environment.ts";
import { printError } from "./print_error.ts";
import { program } from "./program.ts";
import { readGlobalSettings } from "./read_global_settings.ts";
import {
  type CommandTable,
  executeCommand,
  resolveCommand,
  withHelpHint,
} from "./run_command.ts";

const TABLE: CommandTable = { root: program, seed: dss };

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
    const found = await resolveCommand(argv, context, TABLE);
    path = found.path;
    await executeCommand(found, context);
    return 0;
  } catch (error) {
    const { terminal } = context.environment;
    return printError(terminal, path, withHelpHint(error, path), {
      withStack: settings.logLevel === "DEBUG",
      asJson: settings.logFormat === "json",
    });
  }
}
