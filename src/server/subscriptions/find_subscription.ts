import type { DssContext } from "../context.ts";
import { forbidden, notFound } from "../problem.ts";
import type { CheckedArguments } from "../validate_request.ts";
import type { Subscription, SubscriptionKind } from "./subscription.ts";
import { SubscriptionTable } from "./subscription_table.ts";

/** The kind of subscription that a request is about. */
export function askedKind(args: CheckedArguments): SubscriptionKind {
  return args.text("subscription_type") === "elasticsearch"
    ? "elasticsearch"
    : "jmespath";
}

/**
 * The subscription that a request names, of the kind and in the replica that
 * it names.
 *
 * @param owner the email address of the caller
 * @throws {Problem} 404 when there is none; for another's, 403 if it is of
 * the elasticsearch kind and otherwise 404, as in the DSS
 */
export function findSubscription(
  { database }: Pick<DssContext, "database">,
  args: CheckedArguments,
  owner: string,
): Subscription {
  const found = new SubscriptionTable(database).find(args.text("uuid") ?? "");
  if (found !== undefined && isAsked(found, args)) {
    if (found.owner === owner) return found;
    if (found.kind === "elasticsearch") throw forbidden();
  }
  throw notFound("Cannot find subscription!");
}

function isAsked(
  { replica, kind }: Subscription,
  args: CheckedArguments,
): boolean {
  return replica === args.text("replica") && kind === askedKind(args);
}
