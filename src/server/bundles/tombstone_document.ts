import type { JsonObject } from "../../base/mod.ts";
import type { Tombstone } from "../records.ts";

/** What stands in the search index in place of the bundle. */
export function tombstoneDocument(tombstone: Tombstone): JsonObject {
  return {
    ...fieldsOf(tombstone),
    uuid: tombstone.uuid,
    manifest: { version: tombstone.version },
  };
}

/** What JMESPath queries see of a removal. */
export function tombstoneEvent(tombstone: Tombstone): JsonObject {
  const { uuid, version } = tombstone;
  return {
    event_type: "TOMBSTONE",
    bundle_info: { uuid, version },
    ...fieldsOf(tombstone),
  };
}

function fieldsOf({ email, reason, version }: Tombstone): JsonObject {
  return {
    email,
    reason,
    admin_deleted: true,
    ...(version !== null && { version }),
  };
}
