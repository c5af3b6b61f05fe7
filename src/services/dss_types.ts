/**
 * The arguments and results of the DSS's operations, as `dss-service` has
 * them on the wire, with the arguments in camel case.
 *
 * @module
 */

import type { Json, JsonObject } from "../base/mod.ts";

/** A copy of everything in the DSS. */
export type Replica = "aws" | "gcp";

/** What every operation of one replica gets. */
export interface InReplica {
  /** The replica to ask. */
  replica: Replica;
}

/** One thing in one replica, in one version or the latest. */
export interface VersionArguments extends InReplica {
  /** Its uuid. */
  uuid: string;
  /** Its version; the latest when left out. */
  version?: string;
}

/** One thing in one replica, in one version. */
export interface ExactVersionArguments extends VersionArguments {
  /** Its version, as in `2019-08-01T200147.836832Z`. */
  version: string;
}

/** An item of a collection. */
export interface CollectionItem {
  /** `file`, `bundle`, `collection`, or the kind of a metadata fragment. */
  type: string;
  /** The uuid of what it refers to. */
  uuid: string;
  /** Its version. */
  version: string;
  /** JSON Pointer (RFC 6901) into the file, for a fragment. */
  fragment?: string;
}

/** A file as it is put into a bundle. */
export interface BundleFileReference {
  /** The file's uuid. */
  uuid: string;
  /** The file's version. */
  version: string;
  /** Its name in the bundle. */
  name: string;
  /** Whether it is metadata. */
  indexed: boolean;
}

/** Arguments of POST /search. */
export interface SearchArguments extends InReplica {
  /** An Elasticsearch query. */
  esQuery: JsonObject;
  /** Whether the documents come with the results. Default `summary`. */
  outputFormat?: "summary" | "raw";
  /** Results per page, 10 to 500. */
  perPage?: number;
  /** Where to go on: `<uuid>,<version>` of the last result. */
  searchAfter?: string;
}

/** One result of a search. */
export interface SearchHit {
  /** `<uuid>.<version>`. */
  bundle_fqid: string;
  /** Where the bundle is. */
  bundle_url: string;
  /** Always null: results are sorted by uuid. */
  search_score: number | null;
  /** The document, with output format `raw`. */
  metadata?: JsonObject;
}

/** One page of POST /search. */
export interface SearchPage {
  /** The query as it was received. */
  es_query: JsonObject;
  /** Results on this page. */
  results: SearchHit[];
  /** Results on all pages. */
  total_hits: number;
}

/** Arguments of GET /files/{uuid}. */
export interface GetFileArguments extends VersionArguments {
  /** Whether to be told the bucket address instead of the bytes. */
  directurl?: boolean;
  /** The `Content-Disposition` of the answer. */
  contentDisposition?: string;
}

/** Arguments of PUT /files/{uuid}. */
export interface PutFileArguments {
  /** The file's uuid. */
  uuid: string;
  /** The file's version. */
  version: string;
  /** Where the bytes are: `s3://bucket/key`, `gs://bucket/key`. */
  sourceUrl: string;
  /** Who puts it. */
  creatorUid: number;
}

/** Arguments of GET /bundles/all. */
export interface GetBundlesAllArguments extends InReplica {
  /** What the uuids begin with. */
  prefix?: string;
  /** Bundles per page, 10 to 500. */
  perPage?: number;
  /** Where to go on. */
  searchAfter?: string;
  /** Where to go on, as the service said. */
  token?: string;
}

/** A uuid and a version. */
export interface VersionedId {
  /** The uuid. */
  uuid: string;
  /** The version. */
  version: string;
}

/** One page of GET /bundles/all. */
export interface BundlesPage {
  /** Bundles on this page. */
  bundles: VersionedId[];
  /** Whether there are more. */
  has_more: boolean;
  /** How many there are on this page. */
  page_count: number;
  /** How many there may be on a page. */
  per_page: number;
}

