import type { Json } from "../base/mod.ts";
import type { ServiceClient } from "../services/mod.ts";
import {
  type Arguments,
  commandName,
  flagName,
  type Operation,
  type Parameter,
} from "../swagger/mod.ts";
import type { Command, Option, OptionType, Values } from "./command.ts";
import type { Context } from "./context.ts";
import { GLOBAL_OPTIONS } from "./global_options.ts";
import {
  checkOutput,
  OUTPUT_OPTIONS,
  type OutputSettings,
  outputSettings,
  printPages,
  printResponse,
} from "./output/mod.ts";

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
  return [...operations].map((operation) => {
    const own = optionsOf(operation);
    // A parameter of the service keeps its flag; ours of that name is gone.
    const added = OUTPUT_OPTIONS.filter((option) =>
      !own.some(({ name }) => name === option.name)
    );
    return {
      name: commandName(operation.name),
      aliases: aliasesOf(operation),
      summary: operation.summary,
      description: operation.description,
      options: [...own, ...added],
      run: async (context, values) => {
        const settings = outputSettings(values, added);
        await checkOutput(context, settings);
        const client = await connect(context);
        await runOperation(client, operation, context, values, settings);
      },
    };
  });
}

async function runOperation(
  client: ServiceClient,
  operation: Operation,
  context: Context,
  values: Values,
  settings: OutputSettings,
): Promise<void> {
  const { signal } = context.environment;
  const { name, method, isPaged } = operation;
  const args = argumentsOf(operation, values);
  if (isPaged && !values.flag("no-paginate")) {
    const pages = client.pages(name, args, { signal });
    return await printPages(pages, context, settings);
  }
  const response = await client.stream(name, args, { signal });
  await printResponse(response, method, context, settings);
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
  const { required, choices, description, type } = parameter;
  return {
    name: flagOf(parameter),
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

// Options that must not change their meaning, whatever a service calls its
// parameters.
const RESERVED = [...GLOBAL_OPTIONS, NO_PAGINATE].map(({ name }) => name);

/** The flag of a parameter: `--param-help` for one that is called `help`. */
function flagOf({ name }: Parameter): string {
  const flag = flagName(name);
  return RESERVED.includes(flag) ? `param-${flag}` : flag;
}

function optionType(type: Parameter["type"]): OptionType {
  return type === "object" || type === "array" ? "json" : type;
}

function argumentsOf(operation: Operation, values: Values): Arguments {
  const args: [string, Json | undefined][] = operation.parameters.map(
    (parameter) => [parameter.name, values.get(flagOf(parameter))],
  );
  return Object.fromEntries(args);
}
