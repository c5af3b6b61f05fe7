import type { JsonObject } from "../../base/mod.ts";
import type { DssContext } from "../context.ts";
import type { FileRecord } from "../records.ts";
import { type BundleVersion, manifestOf } from "./manifest.ts";

/** A file version; undefined if there is none. The uuid is taken as it is. */
export function findFileRecord(
  { repository }: Pick<DssContext, "repository">,
  uuid: string,
  version: string,
): FileRecord | undefined {
  return repository.file(uuid, version);
}

/** A bundle version with its files, dead or alive; undefined if none is. */
export function findBundleVersion(
  { repository }: Pick<DssContext, "repository">,
  uuid: string,
  version: string,
): BundleVersion | undefined {
  const bundle = repository.bundle(uuid, version);
  return bundle && {
    uuid: bundle.uuid,
    version: bundle.version,
    creatorUid: bundle.creatorUid,
    files: repository.bundleFiles(bundle.id),
  };
}

/** The manifest of a bundle version, dead or alive; undefined if none is. */
export function findManifest(
  context: Pick<DssContext, "repository">,
  uuid: string,
  version: string,
): JsonObject | undefined {
  const bundle = findBundleVersion(context, uuid, version);
  return bundle && manifestOf(bundle);
}
