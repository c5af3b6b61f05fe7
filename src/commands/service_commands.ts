import { redactUrl } from "../http/mod.ts";
import type { Command } from "./command.ts";
import type { Context } from "./context.ts";
import { operationCommands } from "./operation_commands.ts";

// The group `hca auth` has the operations of this service itself.
const AUTH = "auth";

/** A group of commands for each service that the configuration names. */
export async function serviceCommands(
  context: Context,
): Promise<readonly Command[]> {
  const addresses = await context.services.addresses();
  return [...addresses].filter(([name]) => name !== AUTH)
    .map(([name, url]) => ({
      ...groupOfService(name),
      summary: `Call the service of ${redactUrl(url)}.`,
    }));
}

/** The group of commands of a service, whether or not it is configured. */
export function groupOfService(name: string): Command {
  return {
    name,
    summary: `Call the service ${name}.`,
    description: "The commands are the operations of its API document.",
    generated: (context) => commandsOfService(context, name),
  };
}

/** The operations of the service `auth`; none when it is not configured. */
export async function authOperations(
  context: Context,
): Promise<readonly Command[]> {
  const addresses = await context.services.addresses();
  return addresses.has(AUTH) ? await commandsOfService(context, AUTH) : [];
}

async function commandsOfService(
  context: Context,
  name: string,
): Promise<readonly Command[]> {
  const connect = ({ services }: Context) => services.client(name);
  const { operations } = await connect(context);
  return operationCommands(operations.values(), connect);
}
