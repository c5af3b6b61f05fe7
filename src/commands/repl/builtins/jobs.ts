import { printable } from "../../../base/mod.ts";
import { formatDuration } from "../../../terminal/mod.ts";
import type { Command } from "../../command.ts";
import type { Session } from "../session.ts";

/** `jobs`. */
export function jobs(session: Session): Command {
  return {
    name: "jobs",
    summary: "List the commands that run beside the prompt.",
    description: "A line that ends in & becomes one. 'wait N' shows what it " +
      "wrote, 'cancel N' stops it; a download that was stopped goes on where " +
      "it was when it is started again.",
    examples: ["download $1 &", "jobs", "wait 1"],
    async run(context) {
      const all = session.jobs.list();
      if (all.length === 0) context.log("INFO", "there are no jobs");
      for (const { number, state, status, line, tookMs } of all) {
        const how = state === "failed" ? `failed (exit ${status})` : state;
        await context.printLine(
          `[${number}] ${how}, ${formatDuration(tookMs)}: ` +
            printable(line),
        );
      }
    },
  };
}
