import {
  formatJson,
  type Json,
  parseJson,
  quote,
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
  findOperation,
  type Operation,
  parseOperations,
} from "../swagger/mod.ts";
import {
  type AccessToken,
  AuthorizedHttp,
  type AuthorizedHttpOptions,
  type RequestSender,
} from "./authorized_http.ts";

/**
 * Which requests carry the token: those of operations for which the document
 * states `security`, all of them, or none.
 */
export type AuthMode = "document" | "always" | "never";

/** How one call is carried out. */
export interface CallOptions {
  /** Header fields added to the request. */
  headers?: Record<string, string>;
  /** Whether the token is sent. Default: as the client was told. */
  auth?: AuthMode;
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
   * Gives the token (RFC 6750) for requests that need one; undefined sends
   * none. Asked anew for each request, and once more when it was refused.
   */
  accessToken?: AccessToken;
  /** Which requests carry the token. Default `document`. */
  auth?: AuthMode;
  /** What to do about a token that is refused, for the hint of the error. */
  refusalHint?: AuthorizedHttpOptions["refusalHint"];
}

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
  /** Whether the token is sent. Default: as the client was told. */
  auth?: AuthMode;
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
  readonly #authorized: RequestSender;
  readonly #auth: AuthMode;

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
    this.#auth = options.auth ?? "document";
    const { accessToken, refusalHint } = options;
    this.#authorized = accessToken === undefined
      ? this.http
      : new AuthorizedHttp({
        http: this.http,
        accessToken,
        refusalHint,
        documentUrl: options.document.url,
      });
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
   * @throws {RefusedError} when a redirect is not safe to follow, the token
   * may not be sent, or the answer is not the JSON that it says it is
   * @throws {CancelledError} when `options.signal` is aborted
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

  /**
   * Calls an operation and returns the answer with its body unread.
   *
   * @throws {HcaError} as {@linkcode ServiceClient.call}
   */
  async stream(
    name: string,
    args: Arguments = {},
    options: CallOptions = {},
  ): Promise<Response> {
    const request = this.request(name, args, options);
    return await this.#senderOf(name, options).send(request);
  }

  /**
   * Calls a paged operation and yields its pages, as they are wanted.
   *
   * @throws {HcaError} as {@linkcode ServiceClient.call}, at any page;
   * {RefusedError} also when the pages never end
   */
  async *pages(
    name: string,
    args: Arguments = {},
    options: CallOptions = {},
  ): AsyncGenerator<Page, void, void> {
    const request = this.request(name, args, options);
    yield* readPages(this.#senderOf(name, options), request);
  }

  /**
   * Calls a paged operation and yields the items of all its pages.
   *
   * @throws {HcaError} as {@linkcode ServiceClient.pages}
   */
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
   * Sends a request that was not made from an operation, with the retries of
   * this service. It carries the token if the document states `security` for
   * the operation that has its method and a path of its form, or if `auth` is
   * `always`; what the document does not know is sent without. Give the
   * answer to {@linkcode pagesFrom} if it is the first of several pages.
   *
   * @throws {UsageError} when the path leads to another place
   * @throws {AuthError | NotFoundError | ServiceError | NetworkError} from the
   * service
   */
  async send(raw: RawRequest): Promise<Response> {
    const request = this.#rawRequest(raw);
    return await this.#rawSender(raw, request).send(request);
  }

  /**
   * The pages that begin with an answer of {@linkcode send}.
   *
   * @throws {HcaError} as {@linkcode ServiceClient.pages}
   */
  async *pagesFrom(
    raw: RawRequest,
    first: Response,
  ): AsyncGenerator<Page, void, void> {
    const request = this.#rawRequest(raw);
    yield* readPages(this.#rawSender(raw, request), request, first);
  }

  #rawRequest(raw: RawRequest): HttpRequest {
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
    return {
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
    };
  }

  #rawSender(
    { auth }: RawRequest,
    { method, url }: HttpRequest,
  ): RequestSender {
    // As it is sent, without the steps that the path may have.
    const path = url.slice(this.baseUrl.length);
    return this.senderFor(
      findOperation(this.operations.values(), method, path),
      auth,
    );
  }

  #senderOf(name: string, { auth }: CallOptions): RequestSender {
    return this.senderFor(this.operation(name), auth);
  }

  /** What carries out requests of an operation: with the token, or without. */
  protected senderFor(
    operation: Operation | undefined,
    auth: AuthMode = this.#auth,
  ): RequestSender {
    const isSent = auth === "document"
      ? operation?.isSecured === true
      : auth === "always";
    return isSent ? this.#authorized : this.http;
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

/** Whether an answer says that it is JSON. */
export function isJson(response: Response): boolean {
  const type = response.headers.get("content-type") ?? "";
  return /^application\/([\w.-]+\+)?json\b/i.test(type);
}
