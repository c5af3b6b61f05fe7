import { formatVersion } from "../../base/mod.ts";
import { jsonAnswer } from "../answers.ts";
import { emailOf } from "../authorization/caller.ts";
import type { Route } from "../context.ts";
import { findSubscription, removeSubscription } from "../subscriptions/mod.ts";

/** DELETE /subscriptions/{uuid}: one of the caller's, with its deliveries. */
export const deleteSubscription: Route = (context, _request, args, caller) => {
  const { uuid } = findSubscription(context, args, emailOf(caller));
  removeSubscription(context, uuid);
  return jsonAnswer({ timeDeleted: formatVersion(context.clock.now()) });
};
