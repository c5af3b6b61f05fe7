/**
 * Subscriptions of the embedded DSS: who is told of which bundles, and the
 * delivery of what they are told.
 *
 * @module
 */

export { checkSubscription } from "./check_subscription.ts";
export { askedKind, findSubscription } from "./find_subscription.ts";
export { removeSubscription } from "./remove_subscription.ts";
export {
  describeSubscription,
  kindOf,
  type Subscription,
} from "./subscription.ts";
export { SubscriptionTable } from "./subscription_table.ts";
