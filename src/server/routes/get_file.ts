import type { DssContext, Route } from "../context.ts";
import { isCopyRefused } from "../files/mod.ts";
import { isHeaderText } from "../header_text.ts";
import { illegalArguments, notFound, Problem } from "../problem.ts";
import { blobKey, type FileRecord } from "../records.ts";
import type { CheckedArguments } from "../validate_request.ts";

/** HEAD /files/{uuid}: what is known of a file, in headers. */
export const headFile: Route = (context, _request, args) => {
  const file = findFile(context, args);
  return new Response(null, { status: 200, headers: fileHeaders(file) });
};

/**
 * GET /files/{uuid}: a redirect to the bytes. They are always ready here, so
 * the 301 of a service that still copies them never happens.
 */
export const getFile: Route = async (context, request, args) => {
  const file = findFile(context, args);
  if (args.flag("directurl")) {
    throw new Problem(
      501,
      "not_implemented",
      "This DSS keeps its files in no bucket; leave out 'directurl'",
    );
  }
  const disposition = args.text("content_disposition");
  if (disposition !== undefined && !isHeaderText(disposition)) {
    throw illegalArguments("'content_disposition' cannot stand in a header");
  }
  const location = await blobUrl(context, request, file, disposition);
  return new Response(null, {
    status: 302,
    headers: { ...fileHeaders(file), location },
  });
};

function findFile(context: DssContext, args: CheckedArguments): FileRecord {
  const uuid = args.text("uuid") ?? "";
  const version = args.text("version");
  const file = context.repository.file(uuid, version);
  if (file !== undefined) return file;
  if (!isCopyRefused(context, uuid, version)) {
    throw notFound("Cannot find file!");
  }
  throw new Problem(
    422,
    "missing_checksum",
    "The content of the file did not match the checksums of its source",
  );
}

/** A signed address of a file's bytes, on the host that was asked. */
export async function blobUrl(
  { signedUrls }: DssContext,
  request: Request,
  file: FileRecord,
  disposition?: string,
): Promise<string> {
  const { origin } = new URL(request.url);
  const url = `${origin}/blobs/${blobKey(file)}`;
  return await signedUrls.sign(url, {
    "response-content-type": file.contentType,
    ...(disposition !== undefined && {
      "response-content-disposition": disposition,
    }),
  });
}

function fileHeaders(file: FileRecord): Record<string, string> {
  return {
    "content-type": "text/html; charset=utf-8",
    "x-dss-creator-uid": String(file.creatorUid),
    "x-dss-version": file.version,
    "x-dss-content-type": file.contentType,
    "x-dss-size": String(file.sizeBytes),
    "x-dss-crc32c": file.crc32c,
    "x-dss-s3-etag": file.s3Etag,
    "x-dss-sha1": file.sha1,
    "x-dss-sha256": file.sha256,
  };
}
