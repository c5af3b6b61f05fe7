import type { JsonObject } from "../../base/mod.ts";
import { jsonAnswer } from "../answers.ts";
import { emailOf } from "../authorization/caller.ts";
import type { Route } from "../context.ts";
import { subscriptionProperties } from "../document/subscription_schemas.ts";
import { Problem } from "../problem.ts";
import {
  checkSubscription,
  describeSubscription,
  kindOf,
  type Subscription,
  SubscriptionTable,
} from "../subscriptions/mod.ts";
import type { CheckedArguments } from "../validate_request.ts";

/**
 * PUT /subscriptions: a new subscription with every call. As in the DSS one
 * without `es_query` is answered whole, with its secret key.
 */
export const putSubscription: Route = async (
  context,
  request,
  args,
  caller,
) => {
  const { hmac_secret_key: secretKey, ...body } = bodyOf(args);
  await checkSubscription(context, body);
  const subscription: Subscription = {
    uuid: crypto.randomUUID(),
    replica: args.text("replica") ?? "aws",
    kind: kindOf(body),
    owner: emailOf(caller),
    origin: new URL(request.url).origin,
    secretKey: typeof secretKey === "string" ? secretKey : undefined,
    body,
  };
  if (!new SubscriptionTable(context.database).add(subscription)) {
    throw tooMany(subscription);
  }
  const { uuid, kind } = subscription;
  const answer = kind === "elasticsearch" ? { uuid } : {
    ...describeSubscription(subscription),
    hmac_secret_key: secretKey,
  };
  return jsonAnswer(answer, 201);
};

// There are no others: the API document allows none.
function bodyOf(args: CheckedArguments): JsonObject {
  const body: JsonObject = {};
  for (const name of Object.keys(subscriptionProperties())) {
    const value = args.body(name);
    if (value !== undefined) body[name] = value;
  }
  return body;
}

function tooMany({ kind, replica }: Subscription): Problem {
  return new Problem(
    406,
    "not_acceptable",
    `You have more than 100 subscriptions of the kind ${kind} in the replica ` +
      `${replica}; delete one first`,
  );
}
