import {
  AuthError,
  IntegrityError,
  NetworkError,
  NotFoundError,
  quote,
  ServiceError,
} from "../base/mod.ts";
import { type OpenedBody, redactUrl } from "../http/mod.ts";
import type { ByteRange } from "../store/mod.ts";
import { parseContentRange } from "./content_range.ts";
import type { FetchTools } from "./fetch_content.ts";
import type { ContentSource, PlannedContent } from "./transfer_plan.ts";

/**
 * What was received so far is of no use: the object changed, or the service
 * does not give the ranges that it is asked for.
 */
export class RestartNeeded extends Error {
  /** Always `RestartNeeded`. */
  override readonly name = "RestartNeeded";
  /** Whether ranges may be asked for again. */
  readonly rangesWork: boolean;

  /** Says why, and whether ranges work. */
  constructor(reason: string, rangesWork: boolean) {
    super(reason);
    this.rangesWork = rangesWork;
  }
}

/** An answer with bytes of a content. */
export interface AskedContent {
  /** The bytes. */
  body: OpenedBody;
  /**
   * Which they are: those that were asked for or their first ones; or all of
   * them, when it changed or the service sends no ranges.
   */
  range: ByteRange;
  /** The strong ETag of the object; undefined if there is none. */
  etag: string | undefined;
}

/** Asks for the bytes of one content, as often as it takes. */
export class ContentQuestion {
  readonly #content: PlannedContent;
  readonly #source: ContentSource & { kind: "request" };
  readonly #tools: FetchTools;
  // Where the last answer came from: a signed URL, most often.
  #resolvedUrl: string | undefined;
  #mediaType = "";

  /** Asks at `source`. */
  constructor(
    content: PlannedContent,
    source: ContentSource & { kind: "request" },
    tools: FetchTools,
  ) {
    this.#content = content;
    this.#source = source;
    this.#tools = tools;
  }

  /** What the last answer said it is, as in `text/html`. */
  get mediaType(): string {
    return this.#mediaType;
  }

  /** What the last address gave was wrong: the origin may name another. */
  forgetAddress(): void {
    this.#resolvedUrl = undefined;
  }

