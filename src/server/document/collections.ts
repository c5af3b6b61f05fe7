import {
  definition,
  freeObject,
  list,
  record,
  text,
  UUID_PATTERN,
} from "./formats.ts";
import {
  jsonBody,
  optionalVersion,
  perPage,
  queryText,
  replica,
  startAt,
  uuidPath,
  version,
} from "./parameters.ts";
import { answer, errors, pages } from "./responses.ts";
import { collectionProperties } from "./collection_schemas.ts";
import { secured } from "./security.ts";
import type { Operation, Paths, PlainParameter, Schema } from "./types.ts";

/** The operations on collections. */
export function collectionPaths(): Paths {
  return {
    "/collections": { get: getCollections(), put: putCollection() },
    "/collections/{uuid}": {
      get: getCollection(),
      patch: patchCollection(),
      delete: deleteCollection(),
    },
  };
}

function getCollections(): Operation {
  return {
    operationId: "get_collections",
    security: secured(),
    summary: "List your collections.",
    description: "Lists the collection versions that the caller has put, " +
      "by descending uuid and version. Versions made by a PATCH are not " +
      "listed.",
    parameters: [
      perPage({ minimum: 10, maximum: 500, default: 500 }),
      startAt(),
    ],
    responses: {
      ...pages(() =>
        record({
          collections: list(
            "The collections of this page.",
            definition("ObjectVersion"),
          ),
        }), "collections"),
      ...errors({ secured: true }),
    },
  };
}

function putCollection(): Operation {
  return {
    operationId: "put_collection",
    security: secured(),
    summary: "Create a collection.",
    description:
      `Creates a version of a collection: a named list of files, bundles, other collections, and parts of JSON files.

Each item must exist in the replica. Items given twice are kept once. Only the caller can read, change and delete the collection; it is copied to the other replica.`,
    parameters: [
      replica("Replica to write to."),
      uuidQuery(),
      version("The version to create, in DSS_VERSION format."),
      jsonBody(
        "The collection.",
        record(collectionProperties(), [
          "name",
          "description",
          "details",
          "contents",
        ]),
      ),
    ],
    responses: {
      "201": answer(
        "The version was created.",
        definition("ObjectVersion"),
      ),
      ...errors({
        codes: { 400: ["illegal_version"], 422: ["invalid_link"] },
        secured: true,
        writes: true,
      }),
    },
  };
}

// The one operation that takes the uuid of what it writes in the query.
function uuidQuery(): PlainParameter {
  const pattern = { pattern: UUID_PATTERN };
  return {
    ...queryText("uuid", "The uuid of the collection.", pattern),
    required: true,
  };
}

function getCollection(): Operation {
  return {
    operationId: "get_collection",
    security: secured(),
    summary: "Show a collection.",
    description: "Gets one of the caller's collections.",
    parameters: [
      uuidPath("The uuid of the collection."),
      replica("Replica to read from."),
      optionalVersion("The version to read; the latest if not given."),
    ],
    responses: {
      "200": answer("The collection.", definition("Collection")),
      ...errors({ codes: { 404: ["not_found"] }, secured: true }),
    },
  };
}

function patchCollection(): Operation {
  return {
    operationId: "patch_collection",
    security: secured(),
    summary: "Change a collection.",
    description: "Makes a new version of a collection from an older one: " +
      "items are removed, then added, and what else is given replaces what " +
      "was there. The new version is the current time.",
    parameters: [
      uuidPath("The uuid of the collection."),
      replica("Replica to write to."),
      version("The version to start from, in DSS_VERSION format."),
      jsonBody("What to change.", collectionPatch()),
    ],
    responses: {
      "200": answer("The new version.", definition("ObjectVersion")),
      ...errors({
        codes: {
          400: ["illegal_version"],
          404: ["not_found"],
          422: ["invalid_link"],
        },
        secured: true,
        writes: true,
        retryAfterOn: [503],
      }),
    },
  };
}

function collectionPatch(): Schema {
  const items = (description: string): Schema =>
    list(description, definition("CollectionItem"), 1000);
  return record({
    add_contents: items(
      "Items to add at the end; those already there are kept once.",
    ),
    remove_contents: items(
      "Items to remove, exactly as they are in the collection; others are " +
        "ignored.",
    ),
    name: text("The new name."),
    description: text("The new description."),
    details: freeObject("The new details, which replace all of the old ones."),
  });
}

function deleteCollection(): Operation {
  return {
    operationId: "delete_collection",
    security: secured(),
    summary: "Delete a collection.",
    description: "Deletes all versions of one of the caller's collections, " +
      "for good: what is put under its uuid later is not found either.",
    parameters: [
      uuidPath("The uuid of the collection."),
      replica("Replica to delete from."),
    ],
    responses: {
      "200": answer("The collection was deleted.", record({})),
      ...errors({ codes: { 404: ["not_found"] }, secured: true, writes: true }),
    },
  };
}
