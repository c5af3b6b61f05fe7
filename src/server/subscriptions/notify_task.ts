import type { DssContext } from "../context.ts";
import type { TaskHandler } from "../tasks/mod.ts";
import { deliver } from "./deliver.ts";
import { matchSubscriptions } from "./match_subscriptions.ts";
import { fromPayload } from "./notify_payload.ts";
import { Receivers } from "./receivers.ts";

/** Notifies subscribers: matches changes, and delivers what comes of it. */
export function notifyTask(context: DssContext): TaskHandler {
  const receivers = new Receivers(context.clock);
  return async ({ id, payload }, signal) => {
    const task = fromPayload(payload);
    if ("delivery" in task) {
      return await deliver(context, receivers, task, signal);
    }
    await matchSubscriptions(context, id, task);
    return { kind: "done" };
  };
}
