/**
 * What each `code` of an error body means (data-store, `dss/error.py` and the
 * handlers). A document lists for each status the codes that it can carry.
 */
export const ERROR_CODES = {
  illegal_arguments: "A parameter or the body does not fit this document.",
  illegal_version: "A version is not a date in DSS_VERSION format.",
  illegal_token: "The token was not made by this service.",
  only_one_urltype: "Both `directurls` and `presignedurls` were asked for.",
  unknown_source_schema: "The source has a scheme that is not read here.",
  duplicate_filename: "Two files of the bundle would have one name.",
  file_missing: "A listed file version is not in the replica.",
  elasticsearch_bad_request: "The query is not understood.",
  invalid_jmespath: "The JMESPath query does not compile.",
  invalid_attachment_name: "The name of an attachment starts with `_`.",
  invalid_attachment_expression: "An attachment expression does not compile.",
  bad_request: "The dates are in the wrong order.",
  OAuthProblem: "The Authorization header is missing or malformed.",
  Unauthorized: "The token is not valid, or holds no email address.",
  Forbidden: "The caller may not do this.",
  not_found: "There is no such object in the replica, or it was deleted.",
  elasticsearch_context_not_found: "Nothing was ever indexed in the replica.",
  not_acceptable: "The caller has too many subscriptions.",
  file_already_exists: "That version exists and is different.",
  bundle_already_exists: "That version exists and is different.",
  bundle_tombstone_already_exists:
    "It was deleted before by someone else or for another reason.",
  missing_checksum: "A checksum is missing, or the content did not match it.",
  invalid_checksum:
    "A checksum of the source is malformed, or the content does not match it.",
  invalid_link: "An item of the collection does not exist in the replica.",
  unhandled_exception: "The service failed.",
  internal_server_error: "The search failed.",
  checkout_error: "The files could not be copied for download.",
  service_unavailable: "A part of the service does not answer.",
  read_only: "Nothing can be written at the moment.",
  timed_out: "It took too long; the work may go on.",
} as const;

/** A `code` of an error body. */
export type ErrorCodeName = keyof typeof ERROR_CODES;

/** The codes and what each means, for the description of an answer. */
export function describeCodes(codes: readonly ErrorCodeName[]): string {
  return codes.map((code) => `\`${code}\`: ${ERROR_CODES[code]}`).join("\n");
}
