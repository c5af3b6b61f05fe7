import { forbidden, notFound } from "../problem.ts";
import type { CollectionStore, StoredCollection } from "./collection_store.ts";

/**
 * A version of a collection of somebody's, or the latest one.
 *
 * @throws {Problem} 404 when there is none or the collection was deleted; 403
 * when it is somebody else's
 */
export function ownedCollection(
  store: CollectionStore,
  owner: string,
  uuid: string,
  version?: string,
): StoredCollection {
  const found = store.isDead(uuid) ? undefined : store.find(uuid, version);
  if (found === undefined) throw notFound("Cannot find collection!");
  if (found.owner !== owner) throw forbidden();
  return found;
}

/**
 * Checks that somebody may write versions under a uuid: nobody else has.
 *
 * @throws {Problem} 403 when it is somebody else's, deleted or not
 */
export function checkMayWrite(
  store: CollectionStore,
  owner: string,
  uuid: string,
): void {
  const other = store.ownerOf(uuid);
  if (other !== undefined && other !== owner) throw forbidden();
}
