import {
  formatJson,
  type Json,
  parseJson,
  quote,
  RefusedError,
  type Runtime,
  UsageError,
} from "../base/mod.ts";
import {
  discard,
  HttpClient,
  type HttpPolicy,
  type HttpRequest,
  JSON_LIMIT_BYTES,
  type Page,
  readPages,
  readText,
} from "../http/mod.ts";
import {
  type ApiDocument,
  type Arguments,
  baseUrl,
  buildRequest,
  type Operation,
  parseOperations,
} from "../swagger/mod.ts";

/** How one call is carried out. */
export interface CallOptions {
  /** Header fields added to the request. */
  headers?: Record<string, string>;
  /** Ends the call, waits included. */
  signal?: AbortSignal;
}

/** What a {@linkcode ServiceClient} is made of. */
export interface ServiceClientOptions {
  /** The machine. */
  runtime: Runtime;
  /** The service's API document. */
  document: ApiDocument;
  /** Retries, timeouts and redirects; parts left out keep the default. */
  policy?: Partial<HttpPolicy>;
  /** Name and version of the program, for the `User-Agent`. */
  userAgent?: string;
  /**
   * Gives the token (RFC 6750) for operations that the document secures;
   * undefined sends none. Asked anew for each request.
   */
  accessToken?: AccessToken;
}

/** Where a token comes from. */
export type AccessToken = () => Promise<string | undefined>;

/** A request that is not made from an operation of the document. */
export interface RawRequest {
  /** HTTP method, upper case. */
  method: string;
  /** The path below the service's address, `/` first. */
  path: string;
  /** Query parameters, added to those of the path. */
  query?: [string, string][];
  /** The JSON body. */
  body?: Json;
  /** Header fields. */
  headers?: Record<string, string>;
  /** Whether the token is sent. Default true. */
  isSecured?: boolean;
  /** Ends the request, waits included. */
  signal?: AbortSignal;
}

/** What a HEAD request brings. */
export interface HeadResult {
  /** HTTP status. */
  status: number;
  /** Header fields, names in lower case. */
  headers: Record<string, string>;
}

/**
 * A service, called through its API document: every operation of the
 * document is callable by its name, and nothing about single operations is
 * known here.
 */
export class ServiceClient {
  /** The API document. */
  readonly document: ApiDocument;
  /** The operations by name, in the order of the document. */
  readonly operations: ReadonlyMap<string, Operation>;
  /** The address that paths are appended to, without a final slash. */
  readonly baseUrl: string;
  /** The machine. */
  protected readonly runtime: Runtime;
  /** Carries out requests. */
  protected readonly http: HttpClient;
  readonly #userAgent: string;
  readonly #accessToken: AccessToken | undefined;

  /**
   * Makes a client of a service.
   *
   * @throws {RefusedError} when the document names no usable address.
   */
  constructor(options: ServiceClientOptions) {
    this.runtime = options.runtime;
    this.document = options.document;
    this.operations = parseOperations(options.document);
    this.baseUrl = baseUrl(options.document);
    this.http = new HttpClient(options.runtime, options.policy);
    this.#userAgent = options.userAgent ?? "hca";
    this.#accessToken = options.accessToken;
  }

