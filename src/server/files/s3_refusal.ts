import type { S3Credentials } from "../service_settings.ts";
import { s3Text } from "./s3_xml.ts";

/**
 * A status of S3 that is no success, in words: with the code of the error, if
 * the answer has one, and with what the operator of this service can do.
 *
 * @param xml the body; HEAD has none
 */
export function describeS3Refusal(
  status: number,
  credentials: S3Credentials | undefined,
  xml = "",
): string {
  const found = s3Text("Code", xml) ?? "";
  const code = /^\w{1,64}$/.test(found) ? found : "";
  const hint = hintFor(status, code, credentials !== undefined);
  return `status ${status}${code && ` (${code})`}${hint && `; ${hint}`}`;
}

function hintFor(status: number, code: string, isSigned: boolean): string {
  if (status === 401 || status === 403) {
    return isSigned
      ? "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of this service may be " +
        "wrong, or do not allow it"
      : "this service has no AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
  }
  const isRegion = [301, 307, 400].includes(status) &&
    /^$|Redirect|AuthorizationHeaderMalformed/.test(code);
  return isSigned && isRegion ? "AWS_REGION of this service may be wrong" : "";
}
