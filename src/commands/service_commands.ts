import { redactUrl } from "../http/mod.ts";
import type { Command } from "./command.ts";
import type { Context } from "./context.ts";
import { operationCommands } from "./operation_commands.ts";

/** A group of commands for each service that the configuration names. */
export async function serviceCommands(
  context: Context,
): Promise<readonly Command[]> {
  const addresses = await context.services.addresses();
  return [...addresses].map(([name, url]) => ({
    name,
    summary: `Call the service of ${redactUrl(url)}.`,
    description: "The commands are the operations of its API document.",
    generated: async () => {
      const connect = () => context.services.client(name);
      return operationCommands(
        (await connect()).operations.values(),
        connect,
      );
    },
  }));
}
