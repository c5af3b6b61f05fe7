import { isJsonObject, type Json, type JsonObject } from "../../base/mod.ts";

/** Which store of the DSS a subscription is in, and how it is matched. */
export type SubscriptionKind = "elasticsearch" | "jmespath";

/** Somebody's wish to be told of changes of bundles. */
export interface Subscription {
  /** Its key. */
  uuid: string;
  /** The replica whose bundles it watches. */
  replica: string;
  /** By which query it is matched. */
  kind: SubscriptionKind;
  /** The email address of who made it. */
  owner: string;
  /** The service as it was asked for it, as in `https://host`. */
  origin: string;
  /** What its notifications are signed with; it is in no `body`. */
  secretKey: string | undefined;
  /** What was asked for, as it was sent. */
  body: JsonObject;
}

/** An empty `es_query` makes no subscription of that kind, as in the DSS. */
export function kindOf(body: JsonObject): SubscriptionKind {
  const { es_query: query } = body;
  return isJsonObject(query) && Object.keys(query).length > 0
    ? "elasticsearch"
    : "jmespath";
}

/** A subscription as its owner may read it: without the secret key. */
export function describeSubscription(
  { uuid, replica, owner, body }: Subscription,
): JsonObject {
  return { ...body, uuid, replica, owner };
}

/** A text of a subscription's body; undefined when it was not sent. */
export function textOf(body: JsonObject, name: string): string | undefined {
  const value = body[name];
  return typeof value === "string" ? value : undefined;
}

/** The JMESPath expression of each attachment; undefined for none at all. */
export function attachmentsOf(
  body: JsonObject,
): Map<string, string> | undefined {
  const { attachments } = body;
  if (!isJsonObject(attachments)) return undefined;
  return new Map(
    Object.entries(attachments)
      .map(([name, wanted]) => [name, expressionOf(wanted)]),
  );
}

function expressionOf(wanted: Json): string {
  return isJsonObject(wanted) ? textOf(wanted, "expression") ?? "" : "";
}
