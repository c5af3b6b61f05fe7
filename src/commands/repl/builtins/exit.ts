import type { Command } from "../../command.ts";
import type { Session } from "../session.ts";

/** `exit`. */
export function exit(session: Session): Command {
  return {
    name: "exit",
    aliases: ["quit"],
    summary: "End the session; so does Ctrl-D.",
    description: "Jobs that run are stopped; downloads go on where they were " +
      "when they are started again.",
    examples: ["exit"],
    run(context) {
      session.isEnded = true;
      const count = session.jobs.running().length;
      if (count > 0) {
        const jobs = count === 1 ? "a job" : `${count} jobs`;
        context.log("WARNING", `${jobs} that ran: stopped`);
      }
      return Promise.resolve();
    },
  };
}
