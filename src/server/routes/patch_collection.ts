import { isVersion } from "../../base/mod.ts";
import { jsonAnswer } from "../answers.ts";
import { emailOf } from "../authorization/caller.ts";
import {
  type Collection,
  CollectionStore,
  ownedCollection,
  parseCollectionPatch,
  patchedCollection,
  verifyItems,
} from "../collections/mod.ts";
import type { Route } from "../context.ts";
import { illegalVersion } from "../problem.ts";

/**
 * PATCH /collections/{uuid}: a new version of a collection, made from any
 * older one. It is the current time and is not listed.
 */
export const patchCollection: Route = async (
  context,
  _request,
  args,
  caller,
) => {
  const { database, clock } = context;
  const owner = emailOf(caller);
  const uuid = (args.text("uuid") ?? "").toLowerCase();
  const base = args.text("version") ?? "";
  if (!isVersion(base)) throw illegalVersion(base);
  const patch = parseCollectionPatch(args);
  const store = new CollectionStore(database);
  readBase();
  await verifyItems(context, patch.added, "add_contents");
  const version = database.transaction(() => {
    // Read again: it may have been deleted or replaced meanwhile.
    const collection = patchedCollection(readBase(), patch);
    const version = store.unusedVersion(uuid, clock.now());
    store.put({ uuid, version, owner, collection, isListed: false });
    return version;
  });
  return jsonAnswer({ uuid, version });

  // Whose it is, its latest version says.
  function readBase(): Collection {
    ownedCollection(store, owner, uuid);
    return ownedCollection(store, owner, uuid, base).collection;
  }
};
