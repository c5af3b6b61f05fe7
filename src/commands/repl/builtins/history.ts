import { printable } from "../../../base/mod.ts";
import type { Command } from "../../command.ts";
import type { Session } from "../session.ts";

const SHOWN = 50;

/** `history`. */
export function history(session: Session): Command {
  return {
    name: "history",
    summary: "List earlier lines with their numbers.",
    description: "!! is the last line, !7 the one with that number, !get the " +
      "last one that begins so. Ctrl-R searches. Lines are kept for later " +
      "sessions without their secrets; one that begins with a blank is not.",
    examples: ["history", "history --limit 500"],
    options: [{
      name: "limit",
      description: "How many of the last ones.",
      type: "integer",
      minimum: 1,
      default: SHOWN,
    }],
    async run(context, values) {
      const lines = session.history;
      const first = Math.max(0, lines.length - values.number("limit"));
      const width = String(lines.length).length;
      const text = lines.slice(first).map((line, at) =>
        `${String(first + at + 1).padStart(width)}  ${printable(line)}\n`
      ).join("");
      await context.environment.terminal.out(text);
    },
  };
}
