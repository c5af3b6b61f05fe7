import { jsonAnswer } from "../answers.ts";
import { emailOf } from "../authorization/caller.ts";
import { CollectionStore, ownedCollection } from "../collections/mod.ts";
import type { Route } from "../context.ts";

/** DELETE /collections/{uuid}: all of a collection, for good. */
export const deleteCollection: Route = (context, _request, args, caller) => {
  const { database } = context;
  const store = new CollectionStore(database);
  const owner = emailOf(caller);
  const uuid = (args.text("uuid") ?? "").toLowerCase();
  database.transaction(() => {
    ownedCollection(store, owner, uuid);
    store.bury(uuid, owner);
  });
  return jsonAnswer({});
};
