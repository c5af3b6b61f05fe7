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
import { isHeaderText } from "./header_text.ts";

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
 * @throws {RefusedError} when it is neither, an entry lacks a name, uuid or
 * version, or one of these or a media type could not be answered with.
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
    uuid: bundle && usableText(bundle, "uuid", isUuid, what),
    version: bundle && usableText(bundle, "version", isUsableVersion, what),
    files: entries.map((entry, index) =>
      parseEntry(entry, `entry ${index + 1} of ${what}`)
    ),
  };
}

function parseEntry(entry: Json, what: string): FileEntry {
  if (!isJsonObject(entry)) throw new RefusedError(`${what} is not an object`);
  const need = (key: string, isUsable: (text: string) => boolean): string => {
    const value = usableText(entry, key, isUsable, what);
    if (value !== undefined) return value;
    throw new RefusedError(`${what} has no '${key}'`);
  };
  return {
    name: need("name", (name) => name !== "" && isPrintable(name)),
    uuid: need("uuid", isUuid).toLowerCase(),
    version: need("version", isUsableVersion),
    contentType: usableText(entry, "content-type", isHeaderText, what) ||
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

// It stands in headers, and before a comma in the cursors of pages.
function isUsableVersion(version: string): boolean {
  return /^[!-+\--~]+$/.test(version);
}

function usableText(
  object: JsonObject,
  key: string,
  isUsable: (text: string) => boolean,
  what: string,
): string | undefined {
  const value = optionalText(object, key);
  if (value === undefined || isUsable(value)) return value;
  throw new RefusedError(`${what} has the unusable '${key}' ${quote(value)}`);
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
