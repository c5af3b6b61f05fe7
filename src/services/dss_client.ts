import {
  currentVersion,
  formatFqid,
  isJsonObject,
  type Json,
  type JsonObject,
  quote,
  RefusedError,
  type Runtime,
} from "../base/mod.ts";
import type { HttpClient, HttpPolicy } from "../http/mod.ts";
import {
  openLocalTransferStore,
  type OpenTransferStore,
} from "../store/mod.ts";
import {
  planOf,
  planTransfer,
  runTransfer,
  Transfer,
  type TransferEvent,
  type TransferPlan,
  type WantedFile,
} from "../transfer/mod.ts";
import { checkSettings } from "./_check_settings.ts";
import { loadDocument } from "./_load_document.ts";
import { type BundleManifest, parseBundleManifest } from "./bundle_manifest.ts";
import { createFileFilter, wantedOfBundle } from "./download_bundle.ts";
import { planCollection } from "./download_collection.ts";
import type {
  DownloadCollectionOptions,
  DownloadManifestOptions,
  DownloadOptions,
  TransferSettings,
} from "./download_options.ts";
import { mergePages } from "./merge_pages.ts";
import { planManifest } from "./plan_manifest.ts";
import { DssOperations } from "./dss_operations.ts";
import type { Replica } from "./dss_types.ts";
import type { CallOptions, ServiceClientOptions } from "./service_client.ts";
import { type Repairer, verifyDownloads } from "./verify.ts";
import type { VerifyEvent } from "./verify_event.ts";
import type { VerifyOptions } from "./verify_options.ts";

/** What {@linkcode DssClient.create} needs. */
export interface DssClientOptions {
  /** The machine. */
  runtime: Runtime;
  /** Where the API document is, `…/v1/swagger.json`. */
  swaggerUrl: string;
  /** Where API documents are kept for a week; not kept without it. */
  cacheDir?: string;
  /** Retries, timeouts and redirects; parts left out keep the default. */
  policy?: Partial<HttpPolicy>;
  /** Name and version of the program, for the `User-Agent`. */
  userAgent?: string;
  /** Gives the token for operations that the document secures. */
  accessToken?: ServiceClientOptions["accessToken"];
  /** Which requests carry the token. Default `document`. */
  auth?: ServiceClientOptions["auth"];
  /** What to do about a token that is refused, for the hint of the error. */
  refusalHint?: ServiceClientOptions["refusalHint"];
  /** Opens the stores of downloads. Default: worked on by this thread. */
  openStore?: OpenTransferStore;
  /** Ends the loading of the document. */
  signal?: AbortSignal;
}

/** Which version of what, in which replica. */
export interface BundleArguments {
  /** The bundle's uuid. */
  uuid: string;
  /** The replica to ask. */
  replica: Replica;
  /** Its version; the latest when left out or empty. */
  version?: string;
}

/** What {@linkcode DssClient.verify} gets. */
export interface ClientVerifyOptions extends VerifyOptions {
  /** Whether what is wrong is fetched again. */
  repair?: boolean;
  /** The replica to ask for it. Default `aws`. */
  replica?: Replica;
}

/** What a {@linkcode DssClient} is made of. */
export interface DssClientParts extends ServiceClientOptions {
  /** Opens the stores of downloads. Default: worked on by this thread. */
  openStore?: OpenTransferStore;
}

/** A client of a Data Storage Service. */
export class DssClient extends DssOperations {
  readonly #openStore: OpenTransferStore;

  /** Makes a client of a service whose document is known. */
  constructor(parts: DssClientParts) {
    super(parts);
    this.#openStore = parts.openStore ?? openLocalTransferStore;
  }

  /**
   * Makes a client of the service whose API document is at a URL.
   *
   * @throws {UsageError} when the URL is not http or https
   * @throws {NetworkError | ServiceError | RefusedError} when the document
   * cannot be had
   */
  static async create(options: DssClientOptions): Promise<DssClient> {
    const document = await loadDocument(options);
    return new DssClient({ ...options, document });
  }

