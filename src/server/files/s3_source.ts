import { concatBytes, printable } from "../../base/mod.ts";
import type { DssContext } from "../context.ts";
import { refusedSource, sendRequest } from "./http_source.ts";
import { describeS3Refusal } from "./s3_refusal.ts";
import { parseTags } from "./s3_tags.ts";
import { encodeS3Part, signS3Request } from "./sign_s3_request.ts";
import { ForeignSource, type Source, unusableSource } from "./source.ts";
import { parseStated } from "./stated_checksums.ts";
import { TimeLimit } from "./time_limit.ts";

const TAGS_LIMIT_BYTES = 64 * 1024;

type S3Context = Pick<DssContext, "fetch" | "clock" | "settings">;

/**
 * An object on the S3 service that was given at start, addressed in path
 * style. Its four checksums are in its metadata; tags, where they can be
 * read, win.
 *
 * @throws {Problem} 400 `unknown_source_schema` when no S3 service was given,
 * `illegal_arguments` when there is no such object, or it may not be read; 422
 * for missing or malformed checksums; 503 or 504 when it does not answer
 */
export async function findS3Source(
  context: S3Context,
  address: string,
): Promise<Source> {
  const name = printable(address);
  const url = addressOf(context, address);
  const limit = new TimeLimit(context.clock, name);
  const send = (method: "GET" | "HEAD", target: URL, headers = {}) =>
    sendSigned(context, { method, target, headers }, name, limit);
  let content = await send("HEAD", url);
  const isEncoded = context.settings.s3Credentials !== undefined &&
    content.status === 200 && !content.headers.has("content-length");
  const target = isEncoded ? plainAddress(url) : url;
  if (isEncoded) content = await send("HEAD", target);
  await content.body?.cancel();
  if (content.status !== 200) throw refused(context, name, content.status);
  const { headers } = content;
  const length = headers.get("content-length") ?? "";
  if (!/^\d{1,15}$/.test(length)) {
    throw unusableSource(`${name} does not say its length`);
  }
  const sizeBytes = Number(length);
  const tags = await readTags(send, url, name, limit);
  const stated = parseStated(
    name,
    (key) => tags.get(key) ?? headers.get(`x-amz-meta-${key}`) ?? undefined,
    true,
  );
  return {
    name,
    sizeBytes,
    contentType: headers.get("content-type") || "application/octet-stream",
    stated,
    async *chunks() {
      // The object that was described, should it have been replaced.
      const etag = headers.get("etag");
      content = await send(
        "GET",
        target,
        etag === null ? {} : { "if-match": etag },
      );
      if (content.status !== 200) {
        throw refused(context, name, content.status);
      }
      yield* limit.pieces(content.body ?? new ReadableStream(), sizeBytes);
    },
    close: async () => await content.body?.cancel().catch(() => {}),
  };
}

/**
 * An address of an object that says nothing of its Content-Encoding, which S3
 * gives to those who sign. A runtime that takes the encoding away although it
 * is asked not to, as older ones of Deno, takes the length with it.
 */
function plainAddress(url: URL): URL {
  const plain = new URL(url);
  plain.search = "?response-content-encoding=identity";
  return plain;
}

function addressOf({ settings }: S3Context, address: string): URL {
  const { s3Endpoint } = settings;
  if (s3Endpoint === undefined) {
    throw new ForeignSource(
      "This service was not told where s3:// is " +
        "('hca local serve --s3-endpoint URL')",
      "unknown_source_schema",
    );
  }
  const [, bucket = "", key = ""] =
    /^s3:\/\/([A-Za-z0-9][A-Za-z0-9._-]*)\/(.+)$/s.exec(address) ?? [];
  const parts = key.split("/");
  // A URL would take them for steps on the way to another object.
  // What has half of a pair of UTF-16 has no name in an address.
  const isText = !/\p{Surrogate}/u.test(key);
  if (
    bucket === "" || !isText || parts.some((part) => /^\.{1,2}$/.test(part))
  ) {
    throw unusableSource(
      `${printable(address)} does not name an object in a bucket`,
    );
  }
  const path = [bucket, ...parts].map(encodeS3Part).join("/");
  return new URL(`${s3Endpoint.replace(/\/+$/, "")}/${path}`);
}

async function sendSigned(
  context: S3Context,
  { method, target, headers }: {
    method: "GET" | "HEAD";
    target: URL;
    headers: Record<string, string>;
  },
  name: string,
  limit: TimeLimit,
): Promise<Response> {
  const { s3Credentials } = context.settings;
  const all = s3Credentials === undefined ? headers : await signS3Request(
    { method, url: target, headers },
    s3Credentials,
    context.clock.now(),
  );
  const request = new Request(target, {
    method,
    headers: { ...all, "accept-encoding": "identity" },
    redirect: "manual",
    signal: limit.signal,
  });
  return await sendRequest(context, request, name, limit);
}

async function readTags(
  send: (method: "GET", target: URL) => Promise<Response>,
  url: URL,
  name: string,
  limit: TimeLimit,
): Promise<Map<string, string>> {
  const target = new URL(url);
  target.search = "?tagging=";
  const response = await send("GET", target);
  const { status, body } = response;
  if (status !== 200 || body === null) {
    await body?.cancel();
    // Without them it would seem to have no checksums.
    if (isTransient(status)) throw refusedSource(name, status);
    return new Map();
  }
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of limit.pieces(body, TAGS_LIMIT_BYTES)) {
    sizeBytes += chunk.length;
    if (sizeBytes > TAGS_LIMIT_BYTES) return new Map();
    chunks.push(chunk);
  }
  return parseTags(new TextDecoder().decode(concatBytes(chunks)));
}

function refused(
  { settings: { s3Credentials } }: S3Context,
  name: string,
  status: number,
): Error {
  if (status === 404 || isTransient(status)) return refusedSource(name, status);
  return unusableSource(
    `${name} is refused with ${describeS3Refusal(status, s3Credentials)}`,
  );
}

function isTransient(status: number): boolean {
  return status >= 500 || status === 429;
}
