import { formatFqid, messageOf } from "../../base/mod.ts";
import type { DssContext } from "../context.ts";
import { Problem } from "../problem.ts";
import type { TaskHandler, TaskOutcome } from "../tasks/mod.ts";
import type { CopyPayload } from "./copy_tasks.ts";
import { ForeignSource } from "./source.ts";
import { copyFile } from "./write_file.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
// Before each further try; after the last one the task is dropped.
const PAUSES_MS = [
  SECOND_MS,
  10 * SECOND_MS,
  MINUTE_MS,
  10 * MINUTE_MS,
  60 * MINUTE_MS,
];
// If nobody may read a source any more.
const GIVEN_UP_AFTER_MS = 24 * 60 * MINUTE_MS;
// As long as the DSS remembers a copy that did not match.
const REMEMBERED_MS = 10 * 24 * 60 * MINUTE_MS;

/** Copies files that were too large for the answer to wait for. */
export function copyFileHandler(context: DssContext): TaskHandler {
  return async (task, signal) => {
    const payload = task.payload as CopyPayload;
    // It was kept to be told, and its time is over.
    if (payload.isRefused) return { kind: "done" };
    try {
      await copyFile(context, payload, signal);
      return { kind: "done" };
    } catch (error) {
      return error instanceof ForeignSource
        ? leaveToOthers(context, payload, task.createdAtMs, error)
        : afterFailure(context, payload, task.attempts, error);
    }
  };
}

/**
 * A command that opens the store beside a service takes its tasks, too, but
 * reads nowhere. What was acknowledged must not be lost by that.
 */
function leaveToOthers(
  { clock, log }: DssContext,
  payload: CopyPayload,
  createdAtMs: number,
  { message }: ForeignSource,
): TaskOutcome {
  const what = `file ${formatFqid(payload)} was not copied: ${message}`;
  if (clock.now() - createdAtMs > GIVEN_UP_AFTER_MS) {
    log("ERROR", `${what}; it is given up`);
    return { kind: "done" };
  }
  log("INFO", `${what}; it is left to a service that may read there`);
  const atMs = clock.now() + MINUTE_MS;
  return { kind: "later", atMs, isUncounted: true };
}

function afterFailure(
  { clock, log }: DssContext,
  payload: CopyPayload,
  attempts: number,
  error: unknown,
): TaskOutcome {
  const what = `file ${formatFqid(payload)} was not copied: ${
    messageOf(error)
  }`;
  const status = error instanceof Problem ? error.status : undefined;
  if (status === 422) {
    log("ERROR", what);
    const atMs = clock.now() + REMEMBERED_MS;
    return { kind: "later", atMs, payload: { ...payload, isRefused: true } };
  }
  const pauseMs = PAUSES_MS[attempts];
  if (status === 409 || pauseMs === undefined) {
    log("ERROR", `${what}; it is given up`);
    return { kind: "done" };
  }
  log("WARNING", `${what}; it will be tried again`);
  return { kind: "later", atMs: clock.now() + pauseMs };
}
