import { NetworkError, quote, UsageError } from "../base/mod.ts";
import { configFolder, dssSwaggerUrl, localDataDir } from "../config/mod.ts";
import {
  DEFAULT_POLICY,
  type HttpPolicy,
  redactUrl,
  type TimeoutPolicy,
} from "../http/mod.ts";
import type { LocalDss } from "../server/mod.ts";
import { DssClient, type DssClientOptions } from "../services/mod.ts";
import { accessToken } from "./access_token.ts";
import type { Environment } from "./environment.ts";

const RETIRED_HINT = "The public DSS was retired. Leave out --swagger-url, " +
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

type ClientSettings = Pick<
  DssClientOptions,
  "accessToken" | "openStore" | "policy" | "runtime" | "userAgent"
>;

/** The DSS of a run: which one it is, and a client of it when one is needed. */
export class DssSession implements Disposable {
  readonly #opened = new DisposableStack();
  readonly #environment: Environment;
  readonly #askedUrl: string | undefined;
  #client: Promise<DssClient> | undefined;

  /** Chooses nothing yet; `askedUrl` is what the command line says. */
  constructor(environment: Environment, askedUrl: string | undefined) {
    this.#environment = environment;
    this.#askedUrl = askedUrl;
  }

  /**
   * The address of the API document; undefined for the embedded service.
   *
   * @throws {UsageError} when it is not an http or https address
   */
  async swaggerUrl(): Promise<string | undefined> {
    const { files } = this.#environment.runtime;
    const url = await dssSwaggerUrl(this.#askedUrl, this.#environment, files);
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
  client(connection: ConnectionSettings = {}): Promise<DssClient> {
    this.#client ??= this.#createClient(connection);
    return this.#client;
  }

  async #createClient(connection: ConnectionSettings): Promise<DssClient> {
    const { signal } = this.#environment;
    const swaggerUrl = await this.swaggerUrl();
    const settings = this.#clientSettings(connection);
    if (swaggerUrl === undefined) return await this.#embeddedClient(settings);
    try {
      const { cacheDir } = this;
      return await DssClient.create({
        ...settings,
        swaggerUrl,
        cacheDir,
        signal,
      });
    } catch (error) {
      throw withRetiredHint(error);
    }
  }

  #clientSettings(connection: ConnectionSettings): ClientSettings {
    const { http2 = false, timeouts } = connection;
    const { runtime, version, openFetch, openTransferStore } =
      this.#environment;
    const policy: Partial<HttpPolicy> = {
      timeouts: { ...DEFAULT_POLICY.timeouts, ...timeouts },
    };
    const fetch = http2
      ? this.#opened.use(openFetch({ http2 }))
      : runtime.fetch;
    return {
      runtime: { ...runtime, fetch },
      policy,
      userAgent: `hca/${version}`,
      accessToken: accessToken(this.#environment),
      ...(openTransferStore && { openStore: openTransferStore }),
    };
  }

  async #embeddedClient(settings: ClientSettings): Promise<DssClient> {
    const { EmbeddedDss } = await import("../server/mod.ts");
    const { runtime } = settings;
    const { dataDir } = this;
    const embedded = this.#opened.use(
      new EmbeddedDss({ ...this.#environment, dataDir }),
    );
    return new DssClient({
      ...settings,
      runtime: { ...runtime, fetch: embedded.fetch(runtime.fetch) },
      document: embedded.document,
    });
  }

  /** Opens an embedded store, which the caller closes. */
  async openStore(dataDir: string): Promise<LocalDss> {
    const { openLocalDss } = await import("../server/mod.ts");
    return await openLocalDss({ ...this.#environment, dataDir });
  }

  /** Closes the embedded store and the connections that were opened. */
  [Symbol.dispose](): void {
    this.#opened[Symbol.dispose]();
  }
}
