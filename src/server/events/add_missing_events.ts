import {
  type Fqid,
  isJsonObject,
  type Json,
  type JsonObject,
  LocalError,
} from "../../base/mod.ts";
import { buildDocuments } from "../bundles/event_document.ts";
import { findBundleVersion } from "../bundles/find_bundle.ts";
import { readMetadata } from "../bundles/read_metadata.ts";
import type { DssContext } from "../context.ts";
import type { TaskHandler } from "../tasks/mod.ts";
import { IS_ALIVE } from "../tombstone_table.ts";
import { EventStore } from "./event_store.ts";

// A command that comes across this does so much of it, and is not held up.
const AT_ONCE = 200;
const PAUSE_MS = 1000;

// By version, which is when a bundle was made, as far as that can be told.
const NEXT = `SELECT uuid, version FROM bundles b
 WHERE (version, uuid) > (?1, ?2) AND ${IS_ALIVE} AND NOT EXISTS (
   SELECT 1 FROM events e WHERE e.uuid = b.uuid AND e.version = b.version)
 ORDER BY version, uuid LIMIT ?3`;

/**
 * Records the creation of bundles that are in the store since before there
 * were events, little by little, each in a transaction of its own. Ended at
 * any point, it goes on where it was; nobody is notified.
 */
export function addMissingEvents(context: DssContext): TaskHandler {
  return async ({ payload }, signal) => {
    const { version, uuid } = cursorOf(payload);
    const found = context.database.prepare(NEXT).all(version, uuid, AT_ONCE);
    let last: Fqid | undefined;
    for (const row of found) {
      if (signal.aborted) break;
      last = { uuid: String(row.uuid), version: String(row.version) };
      await addEvent(context, last);
    }
    if (found.length < AT_ONCE && !signal.aborted) return { kind: "done" };
    const atMs = context.clock.now() + PAUSE_MS;
    return { kind: "later", atMs, payload: last ? { ...last } : payload };
  };
}

function cursorOf(payload: Json): Fqid {
  const { uuid = "", version = "" } = isJsonObject(payload) ? payload : {};
  return { uuid: String(uuid), version: String(version) };
}

async function addEvent(context: DssContext, fqid: Fqid): Promise<void> {
  const { uuid, version } = fqid;
  const event = await eventOf(context, fqid);
  if (event === undefined) return;
  const { database, repository, clock } = context;
  database.transaction(() => {
    const events = new EventStore(database);
    // It may have been deleted, or been given one, in the meantime.
    const isWanted = repository.livingBundle(uuid, version) !== undefined &&
      events.find(uuid, version) === undefined;
    if (isWanted) events.record(uuid, version, event, clock.now());
  });
}

/** Undefined when a content cannot be read: 'hca local check' tells of it. */
async function eventOf(
  context: DssContext,
  { uuid, version }: Fqid,
): Promise<JsonObject | undefined> {
  const bundle = findBundleVersion(context, uuid, version);
  if (bundle === undefined) return undefined;
  try {
    const contents = await readMetadata(context, bundle.files);
    return buildDocuments(bundle, contents).event;
  } catch (error) {
    if (error instanceof LocalError) return undefined;
    throw error;
  }
}