  /**
   * Calls an operation and reads one answer: parsed JSON when its content
   * type says so, a {@linkcode HeadResult} for HEAD, else the bytes. Of a
   * paged operation this is the first page only; see
   * {@linkcode ServiceClient.items}.
   *
   * @throws {UsageError} when there is no such operation, or its path cannot
   * be filled
   * @throws {AuthError | NotFoundError | ServiceError | NetworkError} from the
   * service
   */
  async call(
    name: string,
    args: Arguments = {},
    options: CallOptions = {},
  ): Promise<Json | Uint8Array<ArrayBuffer> | HeadResult> {
    const { method } = this.operation(name);
    const response = await this.stream(name, args, options);
    if (method === "HEAD") {
      await discard(response);
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
      };
    }
    if (!isJson(response)) return new Uint8Array(await response.arrayBuffer());
    return parseJson(
      await readText(response, JSON_LIMIT_BYTES),
      `the answer of ${name}`,
    );
  }

  /** Calls an operation and returns the answer with its body unread. */
  async stream(
    name: string,
    args: Arguments = {},
    options: CallOptions = {},
  ): Promise<Response> {
    const request = await this.#authorized(name, args, options);
    return await this.http.send(request);
  }

  /** Calls a paged operation and yields its pages, as they are wanted. */
  async *pages(
    name: string,
    args: Arguments = {},
    options: CallOptions = {},
  ): AsyncGenerator<Page, void, void> {
    const request = await this.#authorized(name, args, options);
    yield* readPages(this.http, request);
  }

  /** Calls a paged operation and yields the items of all its pages. */
  async *items(
    name: string,
    args: Arguments = {},
    options: CallOptions = {},
  ): AsyncGenerator<Json, void, void> {
    for await (const page of this.pages(name, args, options)) {
      yield* page.items;
    }
  }

  /**
   * Sends a request that no operation describes, with the retries and the
   * token of this service. Give the answer to {@linkcode pagesFrom} if it is
   * the first of several pages.
   *
   * @throws {UsageError} when the path leads to another place
   * @throws {AuthError | NotFoundError | ServiceError | NetworkError} from the
   * service
   */
  async send(raw: RawRequest): Promise<Response> {
    return await this.http.send(await this.#rawRequest(raw));
  }

  /** The pages that begin with an answer of {@linkcode send}. */
  async *pagesFrom(
    raw: RawRequest,
    first: Response,
  ): AsyncGenerator<Page, void, void> {
    yield* readPages(this.http, await this.#rawRequest(raw), first);
  }

  async #rawRequest(raw: RawRequest): Promise<HttpRequest> {
    const { method, path, query = [], body, headers, signal } = raw;
    const url = URL.parse(`${this.baseUrl}${path}`);
    // Steps upwards would lead out of the service.
    const isBelow = url?.href.startsWith(`${this.baseUrl}/`) ?? false;
    if (url === null || !isBelow || !/^\/(?!\/)/.test(path)) {
      throw new UsageError(
        `${quote(path)} is not a path; it begins with one '/' and stays ` +
          "below the service's address",
      );
    }
    for (const [name, value] of query) url.searchParams.append(name, value);
    return await this.#withToken({
      method,
      url: url.href,
      headers: {
        "user-agent": this.#userAgent,
        accept: "*/*",
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      signal,
      ...(body !== undefined && { body: formatJson(body, { indent: 0 }) }),
    }, raw.isSecured ?? true);
  }

  async #authorized(
    name: string,
    args: Arguments,
    options: CallOptions,
  ): Promise<HttpRequest> {
    const request = this.request(name, args, options);
    return await this.#withToken(request, this.operation(name).isSecured);
  }

  async #withToken(
    request: HttpRequest,
    isSecured: boolean,
  ): Promise<HttpRequest> {
    const token = isSecured ? (await this.#accessToken?.())?.trim() : undefined;
    if (token === undefined || token === "") return request;
    checkToken(token);
    const { protocol, hostname, host } = new URL(request.url);
    const { url } = this.document;
    // Whoever can change a document could have the token sent anywhere.
    if (URL.canParse(url) && new URL(url).host !== host) {
      throw new RefusedError(
        `the token is not sent to ${host}, which is not where the API ` +
          `document came from (${new URL(url).host})`,
        { hint: "Name the document of that service itself." },
      );
    }
    if (protocol !== "https:" && !isLoopback(hostname)) {
      throw new RefusedError(
        `the token is not sent to ${host} over plain http`,
        { hint: "Use the service's https address." },
      );
    }
    const headers = { ...request.headers, authorization: `Bearer ${token}` };
    return { ...request, headers };
  }

  /** The request that a call would send, without a token. */
  request(
    name: string,
    args: Arguments,
    options: CallOptions = {},
  ): HttpRequest {
    const operation = this.operation(name);
    const request = buildRequest(operation, this.baseUrl, args);
    return {
      ...request,
      headers: {
        "user-agent": this.#userAgent,
        ...request.headers,
        ...options.headers,
      },
      signal: options.signal,
      // A POST that is paged only reads: its pages are asked for again
      // with the same body anyway.
      ...(operation.isPaged && { repeatable: true }),
    };
  }

  /** An operation by its name; throws `UsageError` if there is none. */
  operation(name: string): Operation {
    const operation = this.operations.get(name);
    if (operation !== undefined) return operation;
    const names = [...this.operations.keys()].join(", ");
    throw new UsageError(
      `the service ${this.baseUrl} has no operation '${name}'`,
      { hint: names === "" ? "It has none at all." : `It has ${names}.` },
    );
  }
}

/** What a header can carry (RFC 6750, section 2.1); it is never quoted. */
function checkToken(token: string): void {
  if (/^[\x21-\x7e]+$/.test(token)) return;
  throw new UsageError(
    "the access token has blanks or characters outside of ASCII",
    { hint: "Give the token alone, without 'Bearer' before it." },
  );
}

/** Names and addresses that never leave the machine (RFC 6761, 6.3). */
function isLoopback(hostname: string): boolean {
  return /^(127(\.\d+){3}|\[::1\]|(.+\.)?localhost)$/.test(hostname);
}

/** Whether an answer says that it is JSON. */
export function isJson(response: Response): boolean {
  const type = response.headers.get("content-type") ?? "";
  return /^application\/([\w.-]+\+)?json\b/i.test(type);
}
