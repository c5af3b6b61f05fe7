import {
  CRC32C_PATTERN,
  definition,
  FILE_NAME_PATTERN,
  integer,
  list,
  record,
  S3_ETAG_PATTERN,
  SHA1_PATTERN,
  SHA256_PATTERN,
  text,
  uuid,
  version,
} from "./formats.ts";
import type { Schema } from "./types.ts";

/** A file, as a caller puts it into a bundle. */
export function bundleFile(): Schema {
  return record({
    uuid: uuid("The uuid of the file."),
    version: version("The version of the file."),
    name: text(
      "The name in the bundle, a relative path. Not `.`, `..`, a line break " +
        "or a backslash; no `/` or `~/` first; no `./` and no `/.` anywhere.",
      { pattern: FILE_NAME_PATTERN },
    ),
    indexed: {
      description: "Whether the content can be searched, if it is JSON.",
      type: "boolean",
    },
  }, ["uuid", "version", "name", "indexed"]);
}

// The key of the ETag differs: `s3_etag` when a bundle is shown, `s3-etag` in
// its manifest.
function listedFile(etagKey: string, extra: Record<string, Schema>): Schema {
  const properties: Record<string, Schema> = {
    name: text("The name in the bundle."),
    uuid: text("The uuid of the file."),
    version: version("The version of the file."),
    "content-type": text("The media type."),
    size: integer("The size in bytes."),
    indexed: { description: "Whether it can be searched.", type: "boolean" },
    crc32c: text("CRC32C.", { pattern: CRC32C_PATTERN }),
    [etagKey]: text("The ETag that S3 gives.", { pattern: S3_ETAG_PATTERN }),
    sha1: text("SHA-1.", { pattern: SHA1_PATTERN }),
    sha256: text("SHA-256.", { pattern: SHA256_PATTERN }),
  };
  return record({ ...properties, ...extra }, Object.keys(properties));
}

/** A bundle, as it is shown. */
export function bundle(): Schema {
  const url = text("Where the content is; only if it was asked for.");
  return record({
    uuid: text("The uuid, as it was asked for."),
    version: version("The version."),
    creator_uid: integer("Who created it."),
    files: list("The files of this page.", listedFile("s3_etag", { url })),
  }, ["uuid", "version", "creator_uid", "files"]);
}

/** A bundle, as it is stored. */
export function manifest(): Schema {
  return record({
    format: text("The version of this format."),
    version: version("The version of the bundle."),
    creator_uid: integer("Who created it."),
    files: list("The files, as they were put.", listedFile("s3-etag", {})),
  }, ["format", "version", "creator_uid", "files"]);
}

/** A page of the list of all bundles. */
export function bundleList(): Schema {
  return record({
    object: text("What this is.", { enum: ["list"] }),
    bundles: list("The bundles of this page.", definition("ObjectVersion")),
    page_count: integer("How many bundles are on this page."),
    per_page: integer("How many there can be."),
    search_prefix: text("What the storage keys of the bundles start with."),
    dss_api: text("The address of the service."),
    event_timestamp: version("When the page was made."),
    has_more: {
      description: "Whether another page follows.",
      type: "boolean",
    },
    search_after: text("The cursor of the next page, if there is one."),
    token: text("The other cursor of the next page, if there is one."),
    link: text("The address of the next page, if there is one."),
  }, ["object", "bundles", "page_count", "per_page", "has_more"]);
}
