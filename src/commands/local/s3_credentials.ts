import type { S3Credentials } from "../../server/mod.ts";
import type { Environment } from "../environment.ts";

/**
 * Who the service is to S3, by the variables that the tools of Amazon read;
 * undefined without a key.
 */
export function readS3Credentials(
  { variable }: Pick<Environment, "variable">,
): S3Credentials | undefined {
  const accessKeyId = variable("AWS_ACCESS_KEY_ID");
  const secretAccessKey = variable("AWS_SECRET_ACCESS_KEY");
  if (!accessKeyId || !secretAccessKey) return undefined;
  const sessionToken = variable("AWS_SESSION_TOKEN");
  const region = variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION");
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken && { sessionToken }),
    ...(region && { region }),
  };
}
