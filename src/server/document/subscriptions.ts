import { definition, list, record, version } from "./formats.ts";
import { jsonBody, queryText, replica, uuidPath } from "./parameters.ts";
import { answer, errors } from "./responses.ts";
import {
  newSubscription,
  subscriptionProperties,
} from "./subscription_schemas.ts";
import { secured } from "./security.ts";
import type { Operation, Paths, PlainParameter, Schema } from "./types.ts";

/** The operations on subscriptions. */
export function subscriptionPaths(): Paths {
  return {
    "/subscriptions": { get: getSubscriptions(), put: putSubscription() },
    "/subscriptions/{uuid}": {
      get: getSubscription(),
      delete: deleteSubscription(),
    },
  };
}

function subscriptionType(): PlainParameter {
  return queryText(
    "subscription_type",
    "The kind of subscription: those with an Elasticsearch query, or all " +
      "others, with a JMESPath query or none; `jmespath` if not given.",
    { enum: ["elasticsearch", "jmespath"], default: "jmespath" },
  );
}

function getSubscriptions(): Operation {
  return {
    operationId: "get_subscriptions",
    security: secured(),
    summary: "List your subscriptions.",
    description:
      "Lists the caller's subscriptions of one kind in one replica, without " +
      "their secret keys.",
    parameters: [replica("Replica to read from."), subscriptionType()],
    responses: {
      "200": answer(
        "The subscriptions.",
        record({
          subscriptions: list(
            "The subscriptions.",
            definition("Subscription"),
          ),
        }, ["subscriptions"]),
      ),
      ...errors({ secured: true }),
    },
  };
}

function putSubscription(): Operation {
  return {
    operationId: "put_subscription",
    security: secured(),
    summary: "Be notified of bundles by an HTTP request.",
    description:
      `Makes a subscription: the service sends an HTTP request to your address for each bundle that your query matches.

- With \`es_query\`, when a matching bundle is indexed.
- Otherwise, when a bundle is created or deleted; \`jmespath_query\` narrows that down.

The notification is JSON: \`transaction_id\`, \`subscription_id\`, \`match\` (\`bundle_uuid\`, \`bundle_version\`), the query, and \`attachments\` if there are any; without \`es_query\` also \`event_type\` (CREATE, TOMBSTONE or DELETE), \`event_timestamp\`, \`dss_api\` and \`bundle_url\`. Any 2xx answer is a success; anything else is tried again for days.

Notifications go to hosts that were allowed when the service was started, by https, and to its own machine.

Each call makes a new subscription. About 100 are allowed for each caller, replica and kind.`,
    parameters: [
      replica("Replica whose bundles are watched."),
      jsonBody("The subscription.", subscriptionBody()),
    ],
    responses: {
      "201": answer(
        "The subscription was made. Without `es_query`, the answer is all of " +
          "it, the secret key included: do not log it.",
        newSubscription(),
      ),
      ...errors({
        codes: {
          400: [
            "elasticsearch_bad_request",
            "invalid_jmespath",
            "invalid_attachment_name",
            "invalid_attachment_expression",
          ],
          406: ["not_acceptable"],
        },
        secured: true,
        writes: true,
      }),
    },
  };
}

function subscriptionBody(): Schema {
  return {
    ...record(subscriptionProperties(), ["callback_url"]),
    additionalProperties: false,
  };
}

function getSubscription(): Operation {
  return {
    operationId: "get_subscription",
    security: secured(),
    summary: "Show a subscription.",
    description: "Gets one of the caller's subscriptions, without its secret " +
      "key.",
    parameters: [
      uuidPath("The uuid of the subscription."),
      replica("Replica to read from."),
      subscriptionType(),
    ],
    responses: {
      "200": answer("The subscription.", definition("Subscription")),
      ...errors({ codes: { 404: ["not_found"] }, secured: true }),
    },
  };
}

function deleteSubscription(): Operation {
  return {
    operationId: "delete_subscription",
    security: secured(),
    summary: "Delete a subscription.",
    description: "Deletes one of the caller's subscriptions. Notifications " +
      "that are on their way may still arrive.",
    parameters: [
      uuidPath("The uuid of the subscription."),
      replica("Replica to delete from."),
      subscriptionType(),
    ],
    responses: {
      "200": answer(
        "The subscription was deleted.",
        record({ timeDeleted: version("When.") }, ["timeDeleted"]),
      ),
      ...errors({ codes: { 404: ["not_found"] }, secured: true, writes: true }),
    },
  };
}