  /** A DSS version of this moment, with the microseconds made up. */
  createVersion(): string {
    return currentVersion(this.runtime);
  }

  /**
   * A bundle with all its files: every page of GET /bundles/{uuid}, merged.
   *
   * @throws {NotFoundError} when there is no such bundle
   */
  async getBundle(
    args: BundleArguments,
    options: CallOptions = {},
  ): Promise<JsonObject> {
    const { uuid, replica, version } = args;
    const pages = this.pages(
      "get_bundle",
      { uuid, replica, ...(version && { version }) },
      options,
    );
    const bundle: Json = await mergePages(pages);
    if (isJsonObject(bundle)) return bundle;
    throw new RefusedError("the service's answer is not a bundle");
  }

  /**
   * A bundle, checked; see {@linkcode parseBundleManifest} for errors.
   *
   * @throws {RefusedError} also when it is another one than asked for
   */
  async readManifest(
    args: BundleArguments,
    options: CallOptions = {},
  ): Promise<BundleManifest> {
    const manifest = parseBundleManifest(await this.getBundle(args, options));
    checkSame(args, manifest);
    return manifest;
  }

  /**
   * Downloads a bundle into `<downloadDir>/<uuid>.<version>/`, every file
   * verified. Nothing happens before the transfer is iterated or awaited.
   *
   * Contents go to `<downloadDir>/.hca/v2/files_2_4`, named by their SHA-256,
   * and are hard-linked from there; what is there already is not fetched
   * again. When it is cancelled, whole files stay and no partial ones.
   *
   * @throws from the transfer: {PartialError} naming each file that failed;
   * {NotFoundError} when there is no such bundle; {RefusedError} when its
   * file names are not safe; {UsageError} when filters contradict each other
   * or a number makes no sense
   */
  download(options: DownloadOptions): Transfer {
    return new Transfer(this.#download(options));
  }

  async *#download(
    options: DownloadOptions,
  ): AsyncGenerator<TransferEvent, void, void> {
    const { bundleUuid, replica, version, downloadDir = "", signal } = options;
    checkSettings(options);
    const isWanted = createFileFilter(options);
    const manifest = await this.readManifest(
      { uuid: bundleUuid, replica, version },
      { signal },
    );
    const wanted = wantedOfBundle(manifest, {
      downloadDir,
      isWanted,
      sourceOf: (file) => this.fileSource(file, replica),
      runtime: this.runtime,
    });
    yield* this.#transfer(planOf(planTransfer(wanted)), options);
  }

  /**
   * Downloads the files that a tab-separated manifest lists, every file
   * verified, and then writes the manifest with a column `file_path` into
   * the current directory, under its own name.
   *
   * Layout `none` puts the contents into the store only; layout `bundle`
   * makes a directory for each bundle version, as {@linkcode download} does,
   * with the listed files and all metadata.
   *
   * @throws from the transfer: {RefusedError} when the manifest cannot be
   * used, before anything is fetched; {PartialError} naming what failed
   */
  downloadManifest(options: DownloadManifestOptions): Transfer {
    return new Transfer(this.#downloadManifest(options));
  }

  async *#downloadManifest(
    options: DownloadManifestOptions,
  ): AsyncGenerator<TransferEvent, void, void> {
    checkSettings(options);
    const { plan, rewrite } = await planManifest(this, this.runtime, options);
    for await (const event of this.#transfer(plan, options)) {
      yield event;
      if (event.type !== "finished" || event.totals.failed > 0) continue;
      const rewritten = await rewrite();
      if (rewritten !== undefined) yield rewritten;
    }
  }

