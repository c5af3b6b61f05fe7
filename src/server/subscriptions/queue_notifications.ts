import type { ChangeListener } from "../bundle_changes.ts";
import type { DssContext } from "../context.ts";
import { NOTIFY, toPayload } from "./notify_payload.ts";
import { SubscriptionTable } from "./subscription_table.ts";

/**
 * Keeps a change with the subscriptions of its moment. They are matched by a
 * task, because JMESPath has to wait for its library.
 */
export function queueNotifications(
  { database, tasks }: Pick<DssContext, "database" | "tasks">,
): ChangeListener {
  const table = new SubscriptionTable(database);
  return (change) => {
    // A removal changes no document of the index.
    const subscriptions = table
      .uuids(change.type === "DELETE" ? "jmespath" : undefined);
    if (subscriptions.length === 0) return;
    tasks.add(NOTIFY, toPayload({ change, subscriptions }));
  };
}
