import { jsonAnswer } from "../answers.ts";
import { emailOf } from "../authorization/caller.ts";
import type { Route } from "../context.ts";
import {
  askedKind,
  describeSubscription,
  SubscriptionTable,
} from "../subscriptions/mod.ts";

/** GET /subscriptions: the caller's, of one kind in one replica, unpaged. */
export const getSubscriptions: Route = (
  { database },
  _request,
  args,
  caller,
) => {
  const found = new SubscriptionTable(database).list(
    emailOf(caller),
    args.text("replica") ?? "aws",
    askedKind(args),
  );
  return jsonAnswer({ subscriptions: found.map(describeSubscription) });
};
