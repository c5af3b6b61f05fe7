import { type ByteRange, parseRange } from "./byte_range.ts";

/** A content that never changes, as it is served. */
export interface ServedContent {
  /** How long it is. */
  sizeBytes: number;
  /** What tells it from any other content, without quotes. */
  etag: string;
  /** Some of its bytes. */
  bytes: (range: ByteRange) => BodyInit;
}

/**
 * The answer to GET and HEAD of a signed address, as an object store gives
 * it: single ranges, `If-Range`, `ETag`, and 416 past the end (RFC 9110,
 * sections 13 to 15). The address may say `response-content-type` and
 * `response-content-disposition`.
 */
export function contentAnswer(
  request: Request,
  { sizeBytes, etag, bytes }: ServedContent,
): Response {
  const { searchParams } = new URL(request.url);
  const headers = new Headers({
    "accept-ranges": "bytes",
    "content-type": searchParams.get("response-content-type") ??
      "application/octet-stream",
    // A stored page must not act in the name of this service.
    "content-security-policy": "sandbox",
    "x-content-type-options": "nosniff",
    etag: `"${etag}"`,
  });
  const disposition = searchParams.get("response-content-disposition");
  if (disposition !== null) headers.set("content-disposition", disposition);
  const range = askedRange(request, `"${etag}"`, sizeBytes);
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
  const body = request.method === "HEAD" ? null : bytes({ start, end });
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
