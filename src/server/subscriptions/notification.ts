import type { JmesPath, JsonObject } from "../../base/mod.ts";
import type { BundleChange } from "../bundle_changes.ts";
import type { TakeTurns } from "../take_turns.ts";
import { selectAttachments } from "./attachments.ts";
import { attachmentsOf, type Subscription } from "./subscription.ts";

/**
 * What subscribers are told, the same for all versions of a change; only the
 * time of delivery is missing.
 *
 * @param pause called where others may have their turn
 * @throws {Error} when the library for JMESPath cannot be loaded
 */
export async function buildNotification(
  subscription: Subscription,
  change: BundleChange,
  jmesPath: JmesPath | undefined,
  pause: TakeTurns,
): Promise<JsonObject> {
  const { uuid, kind, origin, body } = subscription;
  const isEs = kind === "elasticsearch";
  const { es_query, jmespath_query } = body;
  const attachments = isEs || change.type === "CREATE"
    ? await attach(subscription, change, jmesPath, pause)
    : undefined;
  return {
    subscription_id: uuid,
    ...(isEs ? { es_query: es_query ?? {} } : {
      event_type: change.type,
      dss_api: origin,
      ...(jmespath_query !== undefined && { jmespath_query }),
    }),
    ...(attachments !== undefined && { attachments }),
  };
}

/**
 * A notification of one version of a bundle.
 *
 * @param transactionId of this delivery; the same for all its attempts
 */
export function notificationOf(
  notification: JsonObject,
  { uuid, version }: { uuid: string; version: string },
  transactionId: string,
): JsonObject {
  const { dss_api: origin } = notification;
  return {
    ...notification,
    transaction_id: transactionId,
    match: { bundle_uuid: uuid, bundle_version: version },
    ...(origin !== undefined && {
      bundle_url: `${String(origin)}/v1/bundles/${uuid}?version=${version}`,
    }),
  };
}

async function attach(
  { kind, body }: Subscription,
  { document, event }: BundleChange,
  jmesPath: JmesPath | undefined,
  pause: TakeTurns,
): Promise<JsonObject | undefined> {
  const expressions = attachmentsOf(body);
  if (expressions === undefined) return undefined;
  if (jmesPath === undefined || expressions.size === 0) return {};
  const on = kind === "elasticsearch" ? document : event;
  return await selectAttachments(jmesPath, expressions, on, pause);
}
