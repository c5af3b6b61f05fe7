import {
  type Fqid,
  isJsonObject,
  isUuid,
  type Json,
  quote,
  RefusedError,
  whyUnsafeName,
} from "../base/mod.ts";

/** What a collection refers to. */
export interface CollectionItem extends Fqid {
  /** A metadata fragment refers to the file that it is part of. */
  kind: "bundle" | "collection" | "file";
}

/**
 * The items of a collection, not checked yet. The service answers with the
 * collection itself; its API document says that it is below `collection`.
 *
 * @param answer the answer to GET /collections/{uuid}
 * @throws {RefusedError} when it is not a collection
 */
export function parseCollectionContents(answer: unknown): Json[] {
  if (isJsonObject(answer)) {
    const { contents, collection } = answer;
    if (Array.isArray(contents)) return contents;
    if (isJsonObject(collection) && Array.isArray(collection.contents)) {
      return collection.contents;
    }
  }
  throw new RefusedError("the service's answer is not a collection");
}

/**
 * Checks an item: its uuid and version become parts of paths. An item that is
 * no bundle, collection or file is a metadata fragment, whose uuid and
 * version are those of a file (data-store, `dss/api/collections.py`).
 *
 * @throws {RefusedError} saying what of it cannot be used
 */
export function parseCollectionItem(item: Json): CollectionItem {
  if (!isJsonObject(item)) throw new RefusedError("it is not an object");
  const { type, uuid, version } = item;
  if (typeof type !== "string" || type === "") {
    throw new RefusedError("it has no usable type");
  }
  if (typeof uuid !== "string" || !isUuid(uuid)) {
    const found = typeof uuid === "string" ? ` ${quote(uuid)}` : "";
    throw new RefusedError(`it has no usable uuid${found}`);
  }
  if (typeof version !== "string" || !isPathVersion(version)) {
    const found = typeof version === "string" ? ` ${quote(version)}` : "";
    throw new RefusedError(`it has no usable version${found}`);
  }
  const kind = type === "bundle" || type === "collection" ? type : "file";
  return { kind, uuid, version };
}

/** Whether a version can be part of the name of a directory. */
export function isPathVersion(version: string): boolean {
  return !version.includes("/") && whyUnsafeName(version) === undefined;
}
