import { freeObject, record, text, uuid } from "./formats.ts";
import type { Schema } from "./types.ts";

/**
 * What a caller says in a subscription, in the order in which a client lists
 * its flags; new with each call.
 */
export function subscriptionProperties(): Record<string, Schema> {
  return {
    es_query: freeObject(
      "An Elasticsearch query. A notification is sent for each newly indexed " +
        "bundle that matches.",
    ),
    jmespath_query: text(
      "A JMESPath query on the event document. A notification is sent for " +
        "each event for which it gives something true; without any query, for " +
        "each event. Ignored with `es_query`.",
    ),
    callback_url: text("The address to send notifications to.", {
      pattern: "https?://",
    }),
    method: text("The method of the notification; POST if not given.", {
      enum: ["POST", "PUT"],
      default: "POST",
    }),
    encoding: text(
      "The media type of the notification: the JSON itself, if not given, or " +
        "a form with the JSON in one of its fields.",
      {
        enum: ["application/json", "multipart/form-data"],
        default: "application/json",
      },
    ),
    form_fields: {
      ...freeObject("More fields of the form; each value is text."),
      default: {},
      additionalProperties: { type: "string" },
    },
    payload_form_field: text(
      "The name of the form field with the JSON; `payload` if not given.",
      { default: "payload" },
    ),
    hmac_secret_key: text(
      "If given, notifications are signed with it: HMAC-SHA256 over their " +
        "`Date` and `Digest` headers, in an `Authorization: Signature` " +
        "header (draft-cavage-http-signatures).",
    ),
    hmac_key_id: text(
      "A name for the secret key, sent with signatures; `hca-dss:` and the " +
        "uuid of the subscription if not given.",
    ),
    attachments: attachments(),
  };
}

function attachments(): Schema {
  return {
    ...freeObject(
      "What to attach to notifications: for each name, a JMESPath expression " +
        "on the bundle's metadata. Names must not start with `_`. Attachments " +
        "of more than 131072 bytes are left out.",
    ),
    additionalProperties: record({
      type: text("The language of the expression.", { enum: ["jmespath"] }),
      expression: text("The expression."),
    }, ["type", "expression"]),
  };
}

/** What a caller is told of a subscription that was just made. */
export function newSubscription(): Schema {
  return record(storedProperties(), ["uuid"]);
}

/** A subscription as it is read: never with its secret key. */
export function subscription(): Schema {
  const { hmac_secret_key: _, ...properties } = storedProperties();
  return record(properties, ["uuid", "replica", "owner", "callback_url"]);
}

function storedProperties(): Record<string, Schema> {
  return {
    uuid: uuid("The uuid."),
    replica: text("The replica that is watched.", { enum: ["aws", "gcp"] }),
    owner: text("Whose it is.", { format: "email" }),
    ...subscriptionProperties(),
  };
}
