import type { JsonObject } from "../../base/mod.ts";
import { type BundleFileRecord, describeFile } from "../records.ts";

/** What a bundle version consists of. */
export interface BundleVersion {
  /** The bundle's uuid, lower case. */
  uuid: string;
  /** Its version. */
  version: string;
  /** Who puts it. */
  creatorUid: number;
  /** Its files in order. */
  files: BundleFileRecord[];
}

/** The manifest of a bundle version, as the DSS stores it. */
export function manifestOf(
  { version, creatorUid, files }: BundleVersion,
): JsonObject {
  return {
    format: "0.0.1",
    version,
    creator_uid: creatorUid,
    files: files.map((file) => describeFile(file, "s3-etag")),
  };
}

/**
 * Whether two versions have the same members: what a member says of its file
 * cannot differ if uuid and version do not.
 */
export function sameMembers(
  a: readonly BundleFileRecord[],
  b: readonly BundleFileRecord[],
): boolean {
  return a.length === b.length &&
    a.every((file, index) => memberKey(file) === memberKey(b[index]));
}

function memberKey(file: BundleFileRecord | undefined): string {
  return JSON.stringify([
    file?.name,
    file?.indexed,
    file?.uuid,
    file?.version,
    file?.sha256,
  ]);
}
