import { quote, UsageError } from "../../../base/mod.ts";
import type { Positional } from "../../command.ts";
import type { Job } from "../jobs.ts";
import type { Session } from "../session.ts";

/** The number of a job. */
export const JOB: Positional = {
  name: "N",
  description: "The number of a job; 'jobs' lists them.",
};

/**
 * The job that an argument names.
 *
 * @throws {UsageError} when there is none
 */
export function jobOf({ jobs }: Session, text: string): Job {
  const job = /^\d+$/.test(text) ? jobs.find(Number(text)) : undefined;
  if (job !== undefined) return job;
  throw new UsageError(`there is no job ${quote(text)}`, {
    hint: "'jobs' lists them.",
  });
}
