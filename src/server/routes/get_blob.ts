import type { FileSystem } from "../../base/mod.ts";
import { jsonAnswer } from "../answers.ts";
import type { ByteRange } from "../byte_range.ts";
import { contentAnswer } from "../content_answer.ts";
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
  return contentAnswer(request, {
    sizeBytes: blob.sizeBytes,
    etag: blob.s3Etag,
    bytes: (range) => fileStream(files, blobs.pathOf(sha256), range),
  });
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
