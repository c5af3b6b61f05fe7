import { formatVersion, type JsonObject } from "../../base/mod.ts";
import type { DssContext } from "../context.ts";
import { OutOfTime, type TaskOutcome } from "../tasks/mod.ts";
import { buildDelivery } from "./build_request.ts";
import { whyForbidden } from "./callback_address.ts";
import { type Delivery, DeliveryTable } from "./delivery_table.ts";
import { type DeliveryTask, toPayload } from "./notify_payload.ts";
import type { Receivers } from "./receivers.ts";
import { delayBefore } from "./retry_schedule.ts";
import { type SendOutcome, sendWithin } from "./send_within.ts";
import { textOf } from "./subscription.ts";

const TIMEOUT_MS = 60_000;
// How long one that did not answer is left alone.
const SILENCE_MS = 60_000;
const DONE: TaskOutcome = { kind: "done" };

type Context = Pick<
  DssContext,
  "clock" | "database" | "fetch" | "log" | "settings" | "tasks"
>;

/**
 * Sends a notification, once, when its receiver has room for it. A failure is
 * tried again as the schedule of its kind says, and given up in the end.
 */
export async function deliver(
  context: Context,
  receivers: Receivers,
  { delivery: id, attempt }: DeliveryTask,
  signal: AbortSignal,
): Promise<TaskOutcome> {
  const { clock, database } = context;
  const table = new DeliveryTable(database);
  const delivery = table.find(id);
  if (delivery === undefined) return DONE;
  const address = textOf(delivery.subscription.body, "callback_url") ?? "";
  // The service may have been started anew, with other hosts.
  const why = whyForbidden(address, context.settings.callbackHosts);
  if (why !== undefined) {
    return failure(context, { delivery, id, attempt, why });
  }
  const admission = await receivers.enter(new URL(address).origin, signal);
  if (admission.kind === "later") {
    return leaveAlone(context, receivers, delivery, admission.delayMs);
  }
  let outcome: SendOutcome = { hasAnswered: false, why: undefined };
  try {
    // It may have been removed while this one waited.
    if (table.find(id) === undefined) return DONE;
    outcome = await send(context, delivery, attempt, signal);
  } finally {
    admission.leave(outcome.hasAnswered);
  }
  if (outcome.why === undefined) {
    table.remove(id);
    return DONE;
  }
  // Nobody's fault, so the attempt does not count.
  const isCut = signal.aborted && !(signal.reason instanceof OutOfTime);
  if (isCut) return { kind: "later", atMs: clock.now() };
  if (!outcome.hasAnswered) {
    leaveAlone(context, receivers, delivery, SILENCE_MS);
  }
  return failure(context, { delivery, id, attempt, why: outcome.why });
}

async function send(
  { clock, fetch }: Context,
  { notification, subscription }: Delivery,
  attempt: number,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const nowMs = clock.now();
  const payload = subscription.kind === "elasticsearch"
    ? notification
    : withTime(notification, nowMs);
  return await sendWithin(
    { clock, fetch, timeoutMs: TIMEOUT_MS, signal },
    (ending) =>
      buildDelivery(subscription, payload, { attempt, nowMs, signal: ending }),
  );
}

/** Lets everything wait that is due for a subscription, or soon will be. */
function leaveAlone(
  { clock, database, tasks }: Context,
  receivers: Receivers,
  { subscription: { uuid } }: Delivery,
  delayMs: number,
): TaskOutcome {
  const silence = receivers.silence(uuid, delayMs);
  const atMs = clock.now() + silence.delayMs;
  if (silence.isLonger) {
    tasks.postpone(new DeliveryTable(database).idsOf(uuid), atMs);
  }
  return { kind: "later", atMs };
}

interface Failure {
  delivery: Delivery;
  id: string;
  attempt: number;
  why: string;
}

function failure(
  { clock, database, log }: Context,
  { delivery, id, attempt, why }: Failure,
): TaskOutcome {
  const { kind, uuid } = delivery.subscription;
  const delayMs = delayBefore(kind, attempt + 1);
  const what = `notification ${id} of subscription ${uuid}: ${why}`;
  if (delayMs === undefined) {
    new DeliveryTable(database).remove(id);
    log("WARNING", `${what}; given up after ${attempt + 1} attempts`);
    return DONE;
  }
  const atMs = clock.now() + delayMs;
  log("INFO", `${what}; next attempt at ${new Date(atMs).toISOString()}`);
  const payload = toPayload({ delivery: id, attempt: attempt + 1 });
  return { kind: "later", atMs, payload };
}

function withTime(notification: JsonObject, nowMs: number): JsonObject {
  return { ...notification, event_timestamp: formatVersion(nowMs) };
}