  /**
   * Downloads all that a collection lists, every file verified: bundles as
   * {@linkcode download} does, each in the version that is listed, files to
   * `<downloadDir>/collections/<collection uuid>.<version>/` under the name
   * `<file uuid>.<file version>`, the file of a metadata fragment too, and
   * what the collections inside of it list. The version in the path is
   * `latest` when none was asked for.
   *
   * Each bundle, file and collection is asked for once, so cycles end. The
   * operations are `get_collection`, which needs credentials, `get_bundle`,
   * `head_file` and `get_file`.
   *
   * @throws from the transfer: {PartialError} naming each member and file
   * that failed; {AuthError | NotFoundError} when the collection itself
   * cannot be read; {RefusedError} when it holds more than 10 000
   * collections or a million items; {UsageError} when `uuid` is not a uuid
   */
  downloadCollection(options: DownloadCollectionOptions): Transfer {
    return new Transfer(this.#downloadCollection(options));
  }

  async *#downloadCollection(
    options: DownloadCollectionOptions,
  ): AsyncGenerator<TransferEvent, void, void> {
    checkSettings(options);
    const { wanted, failures } = await planCollection(
      this,
      this.runtime,
      options,
    );
    yield* this.#transfer(planOf(planTransfer(wanted), failures), options);
  }

  /**
   * Verifies a download directory or what a manifest lists, see
   * {@linkcode verifyDownloads}; with `repair`, what is wrong is fetched
   * again from this service. Nothing happens before it is iterated.
   *
   * @throws as {@linkcode verifyDownloads}; what stops a transfer, too
   */
  verify(
    options: ClientVerifyOptions,
  ): AsyncGenerator<VerifyEvent, void, void> {
    const { repair, replica = "aws", directory, jobs, signal } = options;
    const { downloadDir = directory } = options;
    const repairer: Repairer = {
      readBundle: (bundle) =>
        this.readManifest({ ...bundle, replica }, options),
      sourceOf: (file) => this.fileSource(file, replica),
      transfer: (plan) =>
        this.#transfer(plan, {
          downloadDir,
          jobs,
          signal,
          verify: true,
          force: true,
        }),
    };
    return verifyDownloads(
      this.runtime,
      options,
      repair ? repairer : undefined,
    );
  }

  async *#transfer(
    plan: TransferPlan,
    options: TransferSettings,
  ): AsyncGenerator<TransferEvent, void, void> {
    const { downloadDir = "", ...settings } = options;
    const tools = {
      http: this.#transferHttp(),
      runtime: this.runtime,
      openStore: (work: { contents: number; sizeBytes: number }) =>
        this.#openStore(downloadDir, this.runtime, work),
    };
    yield* runTransfer(plan, tools, settings);
  }

  /**
   * Sends the token with the requests for files if they need one, but not to
   * the signed addresses elsewhere that the service has led to.
   */
  #transferHttp(): Pick<HttpClient, "onThrottled" | "open"> {
    const { http } = this;
    const own = this.senderFor(this.operations.get("get_file"));
    const { origin } = new URL(this.baseUrl);
    return {
      open: (request) =>
        (new URL(request.url).origin === origin ? own : http).open(request),
      get onThrottled(): HttpClient["onThrottled"] {
        return http.onThrottled;
      },
      set onThrottled(listener: HttpClient["onThrottled"]) {
        http.onThrottled = listener;
      },
    };
  }

  /** Where the bytes of a file version come from. */
  fileSource(
    file: { uuid: string; version: string },
    replica: Replica,
  ): WantedFile["source"] {
    const { uuid, version } = file;
    const args = { uuid, replica, ...(version && { version }) };
    const { url, headers = {} } = this.request("get_file", args);
    return { kind: "request", url, headers };
  }
}

// Another bundle than the one asked for would be verified against itself.
function checkSame(asked: BundleArguments, found: BundleManifest): void {
  const isSame = found.uuid.toLowerCase() === asked.uuid.toLowerCase() &&
    (!asked.version || found.version === asked.version);
  if (isSame) return;
  throw new RefusedError(
    `the service answered with bundle ${formatFqid(found)} when asked for ` +
      quote(formatFqid({ uuid: asked.uuid, version: asked.version ?? "" })),
  );
}
