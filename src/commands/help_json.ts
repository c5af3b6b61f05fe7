import type { Json } from "../base/mod.ts";
import type { Command, Option } from "./command.ts";

/**
 * A command and all below it as a value, for tools: `hca help --format json`.
 *
 * @param list gives the commands of a group
 */
export async function describeCommand(
  command: Command,
  list: (group: Command) => Promise<readonly Command[]>,
): Promise<Record<string, Json>> {
  const commands: Json[] = [];
  for (const child of await list(command)) {
    commands.push(await describeCommand(child, list));
  }
  return {
    name: command.name,
    summary: command.summary,
    commands,
    options: (command.options ?? []).map(describeOption),
  };
}

function describeOption(option: Option): Json {
  return {
    flag: `--${option.name}`,
    required: option.required ?? false,
    choices: option.choices === undefined ? null : [...option.choices],
    type: option.isSwitch ? "boolean" : option.type ?? "string",
    list: option.isList ?? false,
    default: option.default ?? null,
  };
}
