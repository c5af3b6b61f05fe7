import { HcaError } from "../../base/mod.ts";
import type { Command } from "../command.ts";
import type { CommandIndex } from "./command_index.ts";

/**
 * The command table with the generated commands taken from an index. The
 * services at the root come from the configuration as always; when that
 * cannot be read, there are none.
 */
export function offlineTable(root: Command, index: CommandIndex): Command {
  const indexed = (group: Command): Command =>
    group.generated === undefined
      ? group
      : { ...group, generated: () => index.commandsOf(group) };
  return {
    ...root,
    commands: (root.commands ?? []).map(indexed),
    generated: async (context) => {
      try {
        return (await root.generated?.(context) ?? []).map(indexed);
      } catch (error) {
        if (error instanceof HcaError) return [];
        throw error;
      }
    },
  };
}
