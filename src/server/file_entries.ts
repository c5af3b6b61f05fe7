import {
  ExactNumber,
  isJsonObject,
  isPrintable,
  isUuid,
  type Json,
  type JsonObject,
  parseJson,
  quote,
  RefusedError,
} from "../base/mod.ts";
import type { ContentDigests } from "../checksum/mod.ts";

/** One entry of a bundle manifest: a file and what is said of it. */
export interface FileEntry {
  /** Its name in the bundle. */
  name: string;
  /** Its uuid. */
  uuid: string;
  /** Its version; old bundles have some that are not DSS versions. */
  version: string;
  /** Its media type. */
  contentType: string;
  /** Whether search sees it. */
  indexed: boolean;
  /** Size and digests, as far as they are stated. */
  stated: Partial<ContentDigests>;
}

/** The manifest of a bundle to import. */
export interface ImportManifest {
  /** The bundle's uuid, if the manifest says it. */
  uuid: string | undefined;
  /** The bundle's version, if the manifest says it. */
  version: string | undefined;
  /** The files. */
  files: FileEntry[];
}

/**
 * Reads a manifest: an array of file entries, or the `bundle.json` of a
 * download (`{"bundle": {"files": [...]}}`).
 *
 * @param what how errors call the manifest
 * @throws {RefusedError} when it is neither, or an entry lacks a name, uuid
 * or version.
 */
export function parseManifest(text: string, what: string): ImportManifest {
  const root = parseJson(text.replace(/^\ufeff/, ""), what);
  const bundle = isJsonObject(root) && isJsonObject(root.bundle)
    ? root.bundle
    : undefined;
  const entries = bundle === undefined ? root : bundle.files;
  if (!Array.isArray(entries) || entries.length === 0) {
    throw new RefusedError(
      `${what} is not a list of file entries`,
      { hint: "It should be a JSON array of objects with name and uuid." },
    );
  }
  return {
    uuid: bundle && optionalText(bundle, "uuid"),
    version: bundle && optionalText(bundle, "version"),
    files: entries.map((entry, index) =>
      parseEntry(entry, `entry ${index + 1} of ${what}`)
    ),
  };
}

function parseEntry(entry: Json, what: string): FileEntry {
  if (!isJsonObject(entry)) throw new RefusedError(`${what} is not an object`);
  const text = (key: string): string => {
    const value = optionalText(entry, key);
    if (value !== undefined && value !== "" && isPrintable(value)) return value;
    throw new RefusedError(`${what} has no usable '${key}'`);
  };
  const uuid = text("uuid");
  if (!isUuid(uuid)) {
    throw new RefusedError(`${what} has the uuid ${quote(uuid)}`);
  }
  const name = text("name");
  return {
    name,
    uuid: uuid.toLowerCase(),
    version: text("version"),
    contentType: optionalText(entry, "content-type") ??
      "application/octet-stream",
    indexed: entry.indexed === true,
    stated: {
      sizeBytes: optionalSize(entry.size, what),
      sha256: optionalText(entry, "sha256"),
      sha1: optionalText(entry, "sha1"),
      crc32c: optionalText(entry, "crc32c"),
      s3Etag: optionalText(entry, "s3_etag") ?? optionalText(entry, "s3-etag"),
    },
  };
}

function optionalText(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === "string" ? value : undefined;
}

function optionalSize(
  value: Json | undefined,
  what: string,
): number | undefined {
  if (value === undefined || value === null) return undefined;
  const size = value instanceof ExactNumber ? NaN : value;
  if (typeof size === "number" && Number.isSafeInteger(size) && size >= 0) {
    return size;
  }
  throw new RefusedError(`${what} has a size that is not a whole number`);
}
