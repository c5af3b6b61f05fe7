import { jsonAnswer } from "../answers.ts";
import { emailOf } from "../authorization/caller.ts";
import {
  checkMayWrite,
  CollectionStore,
  parseCollection,
  verifyItems,
} from "../collections/mod.ts";
import type { Route } from "../context.ts";
import { writtenUuid, writtenVersion } from "./write_arguments.ts";

/**
 * PUT /collections: a version of a collection. The same version again
 * replaces it; what is put under a uuid that was deleted is not found.
 */
export const putCollection: Route = async (context, _request, args, caller) => {
  const { database } = context;
  const owner = emailOf(caller);
  const uuid = writtenUuid(args);
  const version = writtenVersion(args);
  const collection = parseCollection(args);
  const store = new CollectionStore(database);
  checkMayWrite(store, owner, uuid);
  await verifyItems(context, collection.contents, "contents");
  database.transaction(() => {
    // Asked again: somebody may have come first.
    checkMayWrite(store, owner, uuid);
    const isListed = !store.isDead(uuid);
    store.put({ uuid, version, owner, collection, isListed });
  });
  return jsonAnswer({ uuid, version }, 201);
};
