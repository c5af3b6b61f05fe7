/**
 * The API document (Swagger 2.0) of the embedded DSS.
 *
 * @module
 */

export { apiDocument, type ApiDocumentOptions } from "./api_document.ts";
export { ERROR_CODES, type ErrorCodeName } from "./error_codes.ts";
export type * from "./types.ts";
