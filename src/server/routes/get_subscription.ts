import { jsonAnswer } from "../answers.ts";
import { emailOf } from "../authorization/caller.ts";
import type { Route } from "../context.ts";
import {
  describeSubscription,
  findSubscription,
} from "../subscriptions/mod.ts";

/** GET /subscriptions/{uuid}: one of the caller's, unwrapped. */
export const getSubscription: Route = (context, _request, args, caller) => {
  const found = findSubscription(context, args, emailOf(caller));
  return jsonAnswer(describeSubscription(found));
};
