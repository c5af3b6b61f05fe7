import type { DssContext } from "../context.ts";
import { DeliveryTable } from "./delivery_table.ts";
import { SubscriptionTable } from "./subscription_table.ts";

/** Removes a subscription with all that is on its way for it. */
export function removeSubscription(
  { database, tasks }: Pick<DssContext, "database" | "tasks">,
  uuid: string,
): void {
  database.transaction(() => {
    const deliveries = new DeliveryTable(database).idsOf(uuid);
    for (const id of deliveries) tasks.remove(id);
    new SubscriptionTable(database).remove(uuid);
  });
}
