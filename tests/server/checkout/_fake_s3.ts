import assert from "node:assert/strict";
import { createHash } from "node:crypto";

/** Where the service is. */
export const S3 = "http://127.0.0.1:9000/s3";

/** An object of a bucket. */
export interface S3Object {
  bytes: Uint8Array;
  headers: Headers;
}

/** A little S3 service as a function: buckets, objects, uploads in parts. */
export class FakeS3 {
  /** Every object by bucket and key. */
  readonly objects = new Map<string, S3Object>();
  /** Uploads that have neither been completed nor aborted. */
  readonly uploads = new Map<
    string,
    { path: string; parts: Uint8Array[]; headers: Headers }
  >();
  /** Every request: method, path and query. */
  readonly lines: string[] = [];
  /** Called before each answer; what it returns is the answer. */
  onRequest: (request: Request, line: string) => Response | undefined = () =>
    undefined;
  /** Called with each request and its body. */
  onBody: (request: Request, body: Uint8Array) => void = () => {};
  readonly #buckets: readonly string[];
  #nextId = 0;

  constructor(...buckets: string[]) {
    this.#buckets = buckets;
  }

  /** Answers a request. */
  readonly fetch = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    assert.ok(url.href.startsWith(`${S3}/`), url.href);
    const path = decodeURIComponent(url.pathname.slice("/s3/".length));
    const line = `${request.method} ${path}${url.search}`;
    this.lines.push(line);
    const body = new Uint8Array(await request.arrayBuffer());
    this.onBody(request, body);
    const early = this.onRequest(request, line);
    if (early !== undefined) return early;
    const [bucket = ""] = path.split("/", 1);
    const status = this.#buckets.includes(bucket) ? 200 : 404;
    if (status === 200 && request.method === "GET") {
      return this.#list(bucket, url.searchParams.get("prefix") ?? "");
    }
    if (status === 404 || path === bucket) {
      return new Response(null, { status });
    }
    return this.#object(request, url, path, body);
  };

  #object(
    request: Request,
    { searchParams }: URL,
    path: string,
    bytes: Uint8Array,
  ): Response {
    const { method, headers } = request;
    const id = searchParams.get("uploadId");
    if (searchParams.has("uploads")) return this.#start(path, headers);
    if (id !== null) return this.#upload(method, path, id, searchParams, bytes);
    if (method === "PUT") {
      this.objects.set(path, { bytes, headers });
      return new Response(null, { headers: { etag: etagOf(bytes) } });
    }
    const found = this.objects.get(path);
    if (found === undefined) return new Response(null, { status: 404 });
    const known = [...found.headers].filter(([name]) =>
      /^x-amz-meta/.test(name)
    );
    return new Response(null, {
      headers: [...known, ["content-length", String(found.bytes.length)]],
    });
  }

  #list(bucket: string, prefix: string): Response {
    const uploads = [...this.uploads]
      .map(([id, { path }]) => ({ id, key: path.slice(bucket.length + 1) }))
      .filter(({ key }) => key.startsWith(prefix))
      .map(({ id, key }) =>
        `<Upload><Key>${key.replaceAll("'", "&#39;")}</Key>` +
        `<UploadId>${id}</UploadId></Upload>`
      );
    return new Response(
      '<ListMultipartUploadsResult xmlns="http://s3.test/"><Bucket>' +
        `${bucket}</Bucket>${uploads.join("")}</ListMultipartUploadsResult>`,
    );
  }

  #start(path: string, headers: Headers): Response {
    const id = `upload/+${this.#nextId++}`;
    this.uploads.set(id, { path, parts: [], headers });
    return new Response(
      `<InitiateMultipartUploadResult><UploadId>${id}</UploadId>` +
        "</InitiateMultipartUploadResult>",
    );
  }

  #upload(
    method: string,
    path: string,
    id: string,
    query: URLSearchParams,
    bytes: Uint8Array,
  ): Response {
    const upload = this.uploads.get(id);
    if (upload === undefined) return new Response(null, { status: 404 });
    if (method === "PUT") {
      upload.parts[Number(query.get("partNumber")) - 1] = bytes;
      return new Response(null, { headers: { etag: etagOf(bytes) } });
    }
    this.uploads.delete(id);
    if (method === "DELETE") return new Response(null, { status: 204 });
    const tags = [
      ...new TextDecoder().decode(bytes).matchAll(
        /<PartNumber>(\d+)<\/PartNumber><ETag>&quot;(\w+)&quot;<\/ETag>/g,
      ),
    ].map(([, number, etag]) => `${number} "${etag}"`);
    assert.deepEqual(
      tags,
      upload.parts.map((part, at) => `${at + 1} ${etagOf(part)}`),
    );
    const whole = new Uint8Array(
      upload.parts.reduce((sum, part) => sum + part.length, 0),
    );
    let at = 0;
    for (const part of upload.parts) {
      whole.set(part, at);
      at += part.length;
    }
    this.objects.set(path, { bytes: whole, headers: upload.headers });
    return new Response("<CompleteMultipartUploadResult/>");
  }
}

function etagOf(bytes: Uint8Array): string {
  return `"${createHash("md5").update(bytes).digest("hex")}"`;
}
