import { jsonAnswer } from "../answers.ts";
import { CHECKOUT_TASK, CheckoutStore } from "../checkout/mod.ts";
import type { Route } from "../context.ts";
import { notFound } from "../problem.ts";
import type { CheckedArguments } from "../validate_request.ts";

/**
 * POST /bundles/{uuid}/checkout: starts a job that lays a bundle out. Whether
 * the destination is there is found out by the job.
 */
export const postBundlesCheckout: Route = (context, _request, args) => {
  const { repository, database, tasks } = context;
  const uuid = (args.text("uuid") ?? "").toLowerCase();
  const bundle = repository.livingBundle(uuid, args.text("version"));
  if (bundle === undefined) throw notFound("Cannot find bundle!");
  const id = crypto.randomUUID();
  database.transaction(() => {
    new CheckoutStore(database).insert({
      id,
      replica: args.text("replica") ?? "aws",
      uuid: bundle.uuid,
      version: bundle.version,
      destination: bodyText(args, "destination"),
      email: bodyText(args, "email"),
    });
    tasks.add(CHECKOUT_TASK, { id });
  });
  return jsonAnswer({ checkout_job_id: id });
};

function bodyText(args: CheckedArguments, name: string): string {
  const value = args.body(name);
  return typeof value === "string" ? value : "";
}
