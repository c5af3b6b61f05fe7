import {
  formatFqid,
  formatJson,
  type Json,
  LocalError,
  throwIfAborted,
} from "../../base/mod.ts";
import { buildDocuments, type BundleDocuments } from "../bundles/mod.ts";
import { type BundleVersion, tombstoneDocument } from "../bundles/mod.ts";
import { readMetadata } from "../bundles/read_metadata.ts";
import type { BundleRecord } from "../records.ts";
import { ADD_EVENTS } from "../schema.ts";
import {
  type CheckContext,
  damage,
  type Depth,
  type StoreProblem,
} from "./store_problem.ts";

const AT_ONCE = 100;

/**
 * Sees that every bundle has all its files, and that what is said of it to
 * search and events is what its files say.
 *
 * @param depth quick: does not look at what is said
 * @throws {CancelledError} when the signal is aborted
 */
export async function* checkBundles(
  context: CheckContext,
  { isQuick, signal }: Depth,
): AsyncGenerator<StoreProblem> {
  const firstId = firstIdWithEvent(context);
  for (let after = 0;;) {
    const bundles = context.repository.bundlesAfter(after, AT_ONCE);
    for (const bundle of bundles) {
      throwIfAborted(signal);
      yield* checkMembers(context, bundle);
      if (isQuick) continue;
      yield* await checkDocuments(context, bundle, bundle.id >= firstId);
    }
    const last = bundles.at(-1);
    if (last === undefined) break;
    after = last.id;
  }
  yield* checkTombstones(context);
  yield* checkEvents(context);
}

function* checkMembers(
  { database, repository }: CheckContext,
  bundle: BundleRecord,
): Generator<StoreProblem> {
  const row = database.prepare(
    `SELECT count(*) AS members, coalesce(max(position) + 1, 0) AS positions
     FROM bundle_files WHERE bundle_id = ?`,
  ).get(bundle.id);
  const members = Number(row?.members);
  if (members !== Number(row?.positions)) {
    yield damage("bundle", formatFqid(bundle), "a place in its order is empty");
  }
  const found = repository.bundleFiles(bundle.id).length;
  if (found !== members) {
    yield damage(
      "bundle",
      formatFqid(bundle),
      `${members - found} of its ${members} files are not there`,
    );
  }
}

async function checkDocuments(
  context: CheckContext,
  bundle: BundleRecord,
  needsEvent: boolean,
): Promise<StoreProblem[]> {
  const { uuid, version, creatorUid } = bundle;
  const files = context.repository.bundleFiles(bundle.id);
  const made = await rebuild(context, { uuid, version, creatorUid, files });
  // What cannot be read was told of already.
  if (made === undefined) return [];
  // Nothing must change between one look and the next.
  return context.database.transaction(() => [
    ...compareDocuments(context, bundle, made, needsEvent),
  ]);
}

function* compareDocuments(
  context: CheckContext,
  bundle: BundleRecord,
  made: BundleDocuments,
  needsEvent: boolean,
): Generator<StoreProblem> {
  const fqid = formatFqid(bundle);
  const { repository } = context;
  const dead = [bundle.version, null]
    .map((version) => repository.tombstones.find(bundle.uuid, version))
    .filter((tombstone) => tombstone !== undefined);
  const right = dead.length === 0
    ? [made.document]
    : dead.map(tombstoneDocument);
  const document = repository.documentOf(bundle.id) ?? "";
  if (!right.some((one) => isSame(document, one))) {
    yield damage(
      "document",
      fqid,
      "its search document is not what it should be",
    );
  }
  const event = eventOf(context, bundle);
  if (event === undefined) {
    if (dead.length === 0 && needsEvent) {
      yield damage("event", fqid, "it has no event");
    }
  } else if (dead.length > 0) {
    yield damage("event", fqid, "it is deleted, and its event can be found");
  } else if (!isSame(event, made.event)) {
    yield damage("event", fqid, "its event is not that of its files");
  }
}

async function rebuild(
  context: CheckContext,
  bundle: BundleVersion,
): Promise<BundleDocuments | undefined> {
  try {
    return buildDocuments(bundle, await readMetadata(context, bundle.files));
  } catch (error) {
    if (error instanceof LocalError) return undefined;
    throw error;
  }
}

function* checkTombstones({ database }: CheckContext): Generator<StoreProblem> {
  const rows = database.prepare(
    `SELECT uuid, version FROM tombstones t WHERE NOT EXISTS (
       SELECT 1 FROM bundles b WHERE b.uuid = t.uuid
       AND t.version IN ('', b.version))`,
  ).all();
  for (const { uuid, version } of rows) {
    const fqid = `${uuid}.${version}`.replace(/\.$/, "");
    yield damage("bundle", fqid, "it is deleted, and was never there");
  }
}

function* checkEvents({ database }: CheckContext): Generator<StoreProblem> {
  const rows = database.prepare(
    `SELECT uuid, version FROM events e WHERE NOT EXISTS (
       SELECT 1 FROM bundles b WHERE b.uuid = e.uuid
       AND b.version = e.version)`,
  ).all();
  for (const { uuid, version } of rows) {
    yield damage("event", `${uuid}.${version}`, "there is no such bundle");
  }
}

// Bundles of stores that are older than events have none until they are added.
function firstIdWithEvent({ database }: CheckContext): number {
  const adding = database.prepare("SELECT id FROM tasks WHERE kind = ?")
    .get(ADD_EVENTS);
  if (adding !== undefined) return Infinity;
  const row = database.prepare(
    "SELECT min(bundles.id) AS id FROM bundles JOIN events USING (uuid, version)",
  ).get();
  return Number(row?.id ?? Infinity);
}

function eventOf(
  { database }: CheckContext,
  { uuid, version }: BundleRecord,
): string | undefined {
  const row = database.prepare(
    `SELECT document FROM events
     WHERE uuid = ? AND version = ? AND is_removed = 0`,
  ).get(uuid, version);
  return row && String(row.document);
}

function isSame(text: string, right: Json): boolean {
  if (text === JSON.stringify(right)) return true;
  const sorted = (value: unknown) => formatJson(value, { sortKeys: true });
  try {
    return sorted(JSON.parse(text)) === sorted(right);
  } catch {
    return false;
  }
}
