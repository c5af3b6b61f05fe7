import type { DssContext } from "../context.ts";
import { notFound, Problem } from "../problem.ts";
import type { Tombstone } from "../records.ts";
import { putDocument } from "./put_document.ts";
import { tombstoneDocument, tombstoneEvent } from "./tombstone_document.ts";

/**
 * Puts a bundle, or one version of it, out of sight. Nothing is erased; its
 * files stay readable. The same call again changes nothing.
 *
 * @throws {Problem} 404 when there is no such bundle; 409
 * `bundle_tombstone_already_exists` when somebody else did so, or for another
 * reason
 */
export function deleteBundle(context: DssContext, tombstone: Tombstone): void {
  context.database.transaction(() => {
    const { repository } = context;
    const { uuid, version } = tombstone;
    const versions = repository.bundleVersions(uuid)
      .filter((one) => version === null || one === version);
    if (versions.length === 0) throw notFound("Cannot find bundle!");
    const known = repository.tombstones.find(uuid, version);
    if (known !== undefined) {
      checkSame(known, tombstone);
      return;
    }
    const living = versions
      .filter((one) => repository.tombstones.over(uuid, one) === undefined);
    repository.tombstones.insert(tombstone);
    const document = tombstoneDocument(tombstone);
    for (const one of versions) {
      putDocument(context, { uuid, version: one }, document);
    }
    context.onChange({
      type: "TOMBSTONE",
      uuid,
      version,
      versions: living,
      document,
      event: tombstoneEvent(tombstone),
    });
  });
}

function checkSame(known: Tombstone, tombstone: Tombstone): void {
  const { uuid, version, email, reason } = tombstone;
  if (known.email === email && known.reason === reason) return;
  throw new Problem(
    409,
    "bundle_tombstone_already_exists",
    `Bundle ${uuid}${version === null ? "" : ` version ${version}`} was ` +
      "deleted before by someone else or for another reason",
  );
}
