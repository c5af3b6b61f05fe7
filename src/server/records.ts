import type { JsonObject } from "../base/mod.ts";

/** Content in the store: one entry of `blobs`. */
export interface BlobRecord {
  /** Lower-case hex, as all digests here. */
  sha256: string;
  /** Size in bytes. */
  sizeBytes: number;
  /** SHA-1. */
  sha1: string;
  /** CRC-32C, 8 digits. */
  crc32c: string;
  /** The ETag that S3 would give it. */
  s3Etag: string;
}

/** One version of a file. */
export interface FileRecord extends BlobRecord {
  /** The file's uuid. */
  uuid: string;
  /** The file's version. */
  version: string;
  /** Who put it. */
  creatorUid: number;
  /** Its media type, parameters included. */
  contentType: string;
}

/** A file as a member of a bundle. */
export interface BundleFileRecord extends FileRecord {
  /** Its name in the bundle. */
  name: string;
  /** Whether it is metadata that search sees. */
  indexed: boolean;
}

/** One version of a bundle, without its files. */
export interface BundleRecord {
  /** Key inside the database. */
  id: number;
  /** The bundle's uuid. */
  uuid: string;
  /** The bundle's version. */
  version: string;
  /** Who put it. */
  creatorUid: number;
}

/** Who removed a bundle, or one version of it, and why. */
export interface Tombstone {
  /** The bundle's uuid. */
  uuid: string;
  /** The version; null for the whole bundle. */
  version: string | null;
  /** The email address of who removed it. */
  email: string;
  /** Why. */
  reason: string;
}

/** The key under which the DSS keeps a blob, which names all its digests. */
export function blobKey(blob: BlobRecord): string {
  return `${blob.sha256}.${blob.sha1}.${blob.s3Etag}.${blob.crc32c}`;
}

/**
 * A bundle's file as the DSS describes it. `GET /bundles` says `s3_etag`
 * where stored manifests and search documents say `s3-etag`.
 */
export function describeFile(
  file: BundleFileRecord,
  etagKey: "s3_etag" | "s3-etag",
): JsonObject {
  return {
    name: file.name,
    uuid: file.uuid,
    version: file.version,
    "content-type": file.contentType,
    size: file.sizeBytes,
    indexed: file.indexed,
    crc32c: file.crc32c,
    [etagKey]: file.s3Etag,
    sha1: file.sha1,
    sha256: file.sha256,
  };
}
