import type { Json } from "../../base/mod.ts";

/** Work that is done later, by whatever process has the store open. */
export interface Task {
  /** Its key. */
  id: string;
  /** Which handler does it. */
  kind: string;
  /** What to do, for the handler. */
  payload: Json;
  /** How often it was begun before; a process that died counts. */
  attempts: number;
  /** When it was added, milliseconds since 1970. */
  createdAtMs: number;
}

/** What became of a task: it is gone, or is begun again later. */
export type TaskOutcome =
  | { readonly kind: "done" }
  | {
    readonly kind: "later";
    /** When, milliseconds since 1970. */
    readonly atMs: number;
    /** What to do then; default: the same. */
    readonly payload?: Json;
    /** Whether what was begun just now does not count as an attempt. */
    readonly isUncounted?: boolean;
  };

/**
 * Does tasks of a kind. It may be ended at any point by a crash and begun
 * again, also by another process, so its steps must be repeatable. An error
 * is taken for a fault of the store: the task is tried again in a minute.
 */
export type TaskHandler = (
  task: Task,
  signal: AbortSignal,
) => Promise<TaskOutcome>;

/** Why the signal of a task is aborted whose process has no more time. */
export class OutOfTime extends Error {
  override readonly name = "OutOfTime";
}
