import { throwIfAborted, UsageError } from "../../../base/mod.ts";
import type { Command } from "../../command.ts";
import type { Context } from "../../context.ts";
import { StatusError } from "../../status_error.ts";
import type { Job } from "../jobs.ts";
import type { Session } from "../session.ts";
import { statementOf } from "../statement_context.ts";
import { JOB, jobOf } from "./job_argument.ts";

/** `wait`. */
export function wait(session: Session): Command {
  return {
    name: "wait",
    summary: "Wait for a job, or for all, and show what they wrote.",
    description: "It fails as the first of them that failed. Ctrl-C ends the " +
      "waiting; the job goes on. Of more than 1 MiB that a job wrote the end " +
      "is kept: '… > FILE &' keeps all of it. With & it is refused.",
    examples: ["wait", "wait 1"],
    positionals: [{ ...JOB, isOptional: true }],
    async run(context, values) {
      if (statementOf(context)?.isJob) {
        // It would wait for itself, or two of them for each other.
        throw new UsageError("a job cannot wait for jobs", {
          hint: "Leave out the &.",
        });
      }
      const asked = values.text("N");
      const jobs = asked === undefined
        ? session.jobs.list()
        : [jobOf(session, asked)];
      let first = 0;
      for (const job of jobs) {
        const status = await waitFor(session, job, context);
        if (first === 0) first = status;
      }
      // Their own words are shown.
      if (first !== 0) throw new StatusError(first);
    },
  };
}

/** Shows what a job wrote once it has ended; gives its exit status. */
async function waitFor(
  { jobs }: Session,
  job: Job,
  { environment: { signal, terminal }, log }: Context,
): Promise<number> {
  await jobs.wait(job.number, signal);
  throwIfAborted(signal);
  const { droppedBytes } = job.output;
  if (droppedBytes > 0) {
    log("WARNING", `the first ${droppedBytes} bytes of its output are lost`);
  }
  await job.output.copyTo(terminal);
  return job.status ?? 0;
}
