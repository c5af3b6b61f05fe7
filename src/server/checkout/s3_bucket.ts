import {
  type CreateHash,
  messageOf,
  NetworkError,
  RefusedError,
  toHex,
} from "../../base/mod.ts";
import type { DssContext } from "../context.ts";
import { describeS3Refusal } from "../files/s3_refusal.ts";
import { encodeS3Part, signS3Request } from "../files/sign_s3_request.ts";
import { readText } from "./read_text.ts";

const LIMIT_MS = 60_000;
const LEAST_BYTES_PER_MS = 64;
const ANSWER_LIMIT_BYTES = 4 * 1024 * 1024;

/** What an {@linkcode S3Bucket} works with. */
export type S3Context =
  & Pick<DssContext, "fetch" | "clock" | "settings">
  & { createHash: CreateHash };

/** A request to a bucket. */
export interface BucketRequest {
  /** HTTP method. */
  method: "DELETE" | "GET" | "HEAD" | "POST" | "PUT";
  /** The key of an object; "" is the bucket. */
  key: string;
  /** The query, as in `{partNumber: "1"}`. */
  query?: Record<string, string>;
  /** Headers, in lower case. */
  headers?: Record<string, string>;
  /** The body. */
  body?: Uint8Array<ArrayBuffer>;
  /** How long all may take if nothing is sent; default: a minute. */
  limitMs?: number;
}

/** What a bucket answers. */
export interface BucketAnswer {
  /** HTTP status. */
  status: number;
  /** Headers. */
  headers: Headers;
  /** The body. */
  text: string;
}

/** A bucket of the S3 service that was given at start, in path style. */
export class S3Bucket {
  readonly #context: S3Context;
  /** Its name. */
  readonly name: string;

  /** Asks nothing yet. */
  constructor(context: S3Context, name: string) {
    this.#context = context;
    this.name = name;
  }

  /**
   * Sends a request; what is sent is signed if there are credentials.
   *
   * @throws {RefusedError} for a key that an address cannot name
   * @throws {NetworkError} when there is no answer, none in time, or one that
   * says to come back later (429, 5xx)
   */
  async send(
    { method, key, query, headers = {}, body, limitMs }: BucketRequest,
    signal: AbortSignal,
  ): Promise<BucketAnswer> {
    const { settings, clock, createHash } = this.#context;
    const url = this.#addressOf(key, query);
    const hash = createHash("sha256");
    if (body !== undefined) hash.update(body);
    const bodySha256 = toHex(hash.digest());
    const { s3Credentials } = settings;
    const all = s3Credentials === undefined ? headers : await signS3Request(
      { method, url, headers, bodySha256 },
      s3Credentials,
      clock.now(),
    );
    const answer = await this.#fetch(
      url,
      { method, headers: all, body, redirect: "manual" },
      signal,
      limitMs,
    );
    const { status } = answer;
    if (status < 500 && status !== 429) return answer;
    throw new NetworkError(`Bucket ${this.name} answers with status ${status}`);
  }

  /** What an answer says that is no success. */
  refusal({ status, text }: BucketAnswer): string {
    const { s3Credentials } = this.#context.settings;
    return describeS3Refusal(status, s3Credentials, text);
  }

  /** The limit is for all of it: an answer may begin and never end. */
  async #fetch(
    url: URL,
    init: RequestInit & { body?: Uint8Array<ArrayBuffer> },
    signal: AbortSignal,
    limitMs = LIMIT_MS,
  ): Promise<BucketAnswer> {
    const { fetch, clock } = this.#context;
    const late = new AbortController();
    const answered = new AbortController();
    const sizeBytes = init.body?.length ?? 0;
    clock.sleep(limitMs + sizeBytes / LEAST_BYTES_PER_MS, answered.signal)
      .then(() => late.abort(new TypeError("it took too long")));
    try {
      const both = AbortSignal.any([signal, late.signal]);
      const request = new Request(url, { ...init, signal: both });
      const response = await fetch(request);
      const { status, headers } = response;
      const text = await readText(response, ANSWER_LIMIT_BYTES, both);
      return { status, headers, text };
    } catch (cause) {
      throw new NetworkError(
        `Bucket ${this.name} cannot be reached: ${messageOf(cause)}`,
        { cause },
      );
    } finally {
      answered.abort();
    }
  }

  #addressOf(key: string, query: Record<string, string> = {}): URL {
    const parts = key === "" ? [] : key.split("/");
    // A URL would take them for steps on the way to something else.
    if ([this.name, ...parts].some((part) => /^\.{1,2}$/.test(part))) {
      throw new RefusedError(`An address cannot name ${this.name}/${key}`);
    }
    const path = [this.name, ...parts].map(encodeS3Part).join("/");
    const endpoint = this.#context.settings.s3Endpoint ?? "";
    const url = new URL(`${endpoint.replace(/\/+$/, "")}/${path}`);
    for (const [name, value] of Object.entries(query)) {
      url.searchParams.set(name, value);
    }
    return url;
  }
}
