import type { DssContext } from "../context.ts";
import { buildDocuments, type BundleDocuments } from "./event_document.ts";
import { type BundleVersion, sameMembers } from "./manifest.ts";
import { readMetadata } from "./read_metadata.ts";
import { putDocument } from "./put_document.ts";
import { tombstoneDocument } from "./tombstone_document.ts";

/** What became of a version that was to be written. */
export type WriteOutcome = "new" | "same" | "different";

/** A bundle version with all that is written together with it. */
export interface PreparedBundle extends BundleVersion, BundleDocuments {}

/**
 * Makes what is written with a bundle version; its files are in the store.
 *
 * @throws {LocalError} when a content cannot be read
 */
export async function prepareBundle(
  context: DssContext,
  bundle: BundleVersion,
): Promise<PreparedBundle> {
  const contents = await readMetadata(context, bundle.files);
  return { ...bundle, ...buildDocuments(bundle, contents) };
}

/** How a version compares with what is stored; undefined if nothing is. */
export function compareBundle(
  { repository }: Pick<DssContext, "repository">,
  bundle: BundleVersion,
  options: { ignoresCreator?: boolean } = {},
): "same" | "different" | undefined {
  const known = repository.bundle(bundle.uuid, bundle.version);
  if (known === undefined) return undefined;
  const isSame =
    (options.ignoresCreator || known.creatorUid === bundle.creatorUid) &&
    repository.countBundleFiles(known.id) === bundle.files.length &&
    sameMembers(repository.bundleFiles(known.id), bundle.files);
  return isSame ? "same" : "different";
}

/**
 * Writes a bundle version, its documents and what follows from it, within the
 * transaction that is open. What is dead already stays out of sight.
 */
export function recordBundle(
  context: DssContext,
  bundle: PreparedBundle,
  options: { ignoresCreator?: boolean } = {},
): WriteOutcome {
  const { repository } = context;
  const known = compareBundle(context, bundle, options);
  if (known !== undefined) return known;
  const { uuid, version, document, event } = bundle;
  repository.insertBundle(bundle);
  const tombstone = repository.tombstones.over(uuid, version);
  if (tombstone !== undefined) {
    putDocument(context, { uuid, version }, tombstoneDocument(tombstone));
    return "new";
  }
  putDocument(context, { uuid, version }, document);
  context.onChange({
    type: "CREATE",
    uuid,
    version,
    versions: [version],
    document,
    event,
  });
  return "new";
}
