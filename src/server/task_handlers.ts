import type { DssContext } from "./context.ts";
import { ADD_EVENTS } from "./schema.ts";
import type { TaskHandler } from "./tasks/mod.ts";

/** Who does which kind of task; each is loaded when its first task comes. */
export function taskHandlers(
  context: () => DssContext,
): Record<string, () => Promise<TaskHandler>> {
  return {
    [ADD_EVENTS]: async () =>
      (await import("./events/add_missing_events.ts")).addMissingEvents(
        context(),
      ),
    checkout: async () =>
      (await import("./checkout/run_checkout.ts")).checkoutHandler(context()),
    "copy-file": async () =>
      (await import("./files/copy_file_task.ts")).copyFileHandler(context()),
    notify: async () =>
      (await import("./subscriptions/notify_task.ts")).notifyTask(context()),
  };
}

/**
 * How many tasks of a kind are done at once. Notifications only wait for
 * others, and for those that do not answer, a minute.
 */
export const TASKS_AT_ONCE: Readonly<Record<string, number>> = { notify: 128 };
