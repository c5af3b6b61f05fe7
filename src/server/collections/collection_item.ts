import {
  formatJson,
  isJsonObject,
  isVersion,
  type Json,
  type JsonObject,
} from "../../base/mod.ts";
import { illegalArguments, illegalVersion } from "../problem.ts";

/** One thing that a collection lists, with whatever else was said of it. */
export interface CollectionItem extends JsonObject {
  /** `file`, `bundle`, `collection`; anything else is a part of a file. */
  type: string;
  /** Of the thing, or of the file that it is a part of. */
  uuid: string;
  /** Its version. */
  version: string;
}

/**
 * Items as a request lists them, their shape checked before.
 *
 * @param name the property of the body that the list is in
 * @throws {Problem} 400 `illegal_version` for a version that is not a date
 */
export function parseItems(list: Json, name: string): CollectionItem[] {
  return (Array.isArray(list) ? list : []).map((item, index) => {
    const where = `${name}[${index}]`;
    if (!isItem(item)) throw illegalArguments(`'${where}' is not an item`);
    if (isVersion(item.version)) return item;
    throw illegalVersion(item.version, `version of ${where}`);
  });
}

function isItem(item: Json): item is CollectionItem {
  return isJsonObject(item) && typeof item.type === "string" &&
    typeof item.uuid === "string" && typeof item.version === "string";
}

/** A text that is the same for items of the same content, in any order. */
export function itemKey(item: CollectionItem): string {
  return formatJson(item, { indent: 0, sortKeys: true });
}

/** Each item once, where it stands first. */
export function uniqueItems(
  items: readonly CollectionItem[],
): CollectionItem[] {
  const unique = new Map<string, CollectionItem>();
  for (const item of items) {
    const key = itemKey(item);
    if (!unique.has(key)) unique.set(key, item);
  }
  return [...unique.values()];
}
