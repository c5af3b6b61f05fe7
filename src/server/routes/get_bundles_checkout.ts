import { jsonAnswer } from "../answers.ts";
import { CheckoutStore } from "../checkout/mod.ts";
import type { Route } from "../context.ts";
import { notFound } from "../problem.ts";

/** GET /bundles/checkout/{checkout_job_id}: how far a job of a replica is. */
export const getBundlesCheckout: Route = ({ database }, _request, args) => {
  const found = new CheckoutStore(database)
    .find(args.text("checkout_job_id") ?? "");
  if (found === undefined || found.checkout.replica !== args.text("replica")) {
    throw notFound("Cannot find checkout job!");
  }
  return jsonAnswer(found.state);
};
