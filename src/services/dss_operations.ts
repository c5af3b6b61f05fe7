import { isJsonObject, type Json, RefusedError } from "../base/mod.ts";
import type { Arguments } from "../swagger/mod.ts";
import type {
  BundlesPage,
  CheckoutArguments,
  CheckoutStatus,
  Collection,
  DeleteBundleArguments,
  ExactVersionArguments,
  GetBundlesAllArguments,
  GetEventsArguments,
  GetFileArguments,
  InReplica,
  PatchBundleArguments,
  PatchCollectionArguments,
  PutBundleArguments,
  PutCollectionArguments,
  PutFileArguments,
  PutSubscriptionArguments,
  SearchArguments,
  SearchHit,
  SearchPage,
  Subscription,
  SubscriptionArguments,
  SubscriptionType,
  VersionArguments,
  VersionedId,
} from "./dss_types.ts";
import {
  type CallOptions,
  type HeadResult,
  ServiceClient,
} from "./service_client.ts";

/**
 * The operations of the DSS with types. Each one is a call by name through
 * the API document; where the service pages, one page is answered, and the
 * `all…` methods yield the items of all pages.
 *
 * Every method throws `AuthError`, `NotFoundError`, `ServiceError` or
 * `NetworkError` as the service answers, `UsageError` when the document has no
 * such operation, and whatever else {@linkcode ServiceClient.call} throws.
 */
export class DssOperations extends ServiceClient {
  /** POST /search: one page of the bundles that a query finds. */
  postSearch(
    args: SearchArguments,
    options?: CallOptions,
  ): Promise<SearchPage> {
    return this.#object("post_search", args, options);
  }

  /** POST /search: all the bundles that a query finds. */
  allHits(
    args: SearchArguments,
    options?: CallOptions,
  ): AsyncIterable<SearchHit> {
    return this.#items("post_search", args, options);
  }

  /** HEAD /files/{uuid}: size, type and digests of a file, in headers. */
  async headFile(
    args: VersionArguments,
    options?: CallOptions,
  ): Promise<HeadResult> {
    const result = await this.call("head_file", snakeCase(args), options);
    return result as HeadResult;
  }

  /** GET /files/{uuid}: the answer with the bytes, not read yet. */
  getFile(args: GetFileArguments, options?: CallOptions): Promise<Response> {
    return this.stream("get_file", snakeCase(args), options);
  }

  /** PUT /files/{uuid}: makes a version of a file of an object in a cloud. */
  putFile(
    args: PutFileArguments,
    options?: CallOptions,
  ): Promise<{ version: string; task_id?: string }> {
    return this.#object("put_file", args, options);
  }

  /** GET /subscriptions: those of the caller. */
  getSubscriptions(
    args: InReplica & { subscriptionType?: SubscriptionType },
    options?: CallOptions,
  ): Promise<{ subscriptions: Subscription[] }> {
    return this.#object("get_subscriptions", args, options);
  }

  /** PUT /subscriptions: be notified of bundles. */
  putSubscription(
    args: PutSubscriptionArguments,
    options?: CallOptions,
  ): Promise<Subscription> {
    return this.#object("put_subscription", args, options);
  }

  /** GET /subscriptions/{uuid}. */
  getSubscription(
    args: SubscriptionArguments,
    options?: CallOptions,
  ): Promise<Subscription> {
    return this.#object("get_subscription", args, options);
  }

  /** DELETE /subscriptions/{uuid}. */
  deleteSubscription(
    args: SubscriptionArguments,
    options?: CallOptions,
  ): Promise<{ timeDeleted: string }> {
    return this.#object("delete_subscription", args, options);
  }

  /** GET /collections: one page of those of the caller. */
  getCollections(
    args: { perPage?: number; startAt?: number } = {},
    options?: CallOptions,
  ): Promise<{ collections: VersionedId[] }> {
    return this.#object("get_collections", args, options);
  }

  /** PUT /collections. */
  putCollection(
    args: PutCollectionArguments,
    options?: CallOptions,
  ): Promise<VersionedId> {
    return this.#object("put_collection", args, options);
  }

  /** GET /collections/{uuid}. */
  getCollection(
    args: VersionArguments,
    options?: CallOptions,
  ): Promise<Collection> {
    return this.#object("get_collection", args, options);
  }

  /** PATCH /collections/{uuid}: makes a new version. */
  patchCollection(
    args: PatchCollectionArguments,
    options?: CallOptions,
  ): Promise<VersionedId> {
    return this.#object("patch_collection", args, options);
  }

  /** DELETE /collections/{uuid}: all its versions. */
  async deleteCollection(
    args: InReplica & { uuid: string },
    options?: CallOptions,
  ): Promise<void> {
    await this.call("delete_collection", snakeCase(args), options);
  }

  /** GET /bundles/all: one page of all bundles. */
  getBundlesAll(
    args: GetBundlesAllArguments,
    options?: CallOptions,
  ): Promise<BundlesPage> {
    return this.#object("get_bundles_all", args, options);
  }

  /** GET /bundles/all: all bundles. */
  allBundles(
    args: GetBundlesAllArguments,
    options?: CallOptions,
  ): AsyncIterable<VersionedId> {
    return this.#items("get_bundles_all", args, options);
  }

  /** PUT /bundles/{uuid}. */
  putBundle(
    args: PutBundleArguments,
    options?: CallOptions,
  ): Promise<{ version: string }> {
    return this.#object("put_bundle", args, options);
  }

  /** PATCH /bundles/{uuid}: makes a new version. */
  patchBundle(
    args: PatchBundleArguments,
    options?: CallOptions,
  ): Promise<VersionedId> {
    return this.#object("patch_bundle", args, options);
  }

  /** DELETE /bundles/{uuid}: one version, or all. */
  async deleteBundle(
    args: DeleteBundleArguments,
    options?: CallOptions,
  ): Promise<void> {
    await this.call("delete_bundle", snakeCase(args), options);
  }

  /** POST /bundles/{uuid}/checkout: starts to copy a bundle to a bucket. */
  postBundlesCheckout(
    args: CheckoutArguments,
    options?: CallOptions,
  ): Promise<{ checkout_job_id: string }> {
    return this.#object("post_bundles_checkout", args, options);
  }

  /** GET /bundles/checkout/{checkout_job_id}. */
  getBundlesCheckout(
    args: InReplica & { checkoutJobId: string },
    options?: CallOptions,
  ): Promise<CheckoutStatus> {
    return this.#object("get_bundles_checkout", args, options);
  }

  /** GET /events: one page of the journals of bundle events. */
  getEvents(
    args: GetEventsArguments,
    options?: CallOptions,
  ): Promise<{ event_streams: Json[] }> {
    return this.#object("get_events", args, options);
  }

  /** GET /events/{uuid}: the event of a bundle version. */
  getEvent(args: ExactVersionArguments, options?: CallOptions): Promise<Json> {
    return this.#object("get_event", args, options);
  }

  async #object<T>(
    name: string,
    args: object,
    options?: CallOptions,
  ): Promise<T> {
    const answer = await this.call(name, snakeCase(args), options);
    if (isJsonObject(answer)) return answer as T;
    throw new RefusedError(`the answer of ${name} is not a JSON object`);
  }

  async *#items<T>(
    name: string,
    args: object,
    options?: CallOptions,
  ): AsyncGenerator<T, void, void> {
    for await (const item of this.items(name, snakeCase(args), options)) {
      yield item as T;
    }
  }
}

/** Arguments by the names that the API document has: `esQuery` is `es_query`. */
function snakeCase(args: object): Arguments {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value as Json,
    ]),
  );
}
