import type { AuthTools, TokenSource } from "../auth/mod.ts";
import { isJsonObject, NetworkError, quote, UsageError } from "../base/mod.ts";
import { configFolder, configText, loadConfig } from "../config/mod.ts";
import { HttpClient, redactUrl } from "../http/mod.ts";
import { ServiceClient } from "../services/mod.ts";
import { type ApiDocument, DocumentCache } from "../swagger/mod.ts";
import {
  type AuthSettings,
  clientAuth,
  type SecuredService,
  tokenSourcesOf,
} from "./access_token.ts";
import type { Environment } from "./environment.ts";

// A section `AuthClient` with a `swagger_url` is the service `auth`.
const SECTION = /^([A-Za-z][A-Za-z0-9_-]*)Client$/;

/**
 * The services besides the DSS: each section of the configuration that is
 * named `…Client` and has a `swagger_url`.
 */
export class ServiceSessions {
  readonly #environment: Environment;
  readonly #settings: AuthSettings;
  readonly #authTools: () => AuthTools;
  readonly #documents = new Map<string, Promise<ApiDocument>>();
  readonly #clients = new Map<string, Promise<ServiceClient>>();

  /** Connects to nothing yet. */
  constructor(
    environment: Environment,
    settings: AuthSettings,
    authTools: () => AuthTools,
  ) {
    this.#environment = environment;
    this.#settings = settings;
    this.#authTools = authTools;
  }

  /** The configured services, by name, with their API document's address. */
  async addresses(): Promise<Map<string, string>> {
    const { runtime } = this.#environment;
    const config = await loadConfig(runtime.files, this.#environment);
    const services = new Map<string, string>();
    for (const section of Object.keys(config)) {
      const name = SECTION.exec(section)?.[1]?.toLowerCase();
      const url = configText(config, section, "swagger_url");
      if (name === undefined || url === undefined || name === "dss") continue;
      if (isJsonObject(config[section])) services.set(name, url);
    }
    return services;
  }

  /**
   * A client of a configured service, made once.
   *
   * @throws {UsageError} when there is no such service, or its address is
   * not http or https
   */
  client(name: string): Promise<ServiceClient> {
    const known = this.#clients.get(name);
    if (known !== undefined) return known;
    const client = this.#create(name);
    this.#clients.set(name, client);
    return client;
  }

  /** The places that the token for a service may come from. */
  async tokenSources(name: string): Promise<TokenSource[]> {
    return tokenSourcesOf(this.#authTools(), await this.#securedService(name));
  }

  /**
   * The origin of a service's API document.
   *
   * @throws {UsageError} when there is no such service, or its address is
   * not http or https
   */
  async serviceOrigin(name: string): Promise<string> {
    return new URL(await this.#swaggerUrl(name)).origin;
  }

  async #securedService(name: string): Promise<SecuredService> {
    return {
      origin: await this.serviceOrigin(name),
      // The old client, too, had one login for all services.
      isShared: true,
      document: () => this.#document(name),
    };
  }

  async #create(name: string): Promise<ServiceClient> {
    const { runtime, version } = this.#environment;
    const document = await this.#document(name);
    const service = await this.#securedService(name);
    return new ServiceClient({
      ...clientAuth(this.#authTools(), service, this.#settings),
      runtime,
      document,
      userAgent: `hca/${version}`,
    });
  }

  async #swaggerUrl(name: string): Promise<string> {
    const url = (await this.addresses()).get(name);
    if (url === undefined) {
      throw new UsageError(`there is no service ${quote(name)}`, {
        hint: "A service is named by the configuration key " +
          "NAMEClient.swagger_url, the address of its API document.",
      });
    }
    if (/^https?:\/\//i.test(url) && URL.canParse(url)) return url;
    throw new UsageError(
      `${quote(redactUrl(url), 200)} is not the http or https address of ` +
        `the API document of the service ${quote(name)}`,
      { hint: "It is in the configuration; see 'hca config list'." },
    );
  }

  #document(name: string): Promise<ApiDocument> {
    const known = this.#documents.get(name);
    if (known !== undefined) return known;
    const document = this.#loadDocument(name);
    this.#documents.set(name, document);
    return document;
  }

  async #loadDocument(name: string): Promise<ApiDocument> {
    const { runtime, signal } = this.#environment;
    const url = await this.#swaggerUrl(name);
    const cache = new DocumentCache(configFolder(this.#environment), runtime);
    try {
      return await cache.load(url, new HttpClient(runtime), signal);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      throw new NetworkError(error.message, {
        cause: error,
        hint: `Check the service ${name} in the configuration.`,
      });
    }
  }
}
