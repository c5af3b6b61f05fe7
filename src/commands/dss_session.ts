import type { AuthTools, TokenSource } from "../auth/mod.ts";
import {
  type Fetch,
  NetworkError,
  quote,
  type Runtime,
  UsageError,
} from "../base/mod.ts";
import {
  configFolder,
  dssSwaggerUrl,
  localDataDir,
  storeOwner,
} from "../config/mod.ts";
import {
  DEFAULT_POLICY,
  HttpClient,
  type HttpPolicy,
  redactUrl,
  type TimeoutPolicy,
} from "../http/mod.ts";
import type { EmbeddedDss, LocalDss } from "../server/mod.ts";
import { DssClient } from "../services/mod.ts";
import { type ApiDocument, DocumentCache } from "../swagger/mod.ts";
import {
  type AuthSettings,
  clientAuth,
  type SecuredService,
  tokenSourcesOf,
} from "./access_token.ts";
import type { Environment } from "./environment.ts";

// The server, which has the same, is loaded only when it is needed.
const EMBEDDED_HOST = "dss.hca.localhost";

/** What helps on the command line when no DSS answers. */
export const RETIRED_HINT =
  "The public DSS was retired. Leave out --swagger-url, " +
  "HCA_SWAGGER_URL and the configuration key DSSClient.swagger_url to use " +
  "the embedded one, or name a DSS that runs (hca local serve starts one).";

/** A service that cannot be reached, with what to do about it. */
export function withRetiredHint(error: unknown): unknown {
  return error instanceof NetworkError && error.hint === undefined
    ? new NetworkError(error.message, { cause: error, hint: RETIRED_HINT })
    : error;
}

/** How a client speaks to its service. */
export interface ConnectionSettings {
  /** Whether HTTP/2 is offered to hosts. Default false. */
  http2?: boolean;
  /** How long to wait for a peer; what is left out keeps the default. */
  timeouts?: Partial<TimeoutPolicy>;
}

/** What a line says of the DSS. */
export interface SessionSettings extends AuthSettings {
  /** Where the API document is; undefined: as configured. */
  swaggerUrl: string | undefined;
}

/** How a service is reached. */
interface Connection {
  runtime: Runtime;
  policy: Partial<HttpPolicy>;
}

/** The DSS of a run: which one it is, and a client of it when one is needed. */
export class DssSession implements Disposable {
  readonly #opened = new DisposableStack();
  readonly #environment: Environment;
  readonly #settings: SessionSettings;
  #embedded: Promise<EmbeddedDss> | undefined;
  #document: Promise<ApiDocument> | undefined;
  #client: Promise<DssClient> | undefined;

  /** Chooses nothing yet. */
  constructor(environment: Environment, settings: SessionSettings) {
    this.#environment = environment;
    this.#settings = settings;
  }

