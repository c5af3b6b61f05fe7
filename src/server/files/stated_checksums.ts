import {
  CRC32C_PATTERN,
  S3_ETAG_PATTERN,
  SHA1_PATTERN,
  SHA256_PATTERN,
} from "../document/formats.ts";
import { Problem } from "../problem.ts";
import type { Source, StatedChecksums } from "./source.ts";

const CHECKSUMS = [
  ["sha256", "hca-dss-sha256", SHA256_PATTERN],
  ["sha1", "hca-dss-sha1", SHA1_PATTERN],
  ["s3Etag", "hca-dss-s3_etag", S3_ETAG_PATTERN],
  ["crc32c", "hca-dss-crc32c", CRC32C_PATTERN],
] as const;

/**
 * Reads the checksums that come with a source (data-store,
 * `dss/api/files.py`).
 *
 * @param valueOf the text under a key, as in `hca-dss-sha1`
 * @param areRequired whether all four must be there
 * @throws {Problem} 422 `missing_checksum` or `invalid_checksum`
 */
export function parseStated(
  name: string,
  valueOf: (key: string) => string | undefined,
  areRequired: boolean,
): StatedChecksums {
  const stated: StatedChecksums = {};
  for (const [member, key] of CHECKSUMS) {
    const value = valueOf(key)?.toLowerCase();
    if (value !== undefined) stated[member] = value;
    else if (areRequired) {
      throw new Problem(422, "missing_checksum", `${name} has no '${key}'`);
    }
  }
  for (const [member, key, pattern] of CHECKSUMS) {
    const value = stated[member];
    if (value === undefined || new RegExp(pattern).test(value)) continue;
    throw invalidChecksum(`The '${key}' of ${name} is malformed`);
  }
  return stated;
}

/**
 * Compares a content with what was stated of it.
 *
 * @throws {Problem} 422 `invalid_checksum` naming what differs
 */
export function checkStated(
  { name, stated }: Source,
  found: Required<StatedChecksums>,
): void {
  const differing = CHECKSUMS
    .filter(([member]) => (stated[member] ?? found[member]) !== found[member])
    .map(([, key]) => `'${key}'`);
  if (differing.length === 0) return;
  throw invalidChecksum(
    `The content of ${name} does not match its ${differing.join(", ")}`,
  );
}

function invalidChecksum(title: string): Problem {
  return new Problem(422, "invalid_checksum", title);
}
