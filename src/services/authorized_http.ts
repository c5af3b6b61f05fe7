import { AuthError, RefusedError, UsageError } from "../base/mod.ts";
import type { HttpClient, HttpRequest, OpenedBody } from "../http/mod.ts";

/**
 * Where a token comes from. With `refused`, the token that the service has
 * just answered 401 to, another one is wanted; if there is none, the same may
 * come again.
 */
export type AccessToken = (refused?: string) => Promise<string | undefined>;

/** What carries out requests. */
export type RequestSender = Pick<
  HttpClient,
  "onThrottled" | "open" | "policy" | "send"
>;

/** What an {@linkcode AuthorizedHttp} is made of. */
export interface AuthorizedHttpOptions {
  /** Carries out the requests. */
  http: HttpClient;
  /** Gives the token of each request. */
  accessToken: AccessToken;
  /** Where the API document of the service came from. */
  documentUrl: string;
  /** What to do about an answer 401 or 403 to a token, for the error's hint. */
  refusalHint?: (status: number) => string | undefined;
}

/**
 * Carries out requests with a token (RFC 6750, section 2.1), which is asked
 * for before each one, so that the pages of a long listing outlive a token.
 * An answer 401 of the service itself is taken for a token that has just
 * expired or was revoked: the request is repeated once, with another token.
 *
 * Both methods throw, besides what {@linkcode HttpClient} throws:
 * `RefusedError` when the address may not have the token, `UsageError` when
 * the token cannot be sent.
 */
export class AuthorizedHttp implements RequestSender {
  readonly #http: HttpClient;
  readonly #accessToken: AccessToken;
  readonly #documentUrl: string;
  readonly #refusalHint: (status: number) => string | undefined;

  /** Makes a sender; nothing is asked for yet. */
  constructor(options: AuthorizedHttpOptions) {
    this.#http = options.http;
    this.#accessToken = options.accessToken;
    this.#documentUrl = options.documentUrl;
    this.#refusalHint = options.refusalHint ?? (() => undefined);
  }

  /** How requests are carried out. */
  get policy(): HttpClient["policy"] {
    return this.#http.policy;
  }

  /** Called with the host when a service refuses because it is asked too much. */
  get onThrottled(): HttpClient["onThrottled"] {
    return this.#http.onThrottled;
  }

  set onThrottled(listener: HttpClient["onThrottled"]) {
    this.#http.onThrottled = listener;
  }

  /** Sends a request with a token; see {@linkcode HttpClient.send}. */
  send(request: HttpRequest): Promise<Response> {
    return this.#carryOut(request, (authorized) => this.#http.send(authorized));
  }

  /** Opens an answer with a token; see {@linkcode HttpClient.open}. */
  open(request: HttpRequest): Promise<OpenedBody> {
    return this.#carryOut(request, (authorized) => this.#http.open(authorized));
  }

  async #carryOut<Result>(
    request: HttpRequest,
    attempt: (request: HttpRequest) => Promise<Result>,
  ): Promise<Result> {
    const token = await this.#tokenFor(request);
    if (token === undefined) return await attempt(request);
    try {
      return await attempt(withToken(request, token));
    } catch (error) {
      if (!isRefusal(error, request)) throw error;
      const isExpired = error.answer?.status === 401;
      const other = isExpired ? await this.#tokenFor(request, token) : token;
      if (other === undefined || other === token) throw this.#hinted(error);
      return await this.#lastAttempt(withToken(request, other), attempt);
    }
  }

  async #lastAttempt<Result>(
    request: HttpRequest,
    attempt: (request: HttpRequest) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await attempt(request);
    } catch (error) {
      throw isRefusal(error, request) ? this.#hinted(error) : error;
    }
  }

  async #tokenFor(
    request: HttpRequest,
    refused?: string,
  ): Promise<string | undefined> {
    const token = (await this.#accessToken(refused))?.trim();
    if (token === undefined || token === "") return undefined;
    checkToken(token);
    checkAddress(new URL(request.url), URL.parse(this.#documentUrl));
    return token;
  }

  #hinted(error: AuthError): AuthError {
    const hint = this.#refusalHint(error.answer?.status ?? 0);
    if (hint === undefined || error.hint !== undefined) return error;
    const { answer } = error;
    return new AuthError(error.message, { answer, cause: error, hint });
  }
}

function withToken(request: HttpRequest, token: string): HttpRequest {
  const headers = { ...request.headers, authorization: `Bearer ${token}` };
  return { ...request, headers };
}

/**
 * Whether the service itself refuses: after a redirect to another host the
 * token was not sent, so another one would change nothing.
 */
function isRefusal(error: unknown, request: HttpRequest): error is AuthError {
  if (!(error instanceof AuthError) || error.answer === undefined) return false;
  const { status, url } = error.answer;
  return (status === 401 || status === 403) &&
    URL.parse(url)?.origin === new URL(request.url).origin;
}

/** What a header can carry (RFC 6750, section 2.1); it is never quoted. */
function checkToken(token: string): void {
  if (/^[\x21-\x7e]+$/.test(token)) return;
  throw new UsageError(
    "the access token has blanks or characters outside of ASCII",
    { hint: "Give the token alone, without 'Bearer' before it." },
  );
}

/**
 * @param from where the document came from; null when that is no address
 */
function checkAddress(to: URL, from: URL | null): void {
  if (to.protocol !== "https:" && !isLoopback(to.hostname)) {
    throw new RefusedError(
      `the token is not sent to ${to.host} over plain http`,
      { hint: "Use the service's https address." },
    );
  }
  if (from === null || to.origin === from.origin) return;
  // What a local service says of itself may have another scheme.
  const isLocal = from.protocol === "http:" && isLoopback(from.hostname);
  if (isLocal && to.host === from.host) return;
  // Whoever can change a document could have the token sent anywhere.
  const [there, here] = to.host === from.host
    ? [to.origin, from.origin]
    : [to.host, from.host];
  throw new RefusedError(
    `the token is not sent to ${there}, which is not where the API ` +
      `document came from (${here})`,
    { hint: "Name the document of that service itself." },
  );
}

/** Names and addresses that never leave the machine (RFC 6761, 6.3). */
function isLoopback(hostname: string): boolean {
  return /^(127(\.\d+){3}|\[::1\]|(.+\.)?localhost)$/.test(hostname);
}
