import { NetworkError, quote, UsageError } from "../base/mod.ts";
import { configFolder, dssSwaggerUrl, localDataDir } from "../config/mod.ts";
import { redactUrl } from "../http/mod.ts";
import type { EmbeddedDss, LocalDss } from "../server/mod.ts";
import { DssClient } from "../services/mod.ts";
import { accessToken } from "./access_token.ts";
import type { Environment } from "./environment.ts";

const RETIRED_HINT = "The public DSS was retired. Leave out --swagger-url, " +
  "HCA_SWAGGER_URL and the configuration key DSSClient.swagger_url to use " +
  "the embedded one, or name a DSS that runs (hca local serve starts one).";

/** A service that cannot be reached, with what to do about it. */
export function withRetiredHint(error: unknown): unknown {
  return error instanceof NetworkError
    ? new NetworkError(error.message, { cause: error, hint: RETIRED_HINT })
    : error;
}

/** The DSS of a run: which one it is, and a client of it when one is needed. */
export class DssSession implements Disposable {
  readonly #environment: Environment;
  readonly #askedUrl: string | undefined;
  #client: Promise<DssClient> | undefined;
  #embedded: EmbeddedDss | undefined;

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
   * A client, made once.
   *
   * @throws {NetworkError} with a hint when the service cannot be reached
   */
  client(): Promise<DssClient> {
    this.#client ??= this.#createClient();
    return this.#client;
  }

  async #createClient(): Promise<DssClient> {
    const { runtime, version, signal } = this.#environment;
    const swaggerUrl = await this.swaggerUrl();
    const userAgent = `hca/${version}`;
    if (swaggerUrl === undefined) return await this.#embeddedClient(userAgent);
    try {
      const { cacheDir } = this;
      return await DssClient.create({
        runtime,
        swaggerUrl,
        cacheDir,
        userAgent,
        signal,
        accessToken: accessToken(this.#environment),
      });
    } catch (error) {
      throw withRetiredHint(error);
    }
  }

  async #embeddedClient(userAgent: string): Promise<DssClient> {
    const { EmbeddedDss } = await import("../server/mod.ts");
    const { runtime } = this.#environment;
    const { dataDir } = this;
    const embedded = new EmbeddedDss({ ...this.#environment, dataDir });
    this.#embedded = embedded;
    return new DssClient({
      runtime: { ...runtime, fetch: embedded.fetch(runtime.fetch) },
      document: embedded.document,
      userAgent,
      accessToken: accessToken(this.#environment),
    });
  }

  /** Opens an embedded store, which the caller closes. */
  async openStore(dataDir: string): Promise<LocalDss> {
    const { openLocalDss } = await import("../server/mod.ts");
    return await openLocalDss({ ...this.#environment, dataDir });
  }

  /** Closes the embedded store, if it was opened. */
  [Symbol.dispose](): void {
    this.#embedded?.[Symbol.dispose]();
  }
}