/** Arguments of PUT /bundles/{uuid}. */
export interface PutBundleArguments extends ExactVersionArguments {
  /** The files, in order. */
  files: BundleFileReference[];
  /** Who puts it. */
  creatorUid: number;
}

/** Arguments of PATCH /bundles/{uuid}. */
export interface PatchBundleArguments extends ExactVersionArguments {
  /** Files to add, 1000 at most. */
  addFiles?: BundleFileReference[];
  /** Files to remove, 1000 at most. */
  removeFiles?: BundleFileReference[];
}

/** Arguments of DELETE /bundles/{uuid}. */
export interface DeleteBundleArguments extends VersionArguments {
  /** Why it is deleted. */
  reason: string;
}

/** Arguments of POST /bundles/{uuid}/checkout. */
export interface CheckoutArguments extends VersionArguments {
  /** The bucket to copy to. */
  destination?: string;
  /** Who is told when it is done. */
  email?: string;
}

/** How far a checkout is. */
export interface CheckoutStatus {
  /** The state. */
  status: "RUNNING" | "SUCCEEDED" | "FAILED";
  /** Where the bundle is, when it succeeded. */
  location?: string;
  /** Why it failed. */
  cause?: string;
}

/** The kinds of subscriptions. */
export type SubscriptionType = "elasticsearch" | "jmespath";

/** Arguments of GET and DELETE /subscriptions/{uuid}. */
export interface SubscriptionArguments extends InReplica {
  /** The subscription's uuid. */
  uuid: string;
  /** Its kind. Default `jmespath`. */
  subscriptionType?: SubscriptionType;
}

/** Arguments of PUT /subscriptions. */
export interface PutSubscriptionArguments extends InReplica {
  /** Where notifications go. */
  callbackUrl: string;
  /** An Elasticsearch query. */
  esQuery?: JsonObject;
  /** A JMESPath query. */
  jmespathQuery?: string;
  /** Default `POST`. */
  method?: "POST" | "PUT";
  /** Default `application/json`. */
  encoding?: "application/json" | "multipart/form-data";
  /** Fields of a form besides the payload. */
  formFields?: Record<string, string>;
  /** The field of a form that holds the payload. */
  payloadFormField?: string;
  /** Signs notifications (HTTP Signature). */
  hmacSecretKey?: string;
  /** Names the key. */
  hmacKeyId?: string;
  /** What is sent besides, by name. */
  attachments?: Record<string, { type: "jmespath"; expression: string }>;
}

/** A subscription as the DSS shows it. */
export interface Subscription {
  /** Its uuid. */
  uuid: string;
  /** Whose it is. */
  owner?: string;
  /** Its replica. */
  replica?: Replica;
  /** Everything else that was put. */
  [key: string]: Json | undefined;
}

/** Arguments of PUT /collections. */
export interface PutCollectionArguments extends ExactVersionArguments {
  /** Its name. */
  name: string;
  /** What it is about. */
  description: string;
  /** More about it. */
  details: JsonObject;
  /** Its items. */
  contents: CollectionItem[];
}

/** Arguments of PATCH /collections/{uuid}. */
export interface PatchCollectionArguments extends ExactVersionArguments {
  /** Items to add, 1000 at most. */
  addContents?: CollectionItem[];
  /** Items to remove, 1000 at most. */
  removeContents?: CollectionItem[];
  /** A new name. */
  name?: string;
  /** A new description. */
  description?: string;
  /** New details. */
  details?: JsonObject;
}

/** A collection. */
export interface Collection {
  /** Its name. */
  name: string;
  /** What it is about. */
  description: string;
  /** More about it. */
  details: JsonObject;
  /** Its items. */
  contents: CollectionItem[];
  /** Whose it is. */
  owner?: string;
}

/** Arguments of GET /events. */
export interface GetEventsArguments extends InReplica {
  /** The first moment, inclusive, a DSS version. */
  fromDate?: string;
  /** The last moment, exclusive, a DSS version. */
  toDate?: string;
  /** Journals per page, 1 to 10. */
  perPage?: number;
  /** Where to go on. */
  token?: string;
}
