import {
  checkNames,
  ExactNumber,
  formatFqid,
  isJsonObject,
  isUuid,
  type Json,
  type JsonObject,
  messageOf,
  quote,
  RefusedError,
  whyUnsafeName,
} from "../base/mod.ts";
import { parseSha256 } from "../checksum/mod.ts";

/** A file as a bundle lists it. */
export interface BundleFile {
  /** Its name in the bundle; `/` separates directories. */
  name: string;
  /** Its uuid. */
  uuid: string;
  /** Its version. */
  version: string;
  /** SHA-256 of its content, 64 lower-case hex digits. */
  sha256: string;
  /** Size in bytes. */
  sizeBytes: number;
  /** Whether it is metadata. */
  indexed: boolean;
}

/** A bundle with all its files, checked. */
export interface BundleManifest {
  /** Its uuid, as the service spells it. */
  uuid: string;
  /** Its version. */
  version: string;
  /** Its files in order. */
  files: BundleFile[];
  /** The service's own words, all pages in one. */
  json: JsonObject;
}

/** The file that hca writes beside the files of a bundle. */
export const BUNDLE_JSON = "bundle.json";

/**
 * Checks what a service says of a bundle. Nothing of it is trusted: names,
 * hashes, sizes, uuid and version all become parts of paths.
 *
 * @param json the answer to GET /bundles/{uuid}, all pages merged
 * @throws {RefusedError} naming what cannot be used
 */
export function parseBundleManifest(json: JsonObject): BundleManifest {
  const bundle = json.bundle;
  if (!isJsonObject(bundle) || !Array.isArray(bundle.files)) {
    throw new RefusedError("the service's answer is not a bundle");
  }
  const { uuid, version } = bundle;
  if (typeof uuid !== "string" || !isUuid(uuid)) {
    throw new RefusedError("the bundle has no usable uuid");
  }
  if (
    typeof version !== "string" || version.includes("/") ||
    whyUnsafeName(version) !== undefined
  ) {
    throw new RefusedError(`bundle ${uuid} has no usable version`);
  }
  const what = `bundle ${formatFqid({ uuid, version })}`;
  const files = bundle.files.map((file, index) =>
    parseFile(file, `file ${index + 1} of ${what}`)
  );
  checkNames(files.map((file) => file.name), what, [BUNDLE_JSON]);
  return { uuid, version, files, json };
}

function parseFile(file: Json, what: string): BundleFile {
  if (!isJsonObject(file)) throw new RefusedError(`${what} is not an object`);
  const text = (key: string): string => {
    const value = file[key];
    if (typeof value === "string" && value !== "") return value;
    throw new RefusedError(`${what} has no '${key}'`);
  };
  const uuid = text("uuid");
  if (!isUuid(uuid)) {
    throw new RefusedError(`${what} has the uuid ${quote(uuid)}`);
  }
  // The old service had files without a name; they are called by their uuid.
  const name = typeof file.name === "string" && file.name !== ""
    ? file.name
    : uuid;
  return {
    name,
    uuid,
    version: text("version"),
    sha256: parseHash(text("sha256"), `${what} (${quote(name)})`),
    sizeBytes: parseSize(file.size, `${what} (${quote(name)})`),
    indexed: file.indexed === true,
  };
}

function parseHash(text: string, what: string): string {
  try {
    return parseSha256(text);
  } catch (cause) {
    throw new RefusedError(`${what}: ${messageOf(cause)}`, { cause });
  }
}

function parseSize(value: Json | undefined, what: string): number {
  const size = value instanceof ExactNumber ? NaN : value;
  if (typeof size === "number" && Number.isSafeInteger(size) && size >= 0) {
    return size;
  }
  throw new RefusedError(`${what} has no usable size`);
}
