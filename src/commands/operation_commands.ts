import type { Json } from "../base/mod.ts";
import { mergePages, type ServiceClient } from "../services/mod.ts";
import {
  type Arguments,
  commandName,
  flagName,
  type Operation,
  type Parameter,
} from "../swagger/mod.ts";
import type { Command, Option, OptionType, Values } from "./command.ts";
import type { Context } from "./context.ts";
import { printAnswer } from "./print_answer.ts";

const NO_PAGINATE: Option = {
  name: "no-paginate",
  description: "Get the first page only, not all of them.",
  isSwitch: true,
  type: "boolean",
};

/**
 * Commands for the operations of an API document: one each, with a flag for
 * each parameter, in the document's order.
 *
 * @param connect gives the client that carries them out
 */
export function operationCommands(
  operations: Iterable<Operation>,
  connect: (context: Context) => Promise<ServiceClient>,
): Command[] {
  return [...operations].map((operation) => ({
    name: commandName(operation.name),
    aliases: aliasesOf(operation),
    summary: operation.summary,
    description: operation.description,
    options: optionsOf(operation),
    run: async (context, values) => {
      const client = await connect(context);
      await runOperation(client, operation, context, values);
    },
  }));
}

async function runOperation(
  client: ServiceClient,
  operation: Operation,
  context: Context,
  values: Values,
): Promise<void> {
  const { signal } = context.environment;
  const { name, method, isPaged } = operation;
  const args = argumentsOf(operation, values);
  if (isPaged && !values.flag("no-paginate")) {
    return await context.printJson(
      await mergePages(client.pages(name, args, { signal })),
    );
  }
  const response = await client.stream(name, args, { signal });
  await printAnswer(response, context, method);
}

/** The seed document of the atlas calls `head-file` by the name `file-head`. */
function aliasesOf({ name }: Operation): string[] {
  const [verb = "", ...rest] = commandName(name).split("-");
  return verb === "head" ? [`${rest.join("-")}-head`] : [];
}

function optionsOf(operation: Operation): Option[] {
  const options = operation.parameters
    // A leading underscore hides a parameter from the command line.
    .filter(({ name }) => !name.startsWith("_"))
    .map(optionOf);
  return operation.isPaged ? [...options, NO_PAGINATE] : options;
}

function optionOf(parameter: Parameter): Option {
  const { name, required, choices, description, type } = parameter;
  return {
    name: flagName(name),
    description,
    required,
    choices,
    type: optionType(type),
    pattern: parameter.pattern,
    minimum: parameter.minimum,
    maximum: parameter.maximum,
    isList: type === "array",
  };
}

function optionType(type: Parameter["type"]): OptionType {
  return type === "object" || type === "array" ? "json" : type;
}

function argumentsOf(operation: Operation, values: Values): Arguments {
  const args: [string, Json | undefined][] = operation.parameters.map(
    ({ name }) => [name, values.get(flagName(name))],
  );
  return Object.fromEntries(args);
}
