import { type Json, parseJson, type Runtime, UsageError } from "../base/mod.ts";
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
    return await this.http.send(this.request(name, args, options));
  }

  /** Calls a paged operation and yields its pages, as they are wanted. */
  async *pages(
    name: string,
    args: Arguments = {},
    options: CallOptions = {},
  ): AsyncGenerator<Page, void, void> {
    yield* readPages(this.http, this.request(name, args, options));
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

  /** The request that a call would send. */
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
    throw new UsageError(
      `the service ${this.baseUrl} has no operation '${name}'`,
      { hint: `It has ${[...this.operations.keys()].join(", ")}.` },
    );
  }
}

/** Whether an answer says that it is JSON. */
export function isJson(response: Response): boolean {
  const type = response.headers.get("content-type") ?? "";
  return /^application\/([\w.-]+\+)?json\b/i.test(type);
}
