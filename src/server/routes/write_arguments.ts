import { isUuid, isVersion } from "../../base/mod.ts";
import { illegalArguments, illegalVersion } from "../problem.ts";
import type { CheckedArguments } from "../validate_request.ts";

/**
 * The uuid of what is to be written, in lower case. The pattern of the
 * document is found in more than uuids; such names are not made here.
 *
 * @throws {Problem} 400 `illegal_arguments`
 */
export function writtenUuid(args: CheckedArguments): string {
  const uuid = args.text("uuid") ?? "";
  if (isUuid(uuid)) return uuid.toLowerCase();
  throw illegalArguments("'uuid' is more than a uuid");
}

/**
 * The version that is written, or started from.
 *
 * @throws {Problem} 400 `illegal_version`
 */
export function writtenVersion(args: CheckedArguments): string {
  const version = args.text("version") ?? "";
  if (isVersion(version)) return version;
  throw illegalVersion(version);
}
