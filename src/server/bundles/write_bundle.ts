import { formatVersion } from "../../base/mod.ts";
import type { DssContext } from "../context.ts";
import { notFound, Problem } from "../problem.ts";
import type { BundleFileRecord } from "../records.ts";
import { type BundleEntry, checkNamesDiffer } from "./bundle_entries.ts";
import type { BundleVersion } from "./manifest.ts";
import {
  compareBundle,
  prepareBundle,
  recordBundle,
  type WriteOutcome,
} from "./record_bundle.ts";
import { resolveEntries } from "./resolve_entries.ts";

/** A bundle version as a caller puts it. */
export interface ListedBundle extends Omit<BundleVersion, "files"> {
  /** Its files in order. */
  entries: BundleEntry[];
}

/**
 * Writes a bundle version of files that are in the store.
 *
 * @returns the bundle, and whether it was new
 * @throws {Problem} 400 `duplicate_filename` or `file_missing`; 409
 * `bundle_already_exists` when the version is there and differs in anything,
 * the order of its files included
 */
export async function writeBundle(
  context: DssContext,
  { uuid, version, creatorUid, entries }: ListedBundle,
): Promise<{ bundle: BundleVersion; isNew: boolean }> {
  checkNamesDiffer(entries);
  const files = await resolveEntries(context, entries);
  const bundle = { uuid, version, creatorUid, files };
  const outcome = compareBundle(context, bundle) ??
    await record(context, bundle);
  if (outcome === "different") {
    throw new Problem(
      409,
      "bundle_already_exists",
      `Bundle ${uuid} version ${version} exists and is different`,
    );
  }
  return { bundle, isNew: outcome === "new" };
}

/** What a PATCH changes. */
export interface BundleChanges {
  /** Files to remove, by name, uuid and version. */
  remove: BundleEntry[];
  /** Files to add at the end. */
  add: BundleEntry[];
}

/**
 * Makes a new version of a bundle, named after the current time.
 *
 * @param base uuid and version to start from
 * @returns the new version
 * @throws {Problem} 404 when there is no such bundle, or it is dead; 400
 * `duplicate_filename` or `file_missing`
 */
export async function patchBundle(
  context: DssContext,
  base: { uuid: string; version: string },
  { remove, add }: BundleChanges,
): Promise<string> {
  const { repository } = context;
  const known = repository.livingBundle(base.uuid, base.version);
  if (known === undefined) throw notFound("Cannot find bundle!");
  const removed = new Set(remove.map(keyOf));
  const kept = repository.bundleFiles(known.id)
    .filter((file) => !removed.has(keyOf(file)));
  checkNamesDiffer([...kept, ...add]);
  const files = [...kept, ...await resolveEntries(context, add)];
  const { uuid, creatorUid } = known;
  return await recordAsNewVersion(context, { uuid, creatorUid, files });
}

async function recordAsNewVersion(
  context: DssContext,
  bundle: Omit<BundleVersion, "version">,
): Promise<string> {
  while (true) {
    const version = unusedVersion(context, bundle.uuid);
    // Another process may have taken it in the meantime.
    if (await record(context, { ...bundle, version }) === "new") return version;
  }
}

function unusedVersion(
  { repository, clock }: DssContext,
  uuid: string,
): string {
  const nowMs = clock.now();
  for (let extra = 0;; extra++) {
    const atMs = nowMs + Math.floor(extra / 1000);
    const version = formatVersion(atMs, extra % 1000);
    if (repository.bundle(uuid, version) === undefined) return version;
  }
}

async function record(
  context: DssContext,
  bundle: BundleVersion,
): Promise<WriteOutcome> {
  const prepared = await prepareBundle(context, bundle);
  return context.database.transaction(() => recordBundle(context, prepared));
}

function keyOf(
  { name, uuid, version }: BundleEntry | BundleFileRecord,
): string {
  return JSON.stringify([name, uuid, version]);
}
