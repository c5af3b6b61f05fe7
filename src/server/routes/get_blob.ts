import type { FileSystem } from "../../base/mod.ts";
import { jsonAnswer } from "../answers.ts";
import { type ByteRange, parseRange } from "../byte_range.ts";
import type { DssContext } from "../context.ts";

/**
 * GET and HEAD of a signed blob address, as an object store answers: single
 * ranges, `If-Range`, `ETag`, 403 when the signature is wrong or has expired,
 * 416 past the end (RFC 9110, sections 13 to 15).
 */
export async function getBlob(
  { repository, blobs, signedUrls, files }: DssContext,
  request: Request,
): Promise<Response> {
  const url = new URL(request.url);
  if (!await signedUrls.verify(url)) {
    return jsonAnswer({ message: "Request has expired or is not signed" }, 403);
  }
  const sha256 = url.pathname.replace(/^\/blobs\//, "").split(".", 1)[0] ?? "";
  const blob = repository.blob(sha256);
  const state = blob && await blobs.state(sha256, blob.sizeBytes);
  if (blob === undefined || state !== "present") {
    return jsonAnswer({ message: "There is no such blob" }, 404);
  }
  const { sizeBytes } = blob;
  const etag = `"${blob.s3Etag}"`;
  const headers = new Headers({
    "accept-ranges": "bytes",
    "content-type": url.searchParams.get("response-content-type") ??
      "application/octet-stream",
    // A stored page must not act in the name of this service.
    "content-security-policy": "sandbox",
    "x-content-type-options": "nosniff",
    etag,
  });
  const disposition = url.searchParams.get("response-content-disposition");
  if (disposition !== null) headers.set("content-disposition", disposition);
  const range = askedRange(request, etag, sizeBytes);
  if (range === "unsatisfiable") {
    headers.set("content-range", `bytes */${sizeBytes}`);
    return new Response(null, { status: 416, headers });
  }
  if (range !== undefined) {
    headers.set(
      "content-range",
      `bytes ${range.start}-${range.end - 1}/${sizeBytes}`,
    );
  }
  const { start, end } = range ?? { start: 0, end: sizeBytes };
  headers.set("content-length", String(end - start));
  const body = request.method === "HEAD"
    ? null
    : fileStream(files, blobs.pathOf(sha256), { start, end });
  return new Response(body, { status: range ? 206 : 200, headers });
}

function askedRange(
  request: Request,
  etag: string,
  sizeBytes: number,
): ByteRange | "unsatisfiable" | undefined {
  const condition = request.headers.get("if-range");
  if (condition !== null && condition !== etag) return undefined;
  return parseRange(request.headers.get("range"), sizeBytes);
}

function fileStream(
  files: FileSystem,
  path: string,
  range: ByteRange,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks = files.readChunks(path, range)[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      // The reader's buffer is used again for the next chunk.
      else controller.enqueue(value.slice());
    },
    async cancel() {
      await chunks.return?.();
    },
  }, { highWaterMark: 0 });
}
