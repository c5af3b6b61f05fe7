/**
 * hca as a library: find, look at and download bundles of the Human Cell
 * Atlas, every byte verified.
 *
 * ```ts
 * import { DssClient } from "./mod.ts";
 *
 * const dataDir = await Deno.makeTempDir();
 * using dss = await DssClient.create({ dataDir });
 * for await (const hit of dss.items("post_search", { replica: "aws", es_query: {} })) {
 *   console.log(hit);
 * }
 * ```
 *
 * Everything here needs web standards, `node:crypto`, `node:fs`,
 * `node:path` and `node:sqlite`; there is no npm dependency, and it works when imported from
 * a URL.
 *
 * @module
 */

import type { Runtime } from "./src/base/mod.ts";
import { configFolder, dssSwaggerUrl, localDataDir } from "./src/config/mod.ts";
import {
  createRuntime,
  environmentVariable,
  host,
  openSqlite,
} from "./src/platform/mod.ts";
import {
  DssClient as BaseDssClient,
  type DssClientOptions as BaseDssClientOptions,
  type DssClientParts,
} from "./src/services/mod.ts";
import { openTransferStore } from "./src/thread/mod.ts";
import metadata from "./deno.json" with { type: "json" };

export * from "./src/base/mod.ts";
export {
  ContentDigester,
  type ContentDigests,
  Crc32c,
  partSizeBytes,
  S3Etag,
  type SizedDigestOptions,
} from "./src/checksum/mod.ts";
export {
  DEFAULT_POLICY,
  HttpClient,
  type HttpPolicy,
  type HttpRequest,
  type LowSpeed,
  type OpenedBody,
  type Page,
  type RedirectPolicy,
  type RetryPolicy,
  type TimeoutPolicy,
} from "./src/http/mod.ts";
export {
  ApiDocument,
  type Arguments,
  type Operation,
  type OperationPath,
  type OperationRequest,
  type Parameter,
  type ParameterPlace,
  type ParameterType,
} from "./src/swagger/mod.ts";
export type * from "./src/services/dss_types.ts";
export {
  type AccessToken,
  type BundleArguments,
  type BundleFile,
  type BundleManifest,
  type CallOptions,
  type ClientVerifyOptions,
  type DownloadCollectionOptions,
  type DownloadManifestOptions,
  type DownloadOptions,
  DssClient as BaseDssClient,
  type DssClientOptions as BaseDssClientOptions,
  type DssClientParts,
  DssOperations,
  type FileFilter,
  type HeadResult,
  type RawRequest,
  ServiceClient,
  type ServiceClientOptions,
  type Shard,
  type TransferSettings,
  type VerifyEvent,
  type VerifyFault,
  type VerifyOptions,
  type VerifyTotals,
} from "./src/services/mod.ts";
export type {
  ByteRange,
  ContentState,
  OpenTransferStore,
  PartialContent,
  Placement,
  Placing,
  StoredContent,
  StoreRuntime,
  TransferStore,
} from "./src/store/mod.ts";
export type {
  ActiveContent,
  ContentResult,
  ContentSource,
  PlannedContent,
  ResumePolicy,
  Transfer,
  TransferEvent,
  TransferNeeds,
  TransferOptions,
  TransferPlan,
  TransferTotals,
  WantedFile,
} from "./src/transfer/mod.ts";

/** The version of hca. */
export const VERSION: string = metadata.version;

/** What {@linkcode DssClient.create} takes; every part has a default. */
export interface DssClientOptions
  extends Partial<Omit<BaseDssClientOptions, "runtime">> {
  /** Parts of the machine to replace, as `fetch` or `log`. */
  runtime?: Partial<Runtime>;
  /**
   * Where the embedded service keeps its store. Default: `HCA_LOCAL_DIR`,
   * else the data folder of the user.
   */
  dataDir?: string;
}

/**
 * A client of a Data Storage Service, on this machine. Dispose it (`using`)
 * to close its connections and the embedded store.
 */
export class DssClient extends BaseDssClient implements Disposable {
  readonly #resources = new DisposableStack();

  private constructor(options: DssClientParts, resources: Disposable[]) {
    super(options);
    for (const resource of resources) this.#resources.use(resource);
  }

  /**
   * Makes a client. Which service it speaks to is decided by
   * `options.swaggerUrl`, the environment variable `HCA_SWAGGER_URL`, the
   * key `DSSClient.swagger_url` of the configuration files, in this order;
   * without any it is a DSS inside this process, with sample bundles.
   *
   * @throws {UsageError} when the URL is not http or https
   * @throws {NetworkError | ServiceError | RefusedError} when the API
   * document cannot be had
   * @throws {LocalError} when a configuration file cannot be read
   */
  static override async create(
    options: DssClientOptions = {},
  ): Promise<DssClient> {
    const environment = { variable: environmentVariable, os: host.os };
    const machine = createRuntime();
    const runtime: Runtime = { ...machine, ...options.runtime };
    const common = {
      userAgent: `hca/${VERSION}`,
      openStore: openTransferStore,
      ...options,
      runtime,
    };
    const swaggerUrl = await dssSwaggerUrl(
      options.swaggerUrl,
      environment,
      runtime.files,
    );
    if (swaggerUrl === undefined) {
      const { EmbeddedDss } = await import("./src/server/mod.ts");
      const embedded = new EmbeddedDss({
        runtime,
        dataDir: options.dataDir ?? localDataDir(environment),
        openDatabase: openSqlite,
        version: VERSION,
      });
      const { document } = embedded;
      const fetch = embedded.fetch(runtime.fetch);
      return new DssClient(
        { ...common, runtime: { ...runtime, fetch }, document },
        [machine, embedded],
      );
    }
    const cacheDir = options.cacheDir ?? configFolder(environment);
    const { document } = await BaseDssClient.create({
      ...common,
      swaggerUrl,
      cacheDir,
    });
    return new DssClient({ ...common, document }, [machine]);
  }

  /** Closes connections and the embedded store. */
  [Symbol.dispose](): void {
    this.#resources.dispose();
  }
}
