import type { Command } from "../../command.ts";
import type { Session } from "../session.ts";
import { JOB, jobOf } from "./job_argument.ts";

/** `cancel`. */
export function cancel(session: Session): Command {
  return {
    name: "cancel",
    summary: "Stop a job; what it has done so far stays.",
    examples: ["cancel 1"],
    positionals: [JOB],
    run(_context, values) {
      session.jobs.cancel(jobOf(session, values.need("N")).number);
      return Promise.resolve();
    },
  };
}
