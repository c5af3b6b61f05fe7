import type { JsonObject } from "../../base/mod.ts";
import type { DssContext } from "../context.ts";
import { type TakeTurns, takeTurns } from "../take_turns.ts";
import { DeliveryTable } from "./delivery_table.ts";
import { matchChange, needsJmesPath } from "./match_change.ts";
import { buildNotification, notificationOf } from "./notification.ts";
import { type MatchTask, NOTIFY, toPayload } from "./notify_payload.ts";
import type { Subscription } from "./subscription.ts";
import { SubscriptionTable } from "./subscription_table.ts";

// Until a process with the library has the store open.
const WITHOUT_LIBRARY_MS = 60_000;

type Context = Pick<DssContext, "clock" | "database" | "jmesPath" | "tasks">;

/** A notification that was not queued yet. */
interface Due {
  id: string;
  subscription: string;
  notification: JsonObject;
}

/**
 * Makes the deliveries of a change. In the transaction that queues them its
 * own task goes, so that a crash makes none twice. What needs JMESPath waits
 * where there is no library for it.
 *
 * @param taskId the task that is being done
 * @throws {Error} when the library cannot be loaded
 */
export async function matchSubscriptions(
  context: Context,
  taskId: string,
  task: MatchTask,
): Promise<void> {
  const { clock, database, jmesPath, tasks } = context;
  const table = new SubscriptionTable(database);
  const pause = takeTurns(clock);
  const due: Due[] = [];
  const waiting: string[] = [];
  for (const uuid of task.subscriptions) {
    await pause();
    const subscription = table.find(uuid);
    if (subscription === undefined) continue;
    if (jmesPath === undefined && needsJmesPath(subscription)) {
      waiting.push(uuid);
    } else {due.push(
        ...await notificationsFor(subscription, task, jmesPath, pause),
      );}
  }
  database.transaction(() => {
    queue(context, due);
    tasks.remove(taskId);
    if (waiting.length === 0) return;
    tasks.add(NOTIFY, toPayload({ ...task, subscriptions: waiting }), {
      runAtMs: clock.now() + WITHOUT_LIBRARY_MS,
    });
  });
}

async function notificationsFor(
  subscription: Subscription,
  { change }: MatchTask,
  jmesPath: Context["jmesPath"],
  pause: TakeTurns,
): Promise<Due[]> {
  const versions = await matchChange(subscription, change, jmesPath);
  if (versions.length === 0) return [];
  const common = await buildNotification(subscription, change, jmesPath, pause);
  return versions.map((version) => {
    const id = crypto.randomUUID();
    const bundle = { uuid: change.uuid, version };
    const notification = notificationOf(common, bundle, id);
    return { id, subscription: subscription.uuid, notification };
  });
}

function queue({ database, tasks }: Context, due: readonly Due[]): void {
  const deliveries = new DeliveryTable(database);
  for (const { id, subscription, notification } of due) {
    if (!deliveries.add(id, subscription, notification)) continue;
    tasks.add(NOTIFY, toPayload({ delivery: id, attempt: 0 }), { id });
  }
}
