import {
  definition,
  freeObject,
  list,
  record,
  text,
  uuid,
  version,
} from "./formats.ts";
import type { Schema } from "./types.ts";

/** What a collection consists of, new with each call. */
export function collectionProperties(): Record<string, Schema> {
  return {
    name: text("A name for people."),
    description: text("What the collection is about."),
    details: freeObject("More about it, of any content."),
    contents: list("What is in it.", definition("CollectionItem")),
  };
}

/** A collection, as it is read. */
export function collection(): Schema {
  const properties = {
    ...collectionProperties(),
    owner: text("Whose it is.", { format: "email" }),
  };
  return record(properties, Object.keys(properties));
}

/** One item of a collection. */
export function collectionItem(): Schema {
  return record({
    type: text(
      "`file`, `bundle` or `collection`; anything else means a part of a " +
        "JSON file.",
    ),
    uuid: uuid("The uuid of the item, or of the JSON file."),
    version: version("Its version."),
    fragment: text(
      "Which part of the JSON file, a JSON Pointer (RFC 6901); empty for all " +
        "of it.",
    ),
  }, ["type", "uuid", "version"]);
}
