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
 * Everything here needs web standards, Deno and its own `node:` modules; there
 * is no npm dependency, and it works when imported from a URL.
 *
 * @module
 */

import {
  type AuthTools,
  createTokenSources,
  createTokenSupply,
  findToken,
  type FoundToken,
  readStoredLogin,
  removeLogin,
  revokeLogin,
  serviceAudience,
  storeLogin,
  type TokenSource,
} from "./src/auth/mod.ts";
import { type Runtime, UsageError } from "./src/base/mod.ts";
import {
  changeConfigFile,
  configFolder,
  dssSwaggerUrl,
  loadConfig,
  localDataDir,
  ownConfigFile,
  readConfigFile,
  storeOwner,
} from "./src/config/mod.ts";
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
import type { ApiDocument } from "./src/swagger/mod.ts";
import { openTransferStore } from "./src/thread/mod.ts";
import metadata from "./deno.json" with { type: "json" };

export {
  type AuthTools,
  createTokenSources,
  createTokenSupply,
  describeToken,
  findToken,
  type FoundToken,
  type Provider,
  readStoredLogin,
  removeLogin,
  serviceAudience,
  type StoredLogin,
  storeLogin,
  TOKEN_SOURCES,
  type TokenDescription,
  type TokenService,
  type TokenSource,
  type TokenSourceName,
  type TokenSupply,
} from "./src/auth/mod.ts";
export * from "./src/base/mod.ts";
export type { UserEnvironment } from "./src/config/mod.ts";
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
  type AuthMode,
  AuthorizedHttp,
  type AuthorizedHttpOptions,
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
  type RequestSender,
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
  readonly #tools: AuthTools;
  readonly #sources: readonly TokenSource[];

  private constructor(parts: DssClientParts, resources: Disposable[]) {
    const tools: AuthTools = {
      runtime: parts.runtime,
      environment: { variable: environmentVariable, os: host.os },
    };
    const sources = ownSources(tools, parts.document);
    super(
      parts.accessToken === undefined
        ? { ...parts, ...createTokenSupply(sources) }
        : parts,
    );
    this.#tools = tools;
    this.#sources = sources;
    for (const resource of resources) this.#resources.use(resource);
  }

  /**
   * Makes a client. Which service it speaks to is decided by
   * `options.swaggerUrl`, the environment variable `HCA_SWAGGER_URL`, the
   * key `DSSClient.swagger_url` of the configuration files, in this order;
   * without any it is a DSS inside this process, with sample bundles.
   *
   * Operations that the API document secures get a token from
   * `options.accessToken`, or else from `HCA_ACCESS_TOKEN`, the service
   * account of `GOOGLE_APPLICATION_CREDENTIALS`, or the stored login; without
   * any they throw `AuthError` before anything is sent.
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
        admins: [storeOwner(environment)],
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

  /**
   * The token that a request would carry now: that of `HCA_ACCESS_TOKEN`, of
   * the service account, or of the stored login, renewed if it has expired.
   *
   * @returns undefined when there is none
   * @throws {AuthError} when what is there cannot be used
   * @throws {LocalError} when a configuration file cannot be read
   */
  async findToken(): Promise<FoundToken | undefined> {
    return await findToken(this.#sources);
  }

  /**
   * Stores a login by an access token in the user's configuration file, as
   * `hca dss login --access-token` does. It is sent to this service only.
   *
   * @param login.accessToken the token
   * @throws {UsageError} when a header cannot carry the token
   * @throws {LocalError} when the file cannot be read or written
   */
  async login(login: { accessToken: string }): Promise<void> {
    const accessToken = login.accessToken.trim();
    if (!/^[\x21-\x7e]+$/.test(accessToken)) {
      throw new UsageError(
        "the access token is empty, or has blanks or characters outside of " +
          "ASCII",
      );
    }
    const { runtime, environment } = this.#tools;
    const service = new URL(this.document.url).origin;
    await changeConfigFile(
      runtime,
      ownConfigFile(environment),
      (config) => storeLogin(config, { accessToken, service }),
    );
  }

  /**
   * Forgets the stored login, and asks the provider that gave it to end its
   * tokens. Does nothing when nobody is logged in.
   *
   * @throws {LocalError} when the configuration file cannot be read or written
   */
  async logout(): Promise<void> {
    const { runtime, environment } = this.#tools;
    const path = ownConfigFile(environment);
    const own = await readConfigFile(runtime.files, path);
    const login = own && readStoredLogin(own.content);
    if (login !== undefined) await revokeLogin(this.#tools, login);
    await changeConfigFile(runtime, path, removeLogin);
  }

  /** Closes connections and the embedded store. */
  [Symbol.dispose](): void {
    this.#resources.dispose();
  }
}

/** Where the tokens of a script come from: where those of `hca` do. */
function ownSources(tools: AuthTools, document: ApiDocument): TokenSource[] {
  const { environment, runtime: { files } } = tools;
  return createTokenSources(tools, {
    origin: new URL(document.url).origin,
    audience: async () =>
      serviceAudience(document, await loadConfig(files, environment)),
  });
}
