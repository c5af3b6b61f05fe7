import type { Constraints, Schema } from "./types.ts";

/**
 * The uuid pattern of the DSS: any alphanumerics, and found anywhere in the
 * text (data-store, `dss-api.yml`).
 */
export const UUID_PATTERN =
  "[A-Za-z0-9]{8}-[A-Za-z0-9]{4}-[A-Za-z0-9]{4}-[A-Za-z0-9]{4}-[A-Za-z0-9]{12}";

/**
 * The names that a file may have in a bundle: none that would leave the
 * directory it is downloaded to (data-store, `dss-api.yml`). It works
 * unchanged in JavaScript and in Python.
 */
export const FILE_NAME_PATTERN = String
  .raw`(?=^((?!\.\/).)*$)(?=^((?!\\).)*$)(?=^((?!\/\.).)*$)(?=^(?!\/).*$)(?=^(?!~\/).*$)(?=^(?!\.\.$).*)(?=^(?!\.$).*)`;

/** CRC32C, big-endian, as hexadecimal text. */
export const CRC32C_PATTERN = "^[a-z0-9]{8}$";

/** SHA-1 as hexadecimal text. */
export const SHA1_PATTERN = "^[a-z0-9]{40}$";

/** SHA-256 as hexadecimal text. */
export const SHA256_PATTERN = "^[a-z0-9]{64}$";

/** An S3 ETag: an MD5, followed by the part count (2 to 10000) if multipart. */
export const S3_ETAG_PATTERN =
  "^[a-z0-9]{32}(-([2-9]|[1-8][0-9]|9[0-9]|[1-8][0-9]{2}|9[0-8][0-9]|99[0-9]|[1-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-9]|10000))?$";

/**
 * The format of a DSS version. It is no pattern on purpose: a malformed
 * version is answered with its own code, `illegal_version`, by the operation.
 */
export const VERSION_FORMAT = "DSS_VERSION";

/** Text. */
export function text(description: string, constraints?: Constraints): Schema {
  return { description, type: "string", ...constraints };
}

/** A whole number that may exceed 32 bits. */
export function integer(description: string): Schema {
  return { description, type: "integer", format: "int64" };
}

/** A uuid. */
export function uuid(description: string): Schema {
  return text(description, { pattern: UUID_PATTERN });
}

/** A DSS version. */
export function version(description: string): Schema {
  return text(description, { format: VERSION_FORMAT });
}

/** An object of free content. */
export function freeObject(description: string): Schema {
  return { description, type: "object" };
}

/** A list. */
export function list(
  description: string,
  items: Schema,
  maxItems?: number,
): Schema {
  const schema: Schema = { description, type: "array", items };
  return maxItems === undefined ? schema : { ...schema, maxItems };
}

/** An object with known properties, of which `required` must be there. */
export function record(
  properties: Record<string, Schema>,
  required: string[] = [],
): Schema {
  const schema: Schema = { type: "object", properties };
  return required.length === 0 ? schema : { ...schema, required };
}

/** A schema of the document's own definitions, by name. */
export function definition(name: string): Schema {
  return { $ref: `#/definitions/${name}` };
}
