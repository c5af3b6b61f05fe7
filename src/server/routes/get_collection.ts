import { jsonAnswer } from "../answers.ts";
import { emailOf } from "../authorization/caller.ts";
import { CollectionStore, ownedCollection } from "../collections/mod.ts";
import type { Route } from "../context.ts";

/** GET /collections/{uuid}: one of the caller's collections. */
export const getCollection: Route = (context, _request, args, caller) => {
  const { collection, owner } = ownedCollection(
    new CollectionStore(context.database),
    emailOf(caller),
    (args.text("uuid") ?? "").toLowerCase(),
    args.text("version"),
  );
  return jsonAnswer({ ...collection, owner });
};
