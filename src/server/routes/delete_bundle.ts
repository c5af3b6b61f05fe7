import { jsonAnswer } from "../answers.ts";
import { emailOf } from "../authorization/caller.ts";
import { deleteBundle as deleteStoredBundle } from "../bundles/mod.ts";
import type { Route } from "../context.ts";

/** DELETE /bundles/{uuid}: a bundle, or a version of it, out of sight. */
export const deleteBundle: Route = (context, _request, args, caller) => {
  deleteStoredBundle(context, {
    uuid: (args.text("uuid") ?? "").toLowerCase(),
    version: args.text("version") ?? null,
    email: emailOf(caller),
    reason: String(args.body("reason")),
  });
  return jsonAnswer({});
};
