import {
  CRC32C_PATTERN,
  integer,
  record,
  S3_ETAG_PATTERN,
  SHA1_PATTERN,
  SHA256_PATTERN,
  text,
  uuid,
  version as versionSchema,
  VERSION_FORMAT,
} from "./formats.ts";
import {
  jsonBody,
  optionalVersion,
  queryFlag,
  queryText,
  replica,
  retryToken,
  uncheckedPath,
  uuidPath,
  version,
} from "./parameters.ts";
import { answer, errors, redirectToSelf } from "./responses.ts";
import { secured } from "./security.ts";
import type { Header, Operation, Paths, Responses, Schema } from "./types.ts";

const WHICH_VERSION = "The version to read; the latest if not given.";

/** The operations on files. */
export function filePaths(): Paths {
  return {
    "/files/{uuid}": { head: headFile(), get: getFile(), put: putFile() },
  };
}

function headFile(): Operation {
  return {
    operationId: "head_file",
    summary: "Get the size, type and checksums of a file.",
    description: "Gets what is known of a file, as headers named `X-DSS-…`. " +
      "After a 202 of the PUT, this tells when the file is there.",
    parameters: [
      // Without a pattern: any text is looked up, and junk is a 404.
      uncheckedPath("The uuid of the file."),
      replica("Replica to read from."),
      optionalVersion(WHICH_VERSION),
    ],
    responses: {
      "200": answer("The file exists.", undefined, fileHeaders()),
      // Read-only mode refuses every method but GET, this one included.
      ...errors({
        codes: { 404: ["not_found"], 422: ["missing_checksum"] },
        writes: true,
        bodiless: true,
      }),
    },
  };
}

function getFile(): Operation {
  return {
    operationId: "get_file",
    summary: "Download a file.",
    description:
      `Gets the content of a file, through redirects: a 302 leads to the content. Before that, while the file is made ready for download, 301 leads back to this operation after a wait.

The content is that of the file, byte for byte; its type is in \`X-DSS-CONTENT-TYPE\` of the 302. Do not send the Authorization header along to another host.`,
    parameters: [
      uuidPath("The uuid of the file."),
      replica("Replica to read from."),
      optionalVersion(WHICH_VERSION),
      retryToken(),
      queryFlag(
        "directurl",
        "If true, the 302 names the object in its cloud, as in " +
          "`s3://bucket/key` or `gs://bucket/key`, instead of an address that " +
          "anyone can download from. A service that keeps its contents in no " +
          "bucket answers 501.",
      ),
      queryText(
        "content_disposition",
        "The Content-Disposition header that the download shall have. " +
          "Ignored with `directurl`.",
      ),
    ],
    responses: {
      "301": redirectToSelf("The file is being made ready."),
      "302": answer("The file is ready.", undefined, {
        "Location": { description: "Where the content is.", type: "string" },
        ...fileHeaders(),
      }),
      ...errors({
        codes: {
          400: ["illegal_token"],
          404: ["not_found"],
          422: ["missing_checksum"],
        },
      }),
    },
  };
}

function putFile(): Operation {
  return {
    operationId: "put_file",
    security: secured(),
    summary: "Create a version of a file from a content elsewhere.",
    description:
      `Creates a version of a file. Its content is copied from an address that the service may read: \`s3://bucket/key\`, \`file:///path\` below a directory, or \`http://…\` and \`https://…\` of a host that it was told of. \`gs://\` and \`wasb://\` are not read here.

An object on S3 must have these metadata (tags will do):
- \`hca-dss-sha256\`, \`hca-dss-sha1\`: as hexadecimal text
- \`hca-dss-crc32c\`: eight hexadecimal digits
- \`hca-dss-s3_etag\`: the ETag that S3 gives for parts of 64 MiB; above 10,000 parts, of a 10,000th of the size, rounded up to a MiB

By http they may be in headers, \`x-amz-meta-hca-dss-sha256\` and so on; for a file they may be in a JSON file beside it, named after it with \`.hca-dss.json\` at the end, which may also say its \`content-type\`. All that is stated is compared with the content.

Contents over 64 MiB, unless the service was told otherwise, are copied after the answer, a 202. Writing the same version again is fine if nothing differs.`,
    parameters: [
      uuidPath("The uuid of the file."),
      version("The version to create, in DSS_VERSION format."),
      jsonBody("Where the content is.", putFileBody()),
    ],
    responses: {
      ...putFileAnswers(),
      ...errors({
        codes: {
          400: ["illegal_version", "unknown_source_schema"],
          409: ["file_already_exists"],
          422: ["missing_checksum", "invalid_checksum"],
        },
        secured: true,
        writes: true,
      }),
    },
  };
}

function putFileBody(): Schema {
  return record({
    source_url: text("The content to copy, as in `s3://bucket/key`.", {
      pattern: "^(gs|s3|wasb|file|https?)://",
    }),
    creator_uid: integer("A number for who creates the file; any will do."),
  }, ["source_url", "creator_uid"]);
}

function putFileAnswers(): Responses {
  const properties = () => ({ version: versionSchema("The version.") });
  const body = () => record(properties(), ["version"]);
  const task = uuid("A name for the copying task.");
  return {
    "200": answer("The version exists and is the same.", body()),
    "201": answer("The version was created.", body()),
    "202": answer(
      "The content is being copied; the file cannot be found until then.",
      record({ ...properties(), task_id: task }, ["version"]),
    ),
  };
}

function fileHeaders(): Record<string, Header> {
  const word = (description: string, pattern: string): Header => ({
    description,
    type: "string",
    pattern,
  });
  const count = (description: string): Header => ({
    description,
    type: "integer",
    format: "int64",
  });
  return {
    "X-DSS-CREATOR-UID": count("Who created the file."),
    "X-DSS-VERSION": {
      description: "The version.",
      type: "string",
      format: VERSION_FORMAT,
    },
    "X-DSS-CONTENT-TYPE": {
      description: "The media type of the content.",
      type: "string",
    },
    "X-DSS-SIZE": count("The size in bytes."),
    "X-DSS-CRC32C": word("CRC32C.", CRC32C_PATTERN),
    "X-DSS-S3-ETAG": word("The ETag that S3 gives.", S3_ETAG_PATTERN),
    "X-DSS-SHA1": word("SHA-1.", SHA1_PATTERN),
    "X-DSS-SHA256": word("SHA-256.", SHA256_PATTERN),
  };
}
