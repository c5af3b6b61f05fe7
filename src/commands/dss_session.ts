import {
  joinPath,
  type Json,
  type JsonObject,
  NetworkError,
  printable,
  type Runtime,
} from "../base/mod.ts";
import {
  configFolder,
  configText,
  dataFolder,
  loadConfig,
} from "../config/mod.ts";
import type { LocalDss } from "../server/mod.ts";
import { DssClient } from "../services/mod.ts";
import { ApiDocument } from "../swagger/mod.ts";
import type { Environment } from "./environment.ts";

/** The address that stands for the embedded service. */
export const LOCAL = "local";

const RETIRED_HINT = "The public DSS was retired. Leave out --swagger-url, " +
  "HCA_SWAGGER_URL and the configuration key DSSClient.swagger_url to use " +
  "the embedded one, or name a DSS that runs (hca local serve starts one).";

/** The DSS of a run: which one it is, and a client of it when one is needed. */
export class DssSession implements Disposable {
  readonly #environment: Environment;
  readonly #askedUrl: string | undefined;
  #config: Promise<JsonObject> | undefined;
  #client: Promise<DssClient> | undefined;
  #store: Promise<LocalDss> | undefined;
  #openStore: LocalDss | undefined;

  /** Chooses nothing yet; `swaggerUrl` is what the command line says. */
  constructor(environment: Environment, swaggerUrl: string | undefined) {
    this.#environment = environment;
    this.#askedUrl = swaggerUrl;
  }

  /**
   * The address of the API document: the flag, `HCA_SWAGGER_URL`, the key
   * `DSSClient.swagger_url` of the configuration; undefined when nothing is
   * configured or `local` is, which means the embedded service.
   */
  async swaggerUrl(): Promise<string | undefined> {
    const asked = this.#askedUrl ??
      this.#environment.variable("HCA_SWAGGER_URL") ??
      configText(await this.#loadConfig(), "DSSClient", "swagger_url");
    return asked === LOCAL ? undefined : asked;
  }

  /** The directory in which API documents are kept. */
  get cacheDir(): string {
    return configFolder(this.#environment);
  }

  /** The directory of the embedded store unless a command names one. */
  get dataDir(): string {
    return this.#environment.variable("HCA_LOCAL_DIR") ??
      joinPath(dataFolder(this.#environment), "local");
  }

  /**
   * A client, made once. The embedded store is opened at the first request,
   * so that help and completion leave no trace.
   *
   * @throws {NetworkError} with a hint when the service cannot be reached
   */
  client(): Promise<DssClient> {
    this.#client ??= this.#createClient();
    return this.#client;
  }

  async #createClient(): Promise<DssClient> {
    const url = await this.swaggerUrl();
    const { runtime, version, signal } = this.#environment;
    const userAgent = `hca/${version}`;
    if (url === undefined) return await this.#embeddedClient(userAgent);
    try {
      return await DssClient.create({
        runtime,
        swaggerUrl: url,
        cacheDir: this.cacheDir,
        userAgent,
        signal,
      });
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      throw new NetworkError(error.message, {
        cause: error,
        hint: RETIRED_HINT,
      });
    }
  }

  async #embeddedClient(userAgent: string): Promise<DssClient> {
    const { EMBEDDED_SWAGGER_URL, embeddedFetch } = await import(
      "../server/mod.ts"
    );
    const { runtime } = this.#environment;
    const handler = async (request: Request) =>
      await (await this.#embeddedStore()).handler(request);
    const embedded: Runtime = {
      ...runtime,
      fetch: embeddedFetch(handler, runtime.fetch),
    };
    const document = await this.builtInDocument(EMBEDDED_SWAGGER_URL);
    return new DssClient({ runtime: embedded, document, userAgent });
  }

  /** The API document that hca carries. */
  async builtInDocument(url: string): Promise<ApiDocument> {
    const { apiDocument } = await import("../server/mod.ts");
    const { host } = new URL(url);
    const { version } = this.#environment;
    const root = apiDocument({ host, scheme: "http", version });
    return new ApiDocument(root as unknown as Json, url);
  }

  #embeddedStore(): Promise<LocalDss> {
    this.#store ??= this.#openEmbedded();
    return this.#store;
  }

  async #openEmbedded(): Promise<LocalDss> {
    const { runtime } = this.#environment;
    const store = await this.openStore(this.dataDir);
    this.#openStore = store;
    const added = await store.decideSamples(true);
    const { bundles } = store.counts();
    runtime.log(
      "INFO",
      added
        ? `no service is configured; made an embedded one with ${bundles} ` +
          `sample bundles in ${printable(this.dataDir)}`
        : "no service is configured; using the embedded one in " +
          printable(this.dataDir),
    );
    return store;
  }

  /** Opens an embedded store, which the caller closes. */
  async openStore(dataDir: string): Promise<LocalDss> {
    const { LocalDss } = await import("../server/mod.ts");
    const { runtime, version, openDatabase } = this.#environment;
    return await LocalDss.open({ dataDir, runtime, version, openDatabase });
  }

  #loadConfig(): Promise<JsonObject> {
    this.#config ??= loadConfig(
      this.#environment.runtime.files,
      this.#environment,
    );
    return this.#config;
  }

  /** Closes the embedded store, if it was opened. */
  [Symbol.dispose](): void {
    this.#openStore?.[Symbol.dispose]();
  }
}
