import type { ChangeListener } from "./bundle_changes.ts";
import type { DssContext } from "./context.ts";
import { recordEvents } from "./events/mod.ts";
import { queueNotifications } from "./subscriptions/queue_notifications.ts";

/** Who is told of changes of bundles, in this order. */
export function changeListeners(context: DssContext): ChangeListener[] {
  return [
    recordEvents(context),
    queueNotifications(context),
  ];
}