  /**
   * Asks for bytes (RFC 9110, section 14.2), all of them without a `range`.
   * Nothing of the body is read before status, length, encoding and
   * `Content-Range` are what was asked for.
   *
   * @param etag validator of what was received before, for `If-Range`
   * @throws {RestartNeeded} when the answer does not go on where it should
   * @throws {IntegrityError} when it is not the content
   * @throws {HcaError} from the service
   */
  async ask(
    range: ByteRange | undefined,
    etag: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<AskedContent> {
    const body = await this.#open(range, etag, signal);
    try {
      this.#mediaType = body.headers.get("content-type") ?? "";
      const asked = this.#check(body, range, etag);
      this.#resolvedUrl = body.url;
      return asked;
    } catch (error) {
      await body.cancel();
      throw error;
    }
  }

  async #open(
    range: ByteRange | undefined,
    etag: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<OpenedBody> {
    const { url, headers } = this.#source;
    const more = range === undefined ? {} : this.#rangeHeaders(range, etag);
    try {
      const resolved = this.#resolvedUrl;
      if (resolved !== undefined && resolved !== url) {
        const opened = await this.#openResolved(resolved, more, signal);
        if (opened !== undefined) return opened;
      }
      return await this.#tools.http.open({
        method: "GET",
        url,
        headers: { ...headers, ...more },
        signal,
      });
    } catch (error) {
      if (error instanceof NetworkError && !this.#tools.hasReceived()) {
        throw unreachable(error);
      }
      if (!(error instanceof ServiceError)) throw error;
      if (error.answer?.status !== 416 || range === undefined) throw error;
      throw new RestartNeeded("it ends before the bytes asked for", true);
    }
  }

  /** Saves a redirect; undefined when the address does not work any more. */
  async #openResolved(
    url: string,
    range: Record<string, string>,
    signal: AbortSignal | undefined,
  ): Promise<OpenedBody | undefined> {
    const { http, runtime } = this.#tools;
    const { headers } = this.#source;
    const agent = headers["user-agent"];
    // Headers may carry credentials, which belong to the origin only.
    const plain: Record<string, string> = agent === undefined
      ? {}
      : { "user-agent": agent };
    try {
      return await http.open({
        method: "GET",
        url,
        headers: { ...plain, ...range },
        signal,
      });
    } catch (error) {
      const isExpired = error instanceof AuthError ||
        error instanceof NotFoundError;
      if (!isExpired) throw error;
      runtime.log("DEBUG", `${error.message}; asking the origin again`);
      this.#resolvedUrl = undefined;
      return undefined;
    }
  }

  #rangeHeaders(
    { start, end }: ByteRange,
    etag: string | undefined,
  ): Record<string, string> {
    const isRest = end === this.#content.sizeBytes;
    const range = `bytes=${start}-${isRest ? "" : end - 1}`;
    return etag === undefined ? { range } : { range, "if-range": etag };
  }

  #check(
    body: OpenedBody,
    range: ByteRange | undefined,
    knownEtag: string | undefined,
  ): AskedContent {
    const { headers, status } = body;
    const encoding = headers.get("content-encoding") ?? "identity";
    if (encoding !== "identity") {
      throw new IntegrityError(
        `was sent with the encoding ${
          quote(encoding)
        }, which was not asked for`,
      );
    }
    const etag = strongEtag(headers);
    if (status === 206 && range !== undefined) {
      const given = this.#checkRange(headers, range);
      if (knownEtag !== undefined && etag !== undefined && etag !== knownEtag) {
        throw new RestartNeeded("it changed meanwhile", true);
      }
      return { body, range: given, etag };
    }
    if (status !== 200) {
      throw new NetworkError(
        `the service answered ${status} to a request for a file`,
      );
    }
    this.#checkLength(headers);
    return { body, range: { start: 0, end: this.#content.sizeBytes }, etag };
  }

  #checkRange(headers: Headers, asked: ByteRange): ByteRange {
    const given = parseContentRange(headers);
    if (given === undefined) {
      throw new RestartNeeded(
        "the answer does not say which part it is",
        false,
      );
    }
    const { sizeBytes } = this.#content;
    if ((given.sizeBytes ?? sizeBytes) !== sizeBytes) {
      throw new RestartNeeded(
        `it has ${given.sizeBytes} bytes instead of ${sizeBytes}`,
        true,
      );
    }
    if (given.start !== asked.start || given.end > asked.end) {
      throw new RestartNeeded("the service sent another part", false);
    }
    return { start: given.start, end: given.end };
  }

  #checkLength(headers: Headers): void {
    const text = headers.get("content-length");
    if (text === null || !/^\d+$/.test(text)) return;
    const { sizeBytes } = this.#content;
    const length = Number(text);
    if (length === sizeBytes) return;
    throw wrongSize(sizeBytes, length > sizeBytes ? "more" : "fewer");
  }
}

/**
 * Where nothing ever came from, patience is of no use: the address is wrong,
 * or there is no network. Where something did, the line is cut for a while.
 */
function unreachable({ message, hint, cause }: NetworkError): NetworkError {
  return new NetworkError(message, { hint, cause, retryable: false });
}

/** More or fewer bytes than stated. */
export function wrongSize(
  sizeBytes: number,
  which: "more" | "fewer",
): IntegrityError {
  return new IntegrityError(`has ${which} than the stated ${sizeBytes} bytes`);
}

/** Where a content is asked for, without secrets; undefined for known bytes. */
export function shownSource(source: ContentSource): string | undefined {
  return source.kind === "request" ? redactUrl(source.url) : undefined;
}

// A weak one cannot vouch for bytes (RFC 9110, section 13.1.5).
function strongEtag(headers: Headers): string | undefined {
  const etag = headers.get("etag") ?? undefined;
  return etag?.startsWith("W/") ? undefined : etag;
}
