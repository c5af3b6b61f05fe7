import type { Clock, Database } from "../../base/mod.ts";
import type { ChangeListener } from "../bundle_changes.ts";
import { EventStore } from "./event_store.ts";

/**
 * Writes the journal of bundles: creations into it; what is deleted is not
 * found any more by uuid, but stays in the journal.
 */
export function recordEvents(
  { database, clock }: { database: Database; clock: Clock },
): ChangeListener {
  const store = new EventStore(database);
  return ({ type, uuid, version, event }) => {
    if (type !== "CREATE") store.remove(uuid, version);
    else if (version !== null) {
      store.record(uuid, version, event, clock.now());
    }
  };
}
