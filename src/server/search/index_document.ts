import type { Json, JsonObject } from "../../base/mod.ts";
import { fileNameKey } from "./file_name_key.ts";
import { shapeDescriptor } from "./shape_descriptor.ts";

/** Entries of a manifest above which they are left out of the index. */
export const MANIFEST_INDEX_LIMIT = 20_000;
/** Levels of a JSON file above which it is left out of the index. */
export const MAX_FILE_DEPTH = 100;

/** What the search index holds of one bundle version. */
export interface IndexDocument extends JsonObject {
  /** The stored manifest; `files` is empty if there are too many. */
  manifest: JsonObject;
  /** Always "new". */
  state: "new";
  /** The bundle's uuid. */
  uuid: string;
  /** The schemas of its metadata, or "None". */
  shape_descriptor: string;
  /** The parsed metadata files by the key of their name. */
  files: { [key: string]: Json[] };
}

/** A file of a bundle, as far as the index is concerned. */
export interface FileContent {
  /** The name in the bundle. */
  name: string;
  /** The flag of the manifest. */
  indexed: boolean;
  /** The media type, with its parameters. */
  contentType: string;
  /** The whole content; not looked at unless it is indexed JSON. */
  bytes: Uint8Array;
}

/** What an index document is made from. */
export interface BundleContent {
  /** The bundle's uuid, lower-case. */
  uuid: string;
  /** The bundle's version. */
  version: string;
  /** The stored manifest, with `s3-etag`. */
  manifest: JsonObject;
  /** The bundle's files, in the order of the manifest. */
  contents: Iterable<FileContent>;
}

/**
 * Makes the index document of a bundle (data-store,
 * `dss/index/es/document.py`). Files are indexed as they are, not reduced to
 * what their schema allows; one that is no JSON, or nested more than 100
 * levels deep, is left out silently.
 */
export function buildIndexDocument(bundle: BundleContent): IndexDocument {
  const files = new Map<string, Json[]>();
  for (const file of bundle.contents) {
    const content = parseIndexed(file);
    if (content === undefined) continue;
    const key = fileNameKey(file.name);
    const siblings = files.get(key);
    if (siblings === undefined) files.set(key, [content]);
    else siblings.push(content);
  }
  return {
    manifest: indexedManifest(bundle.manifest, bundle.version),
    state: "new",
    uuid: bundle.uuid,
    shape_descriptor: shapeDescriptor(files),
    files: Object.fromEntries(files),
  };
}

function indexedManifest(manifest: JsonObject, version: string): JsonObject {
  const { files } = manifest;
  const isTooLong = Array.isArray(files) && files.length > MANIFEST_INDEX_LIMIT;
  return { ...manifest, version, ...(isTooLong ? { files: [] } : {}) };
}

function parseIndexed(file: FileContent): Json | undefined {
  if (!file.indexed || !file.contentType.startsWith("application/json")) {
    return undefined;
  }
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const content: Json = JSON.parse(decoder.decode(file.bytes));
    return isDeeperThan(content, MAX_FILE_DEPTH) ? undefined : content;
  } catch {
    return undefined;
  }
}

function isDeeperThan(content: Json, limit: number): boolean {
  const pending: [Json, number][] = [[content, 0]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [node, depth] = next;
    if (typeof node !== "object" || node === null) continue;
    if (depth >= limit) return true;
    for (const child of Object.values(node)) pending.push([child, depth + 1]);
  }
  return false;
}
