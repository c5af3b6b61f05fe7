import type { Command } from "../../command.ts";

// ECMA-48: CUP and ED.
const CLEAR = "\x1b[H\x1b[2J";

/** `clear`. */
export function clear(): Command {
  return {
    name: "clear",
    summary: "Clear the screen.",
    examples: ["clear"],
    async run({ environment: { terminal } }) {
      if (terminal.outIsTerminal) await terminal.out(CLEAR);
    },
  };
}
