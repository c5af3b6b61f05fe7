import { isJsonObject, type Json, type JsonObject } from "../../base/mod.ts";
import { isDeeperThan, MAX_JSON_DEPTH } from "../json_depth.ts";
import { illegalArguments } from "../problem.ts";
import type { CheckedArguments } from "../validate_request.ts";
import {
  type CollectionItem,
  itemKey,
  parseItems,
  uniqueItems,
} from "./collection_item.ts";

/** What somebody put together; whose it is stands elsewhere. */
export interface Collection extends JsonObject {
  /** A name for people. */
  name: string;
  /** What it is about. */
  description: string;
  /** More about it. */
  details: JsonObject;
  /** What it lists, each item once. */
  contents: CollectionItem[];
}

/** What a PATCH does to a collection. */
export interface CollectionPatch {
  /** What is replaced. */
  changes: Partial<Pick<Collection, "name" | "description" | "details">>;
  /** Items that go, exactly as they are; others are ignored. */
  removed: CollectionItem[];
  /** Items that come after them, at the end. */
  added: CollectionItem[];
}

/**
 * The collection in the body of a PUT, items listed twice kept once.
 *
 * @throws {Problem} 400 `illegal_arguments` or `illegal_version`
 */
export function parseCollection(args: CheckedArguments): Collection {
  const { name, description, details } = parseFacts(args);
  return {
    name: name ?? "",
    description: description ?? "",
    details: details ?? {},
    contents: uniqueItems(itemsOf(args, "contents")),
  };
}

/**
 * The body of a PATCH.
 *
 * @throws {Problem} 400 `illegal_arguments` or `illegal_version`
 */
export function parseCollectionPatch(args: CheckedArguments): CollectionPatch {
  return {
    changes: parseFacts(args),
    removed: itemsOf(args, "remove_contents"),
    added: itemsOf(args, "add_contents"),
  };
}

/** What a collection becomes: items are removed, then added. */
export function patchedCollection(
  collection: Collection,
  { changes, removed, added }: CollectionPatch,
): Collection {
  const gone = new Set(removed.map(itemKey));
  const kept = collection.contents.filter((item) => !gone.has(itemKey(item)));
  return {
    ...collection,
    ...changes,
    contents: uniqueItems([...kept, ...added]),
  };
}

function parseFacts(args: CheckedArguments): CollectionPatch["changes"] {
  const name = args.body("name");
  const description = args.body("description");
  const details = boundedBody(args, "details");
  return {
    ...(typeof name === "string" && { name }),
    ...(typeof description === "string" && { description }),
    ...(isJsonObject(details) && { details }),
  };
}

function itemsOf(args: CheckedArguments, name: string): CollectionItem[] {
  return parseItems(boundedBody(args, name) ?? [], name);
}

function boundedBody(args: CheckedArguments, name: string): Json | undefined {
  const value = args.body(name);
  if (value === undefined || !isDeeperThan(value, MAX_JSON_DEPTH)) return value;
  throw illegalArguments(
    `'${name}' is nested more than ${MAX_JSON_DEPTH} levels deep`,
  );
}
