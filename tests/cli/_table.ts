import type { Json } from "../../src/base/mod.ts";
import type { Command } from "../../src/commands/command.ts";
import { Context } from "../../src/commands/context.ts";
import {
  findCommand,
  type FoundCommand,
  listCommands,
} from "../../src/commands/find_command.ts";
import { parseArguments } from "../../src/commands/parse_arguments.ts";
import { program } from "../../src/commands/program.ts";
import { TestEnvironment, wordsOf } from "../support/test_environment.ts";

/** The command that a line names, and the rest of the line. */
export async function findLine(line: string): Promise<FoundCommand> {
  await using hca = await TestEnvironment.create();
  using context = contextOf(hca);
  const [, ...argv] = wordsOf(line);
  return await findCommand(program, argv, context);
}

/** The values that a line gives to its command, those not given left out. */
export async function valuesOf(line: string): Promise<Record<string, Json>> {
  await using hca = await TestEnvironment.create();
  const { command, rest } = await findLine(line);
  const values = parseArguments(command, rest, hca.environment.tokenize);
  const names = [
    ...(command.options ?? []),
    ...(command.positionals ?? []),
    { name: "help" },
    { name: "log-level" },
    { name: "swagger-url" },
  ].map(({ name }) => name);
  return Object.fromEntries(names.flatMap((name): [string, Json][] => {
    const value = values.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}

/** The commands of a group at the root, as help lists them. */
export async function commandsOf(group: string): Promise<readonly Command[]> {
  await using hca = await TestEnvironment.create();
  using context = contextOf(hca);
  const found = program.commands?.find(({ name }) => name === group);
  if (found === undefined) throw new TypeError(`no group ${group}`);
  return await listCommands(found, context);
}

function contextOf(hca: TestEnvironment): Context {
  return new Context(hca.environment, {
    logLevel: "INFO",
    logFormat: "text",
    swaggerUrl: undefined,
  });
}