  /**
   * The address of the API document; undefined for the embedded service.
   *
   * @throws {UsageError} when it is not an http or https address
   */
  async swaggerUrl(): Promise<string | undefined> {
    const { dssClient } = this.#environment;
    if (dssClient !== undefined) return addressOf(dssClient);
    const { files } = this.#environment.runtime;
    const url = await dssSwaggerUrl(
      this.#settings.swaggerUrl,
      this.#environment,
      files,
    );
    if (url === undefined) return undefined;
    if (/^https?:\/\//i.test(url) && URL.canParse(url)) return url;
    throw new UsageError(
      `${
        quote(redactUrl(url), 200)
      } is not the http or https address of an API document`,
      { hint: "It looks like https://host/v1/swagger.json." },
    );
  }

  /** The directory in which API documents are kept. */
  get cacheDir(): string {
    return configFolder(this.#environment);
  }

  /** The directory of the embedded store unless a command names one. */
  get dataDir(): string {
    return localDataDir(this.#environment);
  }

  /**
   * A client, made once, as the first call asks for it.
   *
   * @throws {NetworkError} with a hint when the service cannot be reached
   */
  client(settings: ConnectionSettings = {}): Promise<DssClient> {
    const { dssClient } = this.#environment;
    if (dssClient !== undefined) return Promise.resolve(dssClient);
    this.#client ??= this.#createClient(settings);
    return this.#client;
  }

  /**
   * The API document of the service, loaded once; the client has the same.
   *
   * @throws {NetworkError} with a hint when the service cannot be reached
   */
  document(): Promise<ApiDocument> {
    const { dssClient } = this.#environment;
    if (dssClient !== undefined) return Promise.resolve(dssClient.document);
    this.#document ??= this.#loadDocument(this.#connection({}));
    return this.#document;
  }

  /**
   * The origin of the API document, as in `https://host`, to which tokens are
   * sent; the service need not be reachable.
   */
  async serviceOrigin(): Promise<string> {
    const url = await this.swaggerUrl() ?? (await this.document()).url;
    return new URL(url).origin;
  }

  /** What signing in needs; its `fetch` reaches the embedded service, too. */
  authTools(): AuthTools {
    const { runtime, signal } = this.#environment;
    const fetch: Fetch = async (request) => {
      const { hostname } = new URL(request.url);
      if (!hostname.endsWith(".localhost")) return await runtime.fetch(request);
      const embedded = await this.#embeddedDss();
      return await embedded.fetch(runtime.fetch)(request);
    };
    const environment = this.#environment;
    return { runtime: { ...runtime, fetch }, environment, signal };
  }

  /** The places that the token for the service may come from. */
  async tokenSources(): Promise<TokenSource[]> {
    return tokenSourcesOf(this.authTools(), await this.#securedService());
  }

  async #securedService(): Promise<SecuredService> {
    const origin = await this.serviceOrigin();
    return { origin, isShared: false, document: () => this.document() };
  }

  async #createClient(settings: ConnectionSettings): Promise<DssClient> {
    const connection = this.#connection(settings);
    this.#document ??= this.#loadDocument(connection);
    const document = await this.#document;
    const { runtime, policy } = connection;
    const { version, openTransferStore } = this.#environment;
    const isEmbedded = await this.swaggerUrl() === undefined;
    const fetch = isEmbedded
      ? (await this.#embeddedDss()).fetch(runtime.fetch)
      : runtime.fetch;
    return new DssClient({
      ...clientAuth(
        this.authTools(),
        await this.#securedService(),
        this.#settings,
      ),
      runtime: { ...runtime, fetch },
      policy,
      document,
      userAgent: `hca/${version}`,
      ...(openTransferStore && { openStore: openTransferStore }),
    });
  }

  #connection({ http2 = false, timeouts }: ConnectionSettings): Connection {
    const { runtime, openFetch } = this.#environment;
    const fetch = http2
      ? this.#opened.use(openFetch({ http2 }))
      : runtime.fetch;
    return {
      runtime: { ...runtime, fetch },
      policy: { timeouts: { ...DEFAULT_POLICY.timeouts, ...timeouts } },
    };
  }

  async #loadDocument({ runtime, policy }: Connection): Promise<ApiDocument> {
    const url = await this.swaggerUrl();
    if (url === undefined) return (await this.#embeddedDss()).document;
    const { signal } = this.#environment;
    const cache = new DocumentCache(this.cacheDir, runtime);
    try {
      return await cache.load(url, new HttpClient(runtime, policy), signal);
    } catch (error) {
      throw withRetiredHint(error);
    }
  }

  #embeddedDss(): Promise<EmbeddedDss> {
    this.#embedded ??= this.#createEmbedded();
    return this.#embedded;
  }

  async #createEmbedded(): Promise<EmbeddedDss> {
    const { EmbeddedDss } = await import("../server/mod.ts");
    const { dataDir } = this;
    return this.#opened.use(
      new EmbeddedDss({
        ...this.#environment,
        dataDir,
        admins: [storeOwner(this.#environment)],
        // The prompt of a session says it.
        isKnown: this.#environment.presenter !== undefined,
      }),
    );
  }

  /** Opens an embedded store, which the caller closes. */
  async openStore(dataDir: string): Promise<LocalDss> {
    const { openLocalDss } = await import("../server/mod.ts");
    return await openLocalDss({
      ...this.#environment,
      dataDir,
      admins: [storeOwner(this.#environment)],
    });
  }

  /** Closes the embedded store and the connections that were opened. */
  [Symbol.dispose](): void {
    this.#opened[Symbol.dispose]();
  }
}

/** Where a client's API document came from; undefined: it is embedded. */
function addressOf({ document }: DssClient): string | undefined {
  const isEmbedded = URL.parse(document.url)?.host === EMBEDDED_HOST;
  return isEmbedded ? undefined : document.url;
}
