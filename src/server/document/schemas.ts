import { bundle, bundleFile, bundleList, manifest } from "./bundle_schemas.ts";
import { collection, collectionItem } from "./collection_schemas.ts";
import {
  definition,
  freeObject,
  integer,
  list,
  record,
  text,
  version,
} from "./formats.ts";
import { subscription } from "./subscription_schemas.ts";
import type { Schema } from "./types.ts";

/** The shapes that the operations refer to, by name. */
export function definitions(): Record<string, Schema> {
  return {
    Error: error(),
    SearchResult: searchResult(),
    ObjectVersion: objectVersion(),
    BundleFile: bundleFile(),
    Bundle: bundle(),
    Manifest: manifest(),
    BundleList: bundleList(),
    CheckoutStatus: checkoutStatus(),
    Collection: collection(),
    CollectionItem: collectionItem(),
    Subscription: subscription(),
    EventStream: eventStream(),
    Event: event(),
  };
}

function error(): Schema {
  return record({
    status: { description: "The HTTP status.", type: "integer" },
    code: text("What went wrong, for programs; not always there."),
    title: text("What went wrong, for people."),
    stacktrace: text("Where it went wrong, for operators."),
  }, ["title"]);
}

function searchResult(): Schema {
  return record({
    es_query: freeObject("The query as it was received."),
    total_hits: integer("How many bundles match, on all pages."),
    results: list(
      "The matches of this page.",
      record({
        bundle_fqid: text("Uuid and version, with a dot between."),
        bundle_url: text("The address of the bundle."),
        search_score: {
          description: "Null, because results are not sorted by score.",
          type: "number",
          "x-nullable": true,
        },
        metadata: freeObject("The whole document; only with `raw`."),
      }, ["bundle_fqid", "bundle_url"]),
    ),
  }, ["es_query", "total_hits", "results"]);
}

function objectVersion(): Schema {
  return record({
    uuid: text("The uuid."),
    version: version("The version."),
  }, ["uuid", "version"]);
}

function checkoutStatus(): Schema {
  return record({
    status: text("The state of the job.", {
      enum: ["RUNNING", "SUCCEEDED", "FAILED"],
    }),
    location: text(
      "Where the copy is, once it succeeded: `s3://…`, `gs://…`, or " +
        "`file://…` for a directory.",
    ),
    cause: text("Why it failed, if it did."),
  }, ["status"]);
}

function eventStream(): Schema {
  return record({
    journal_id: text("The name of the journal."),
    from_date: version("When its first event happened."),
    to_date: version("When its last event happened."),
    size: integer("The size of the journal in bytes."),
    stream_url: text("Where the journal can be downloaded, for a while."),
    events: list(
      "What is in it.",
      record({
        event_id: text("Uuid and version of the bundle, with a dot between."),
        timestamp: text("When it happened."),
        offset: integer("Where its document starts, in bytes."),
        size: integer("How long its document is, in bytes."),
      }, ["event_id", "timestamp", "offset", "size"]),
    ),
  }, ["journal_id", "from_date", "to_date", "size", "stream_url", "events"]);
}

function event(): Schema {
  return record({
    event_type: text("What happened.", { enum: ["CREATE"] }),
    bundle_info: definition("ObjectVersion"),
    manifest: definition("Manifest"),
    files: {
      ...freeObject("The content of the JSON files, grouped by name."),
      additionalProperties: list("The files of one name.", {}),
    },
  }, ["event_type", "bundle_info", "manifest", "files"]);
}
